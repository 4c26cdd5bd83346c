"""Whatever the size of an experiment, its pictures can be drawn and hold no nan."""

import warnings
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.experiments import Candidate, Run, plots
from rewardsmith.experiments.comparison.statistics import performance_profile, sample_efficiency

REAL = st.floats(-1e9, 1e9, allow_nan=False, width=32)
NAME = st.sampled_from(["near", "far", "$x_1$", "a_very_long_name_of_a_term_of_the_reward", "wörter", "_x"])


@st.composite
def made(draw, generation: int = 0, number: int = 0) -> Candidate:
    """A trained candidate with any number of checkpoints and terms, at times without any success."""
    count = draw(st.integers(1, 4))
    steps = np.cumsum(draw(st.lists(st.integers(1, 10**6), min_size=count, max_size=count)))
    success = np.array(draw(st.lists(st.sampled_from([0.0, 0.0, 0.3, 1.0]), min_size=count, max_size=count)))
    terms = {
        name: np.sort(
            np.array(draw(st.lists(REAL, min_size=3 * count, max_size=3 * count))).reshape(count, 3)
        )
        for name in ["reward", *draw(st.lists(NAME, unique=True, max_size=4))]
    }
    solved = np.arange(4) < 4 * success[-1]
    return Candidate(
        id=number,
        generation=generation,
        state="trained",
        answer="",
        operator=draw(st.sampled_from(["", "mutate", "cross"])),
        evaluation=Evaluation(np.arange(4), solved, solved * 1.0, np.ones(4)),
        trace=TrainingTrace(steps, success, terms),
    )


def drawn(draw) -> None:
    figure = Figure(layout="constrained")
    ax = figure.subplots()
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert draw(ax) is ax
        figure.draw_without_rendering()
    assert ax.get_title() and ax.get_ylabel()
    for own in figure.axes:
        assert all(np.isfinite(np.asarray(line.get_ydata(), float)).all() for line in own.get_lines())
        assert np.isfinite([*own.get_xlim(), *own.get_ylim()]).all()


@settings(max_examples=5, deadline=None)
@given(st.data(), st.integers(1, 5))
def test_evolutions_of_any_size(data, count):
    tree = [data.draw(made(generation=i // 2, number=i)) for i in range(count)]
    tree = [replace(c, parents=(c.id - 2,)) if c.id >= 2 else c for c in tree]
    drawn(lambda ax: plots.learning_curves(tree, ax))
    drawn(lambda ax: plots.lineage(tree, ax))
    drawn(lambda ax: plots.term_statistics(tree[0], ax))
    drawn(lambda ax: plots.term_shares(tree[0].trace, ax))
    drawn(lambda ax: plots.gold_against_proxy([c.trace for c in tree], ax))


@settings(max_examples=5, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 3))
def test_comparisons_of_any_size(data, methods, seeds):
    found = [data.draw(made()) for _ in range(methods * seeds)]
    runs = [Run(f"method{i % methods}", i // methods, c.evaluation, c.trace) for i, c in enumerate(found)]
    drawn(lambda ax: plots.comparison_curves(runs, ax))
    drawn(lambda ax: plots.comparison_bars(runs, ax))


@settings(max_examples=5, deadline=None)
@given(st.dictionaries(NAME, st.lists(REAL, min_size=4, max_size=4), min_size=1))
def test_correlations_of_any_terms(terms):
    drawn(lambda ax: plots.term_correlation({n: np.array(v) for n, v in terms.items()}, ax) and _labelled(ax))


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 3), st.integers(1, 4), st.sampled_from([0.0, 0.5, 1.0]))
def test_benchmarks_of_any_size(runs, tasks, score):
    scores = np.full((runs, tasks), score)
    profile = {"a": performance_profile(scores, np.linspace(0, 1, 5))}
    curve = sample_efficiency(
        np.repeat(scores[..., None], 2, axis=2), np.array([10, 20]), np.random.default_rng(0)
    )
    drawn(lambda ax: plots.performance_profiles(profile, ax))
    drawn(lambda ax: plots.sample_efficiency_curves({"a": curve}, ax))
    drawn(
        lambda ax: _labelled(plots.score_heatmap(scores.T, [f"m{i}" for i in range(runs)], ["t"] * tasks, ax))
    )


def _labelled(ax):
    ax.set_ylabel("rows")
    return ax
