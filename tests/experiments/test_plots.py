import matplotlib.pyplot as plt
import numpy as np
import pytest

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.experiments import Candidate, Run, Store, plots
from rewardsmith.reward_gen import RewardProgram


def candidate(number: int, rate: float) -> Candidate:
    success = np.arange(10) < 10 * rate
    trace = TrainingTrace(
        np.arange(1, 4) * 1000,
        np.linspace(0, rate, 3),
        {"reward": np.ones((3, 3)), "reach": np.zeros((3, 3))},
    )
    return Candidate(
        number,
        generation=number // 2,
        state="trained",
        answer="",
        program=RewardProgram("text"),
        parents=(number - 2,) if number >= 2 else (),
        evaluation=Evaluation(np.arange(10), success, success * 1.0, np.ones(10)),
        trace=trace,
    )


CANDIDATES = [candidate(0, 0.1), candidate(1, 0.5), candidate(2, 0.9), candidate(3, 0.0)]
RUNS = [Run(m, s, c.evaluation, c.trace) for m, c in zip("ab", CANDIDATES[:2], strict=True) for s in range(3)]
DRAWINGS = {
    "learning curves": lambda ax: plots.learning_curves(CANDIDATES, ax),
    "lineage": lambda ax: plots.lineage(CANDIDATES, ax),
    "terms": lambda ax: plots.term_statistics(CANDIDATES[2], ax),
    "training": lambda ax: plots.comparison_curves(RUNS, ax),
    "test": lambda ax: plots.comparison_bars(RUNS, ax),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_plot_draws_on_the_axes_it_is_given_and_returns_it(draw):
    figure, ax = plt.subplots()
    assert draw(ax) is ax
    assert ax.has_data()
    assert ax.get_title() and ax.get_ylabel()
    plt.close(figure)


def test_the_best_candidate_is_named_in_the_legend():
    figure, ax = plt.subplots()
    labels = [text.get_text() for text in plots.learning_curves(CANDIDATES, ax).get_legend().get_texts()]
    assert "best (g1-c2)" in labels
    assert "generation 0" in labels and "generation 1" in labels
    plt.close(figure)


def test_only_what_there_is_data_for_is_drawn(tmp_path):
    store = Store(tmp_path)
    assert plots.save_plots(store) == []
    store.put(CANDIDATES)
    assert {path.stem for path in plots.save_plots(store)} == {"learning_curves", "lineage", "best_terms"}


def test_steps_are_labelled_in_thousands_and_millions():
    assert [plots._steps(v) for v in (500, 20_000, 1_500_000)] == ["500", "20 k", "1.5 M"]
