import numpy as np

from rewardsmith.envs import TrainingTrace
from rewardsmith.experiments import Run, plots
from rewardsmith.experiments.comparison.statistics import Band, performance_profile
from rewardsmith.experiments.plots.comparison import mean_over_seeds
from tests.support.made_candidates import CHECKPOINTS, trained

TREE = [trained(0, 0.1), trained(1, 0.5), trained(2, 0.9, generation=1), trained(3, 0.0, generation=1)]


def labels(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def runs(*methods: str, seeds: int = 3) -> list[Run]:
    return [
        Run(method, seed, c.evaluation, c.trace)
        for method, c in zip(methods, TREE, strict=False)
        for seed in range(seeds)
    ]


def test_every_candidate_has_its_learning_curve(ax):
    assert plots.learning_curves(TREE, ax) is ax
    assert [line.get_ydata()[-1] for line in ax.get_lines()] == [0.1, 0.5, 0.9, 0.0]
    assert all(line.get_xdata().tolist() == CHECKPOINTS.tolist() for line in ax.get_lines())
    assert labels(ax) == ["generation 0", "best (g1-c2)", "generation 1"]
    assert ax.get_xlabel() == "environment steps" and ax.get_ylabel() == "success on selection seeds"


def test_of_many_generations_only_some_are_named(ax):
    plots.learning_curves([trained(i, 0.01 * i, generation=i) for i in range(20)], ax)
    assert len(labels(ax)) == 5
    assert len(ax.get_lines()) == 20


def test_a_comparison_shows_the_mean_over_seeds_with_an_interval(ax):
    success = [np.array([0.0, 0.2]), np.array([0.0, 0.6])]
    traces = [TrainingTrace(np.array([10, 20]), own) for own in success]
    plots.comparison_curves([Run("mine", seed, None, trace) for seed, trace in enumerate(traces)], ax)
    (line,) = ax.get_lines()
    assert np.allclose(line.get_ydata(), [0.0, 0.4])
    assert labels(ax) == ["mine (2 seeds)"]
    assert len(ax.collections) == 1


def test_a_single_seed_has_no_interval(ax):
    plots.comparison_curves(runs("a", "b", seeds=1), ax)
    assert len(ax.get_lines()) == 2 and not ax.collections
    assert labels(ax) == ["a (1 seed)", "b (1 seed)"]


def test_seeds_of_different_lengths_are_compared_as_far_as_the_shortest_goes():
    short = TrainingTrace(np.array([10, 20]), np.array([0.0, 1.0]))
    long = TrainingTrace(np.array([5, 15, 25]), np.array([0.2, 0.4, 0.6]))
    band = mean_over_seeds([long, short])
    assert band.at.tolist() == [10, 20]
    assert np.allclose(band.value, [0.1, 0.7])


def test_the_final_test_shows_means_and_every_seed(ax):
    plots.comparison_bars([*runs("a", "b"), Run("c", 0, reason="failed")], ax)
    assert [round(bar.get_height(), 6) for bar in ax.patches] == [0.1, 0.5]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["a", "b", "c"]
    assert [text.get_text() for text in ax.texts] == ["none finished"]


def test_performance_profiles_are_drawn_as_they_were_found(ax):
    taus = np.linspace(0, 1, 11)
    found = {
        name: performance_profile(np.full((5, 2), value), taus) for name, value in (("a", 0.3), ("b", 0.8))
    }
    assert plots.performance_profiles(found, ax) is ax
    assert [line.get_ydata().tolist() for line in ax.get_lines()] == [
        own.value.tolist() for own in found.values()
    ]
    assert labels(ax) == ["a", "b"]
    assert "human-normalised" in ax.get_xlabel()
    assert len(ax.collections) == 2


def test_sample_efficiency_is_drawn_over_steps(ax):
    steps, value = np.array([10, 20]), np.array([0.1, 0.4])
    plots.sample_efficiency_curves({"a": Band(steps, value, value - 0.1, value + 0.1)}, ax)
    assert ax.get_lines()[0].get_ydata().tolist() == [0.1, 0.4]
    assert ax.get_xlabel() == "environment steps"


def test_series_differ_in_line_and_mark_as_well_as_in_colour(ax):
    plots.comparison_curves(runs("a", "b", "c", "d"), ax)
    lines = ax.get_lines()
    for looks in ("get_color", "get_linestyle", "get_marker"):
        assert len({getattr(line, looks)() for line in lines}) == 4
