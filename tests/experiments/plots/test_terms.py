import numpy as np
import pytest

from rewardsmith.envs import TrainingTrace
from rewardsmith.experiments import plots
from rewardsmith.experiments.plots.correlation import correlations
from rewardsmith.experiments.plots.terms import share_series
from tests.support.made_candidates import trained


def rows(*sizes: float) -> np.ndarray:
    """Terms that go from 0 to the size given at each checkpoint."""
    return np.array([[0.0, size / 2, size] for size in sizes])


def trace(**terms: np.ndarray) -> TrainingTrace:
    count = len(next(iter(terms.values())))
    return TrainingTrace(np.arange(1, count + 1) * 100, np.linspace(0, 1, count), terms)


def test_terms_are_drawn_with_their_means(ax):
    candidate = trained(0, 0.5)
    assert plots.term_statistics(candidate, ax) is ax
    terms = candidate.trace.terms
    assert [line.get_ydata().tolist() for line in ax.get_lines()] == [
        t[:, 1].tolist() for t in terms.values()
    ]
    assert [line.get_label() for line in ax.get_lines()] == list(terms)


def test_shares_are_of_all_terms_that_vary_and_leave_the_total_out():
    found = share_series(trace(reward=rows(9, 9), near=rows(1, 3), far=rows(3, 1), dead=np.full((2, 3), 7.0)))
    assert found.keys() == {"near", "far"}
    assert found["near"].tolist() == [0.25, 0.75]
    assert np.allclose(sum(found.values()), 1.0)


def test_shares_are_stacked_and_named_from_the_top(ax):
    plots.term_shares(trace(near=rows(6, 6), far=rows(2, 2)), ax)
    tops = [layer.get_paths()[0].vertices[:, 1].max() for layer in ax.collections]
    assert np.allclose(tops, [0.75, 1.0])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["far", "near"]


def test_many_terms_are_gathered(ax):
    plots.term_shares(trace(**{f"term{i}": rows(i + 1, i + 1) for i in range(12)}), ax)
    assert len(ax.collections) == 7
    assert ax.get_legend().get_texts()[0].get_text() == "other terms (6)"


def test_where_no_term_varies_the_picture_says_so(ax):
    plots.term_shares(trace(dead=np.full((2, 3), 7.0)), ax)
    assert [text.get_text() for text in ax.texts] == ["no term varies"]


def test_gold_and_proxy_have_an_axis_each(ax):
    paid = trace(reward=rows(2, 4, 8))
    assert plots.gold_against_proxy([paid], ax) is ax
    right = ax.figure.axes[-1]
    assert ax.get_lines()[0].get_ydata().tolist() == [0.0, 0.5, 1.0]
    assert right.get_lines()[0].get_ydata().tolist() == [1.0, 2.0, 4.0]
    assert (ax.get_ylabel(), right.get_ylabel()) == ("success on selection seeds", "mean reward per step")
    assert len(ax.get_legend().get_texts()) == 2


def test_gold_and_proxy_of_several_seeds_have_intervals(ax):
    plots.gold_against_proxy([trace(reward=rows(2, 4)), trace(reward=rows(4, 8))], ax)
    right = ax.figure.axes[-1]
    assert right.get_lines()[0].get_ydata().tolist() == [1.5, 3.0]
    assert len(right.collections) == 1


def test_a_trace_without_the_reward_has_no_proxy(ax):
    with pytest.raises(ValueError, match="hold 'reward'"):
        plots.gold_against_proxy([trace(near=rows(1, 2))], ax)


def test_correlations_are_pearsons():
    rng = np.random.default_rng(0)
    terms = {name: rng.normal(size=50) for name in "abc"}
    assert np.allclose(correlations(terms), np.corrcoef(list(terms.values())))


def test_the_matrix_bears_its_numbers_and_a_constant_has_none(ax):
    up, minus = np.arange(5.0), "\N{MINUS SIGN}1.00"
    assert plots.term_correlation({"up": up, "down": -up, "still": np.ones(5)}, ax) is ax
    assert [text.get_text() for text in ax.texts] == ["1.00", minus, minus, "1.00"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["up", "down", "still (constant)"]
    assert ax.figure.axes[-1].get_ylabel() == "correlation over steps"
