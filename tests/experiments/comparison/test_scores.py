import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t, trim_mean

from rewardsmith.envs import UserError
from rewardsmith.experiments.comparison.statistics import (
    improvement,
    improvement_interval,
    iqm,
    optimality_gap,
    share_interval,
    stratified_interval,
)
from rewardsmith.experiments.comparison.statistics.aggregate import wins
from rewardsmith.experiments.comparison.statistics.resampling import (
    HELD,
    expanded_tail,
    resampled,
    resampled_improvements,
)

scores = st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=1, max_size=9).map(np.array)
RUNS = np.random.default_rng(1).random((5, 4))


@given(scores)
def test_iqm_is_scipys_trimmed_mean(values):
    assert iqm(values) == pytest.approx(trim_mean(values, 0.25, axis=None), abs=1e-9)


def test_an_axis_is_averaged_as_if_alone():
    values = np.random.default_rng(0).random((6, 5, 4, 3))
    for statistic in (iqm, optimality_gap):
        assert statistic(values, axis=(1, 3)).shape == (6, 4)
        alone = statistic(values[2, :, 1])
        assert statistic(values, axis=(-3, -1))[2, 1] == pytest.approx(alone, abs=1e-12)


@given(scores, scores)
def test_either_one_is_better(first, second):
    assert improvement(first, second) + improvement(second, first) == pytest.approx(1.0)


@pytest.mark.parametrize("statistic", [iqm, np.mean, optimality_gap])
def test_an_interval_holds_its_own_statistic_and_repeats_with_its_seed(statistic):
    low, high = stratified_interval(RUNS, statistic, np.random.default_rng(0))
    assert low <= statistic(RUNS) <= high
    assert (low, high) == stratified_interval(RUNS, statistic, np.random.default_rng(0))
    assert (low, high) != stratified_interval(RUNS, statistic, np.random.default_rng(2))


def test_an_interval_of_improvement_holds_it_and_repeats_with_its_seed():
    other = np.random.default_rng(2).random((8, 4))
    low, high = improvement_interval(RUNS, other, np.random.default_rng(0))
    assert 0 <= low <= improvement(RUNS, other) <= high <= 1
    assert (low, high) == improvement_interval(RUNS, other, np.random.default_rng(0))


def test_counting_runs_resamples_as_drawing_them_does():
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 6, (6, 4)) / 5, rng.integers(0, 6, (5, 4)) / 5  # with ties
    drawn = [
        improvement(*pair)
        for pair in zip(
            *(np.concatenate(list(resampled(own, rng, 8_000))) for own in (first, second)), strict=True
        )
    ]
    counted = np.concatenate(list(resampled_improvements(wins(first, second), rng, 8_000)))
    assert counted.mean() == pytest.approx(improvement(first, second), abs=0.005)
    assert np.quantile(counted, [0.025, 0.975]) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.02)


def test_a_method_beside_itself_may_be_better_or_worse():
    low, high = improvement_interval(RUNS, RUNS, np.random.default_rng(0))
    assert low < 0.5 < high


def test_expanded_quantiles_are_those_of_students_interval():
    # The mean's bootstrap is nearly normal in one task without skew: then Student's interval is right.
    half = np.random.default_rng(3).normal(size=(10, 1))
    values = np.concatenate([half, -half])
    low, high = stratified_interval(values, np.mean, np.random.default_rng(0), resamples=40_000)
    student = t.interval(0.95, 19, values.mean(), values.std(ddof=1) / np.sqrt(20))
    assert (low, high) == pytest.approx(student, abs=0.03)


def test_expanded_is_wider_with_few_runs_and_the_same_with_many():
    rng = np.random.default_rng(0)
    few, many = (float(expanded_tail(rng.normal(size=(runs, 4)))) for runs in (5, 2_000))
    assert few < 0.015
    assert many == pytest.approx(0.025, abs=1e-3)


def test_where_nothing_varies_an_interval_has_no_width():
    assert stratified_interval(np.ones((5, 3)), iqm, np.random.default_rng(0)) == (1.0, 1.0)


def test_one_run_says_nothing_of_others():
    assert np.isnan(stratified_interval(np.ones((1, 3)), iqm, np.random.default_rng(0))).all()
    assert np.isnan(improvement_interval(np.ones((1, 3)), RUNS[:, :3], np.random.default_rng(0))).all()


def test_resamples_stay_within_their_task_and_memory_within_bounds():
    tasks = np.broadcast_to(np.arange(40.0), (30, 40))
    sizes = []
    for part in resampled(tasks, np.random.default_rng(0), 5_000):
        assert (part == np.arange(40)).all()
        sizes.append(len(part))
        assert part.size <= HELD
    assert sum(sizes) == 5_000


@pytest.mark.parametrize(
    ("values", "problem"),
    [(np.ones(3), r"shape \(3,\)"), (np.array([[1.0, np.nan]]), "1 are not"), (np.ones((0, 2)), "shape")],
)
def test_what_is_no_table_of_scores_is_refused(values, problem):
    with pytest.raises(UserError, match=problem):
        stratified_interval(values, iqm, np.random.default_rng(0))


def test_methods_on_different_tasks_are_not_compared():
    with pytest.raises(UserError, match="same tasks, got 4 and 3"):
        improvement_interval(RUNS, RUNS[:, :3], np.random.default_rng(0))


@given(st.integers(1, 50), st.data())
def test_a_share_lies_in_its_interval(trials, data):
    hits = data.draw(st.integers(0, trials))
    low, high = share_interval(np.array([hits / trials]), trials)
    assert 0 <= low[0] <= hits / trials + 1e-12
    assert hits / trials - 1e-12 <= high[0] <= 1
    assert low[0] < high[0]
