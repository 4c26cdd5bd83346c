"""rliable is the reference: the same numbers, to rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rliable import library, metrics

from rewardsmith.envs import UserError
from rewardsmith.experiments.comparison.statistics import (
    Score,
    improvement,
    iqm,
    load_rliable,
    optimality_gap,
    performance_profile,
    save_rliable,
    score_table,
    stratified_interval,
    to_rliable,
)

TASKS = 3
tables = st.integers(2, 7).flatmap(
    lambda runs: arrays(float, (runs, TASKS), elements=st.sampled_from(np.linspace(-1, 2, 13).tolist()))
)


@given(tables)
def test_iqm_and_optimality_gap(scores):
    assert iqm(scores) == pytest.approx(metrics.aggregate_iqm(scores), abs=1e-9)
    assert optimality_gap(scores) == pytest.approx(metrics.aggregate_optimality_gap(scores), abs=1e-9)


@given(tables, tables)
def test_probability_of_improvement(first, second):
    theirs = metrics.probability_of_improvement(first, second)
    assert improvement(first, second) == pytest.approx(theirs, abs=1e-9)


@given(tables)
def test_performance_profiles(scores):
    taus = np.linspace(-1.5, 2.5, 17)  # some of them equal to scores: above means strictly above
    theirs = library.score_distributions(scores, taus)
    np.testing.assert_allclose(performance_profile(scores, taus).value, theirs, atol=1e-9)


@pytest.mark.parametrize(("runs", "tasks"), [(5, 4), (10, 26)])
def test_percentile_intervals_from_the_same_resamples(monkeypatch, runs, tasks):
    scores = np.random.default_rng(1).random((runs, tasks))
    rows = np.random.default_rng(0)
    # rliable draws from numpy's global generator, whatever seed it is given: here from ours.
    monkeypatch.setattr(np.random, "choice", lambda count, shape, replace: rows.integers(count, size=shape))
    _, theirs = library.get_interval_estimates(
        {"ours": scores}, lambda drawn: np.array([metrics.aggregate_iqm(drawn)]), reps=3_000
    )
    ours = stratified_interval(scores, iqm, np.random.default_rng(0), 3_000, quantiles="percentile")
    np.testing.assert_allclose(ours, theirs["ours"].ravel(), atol=1e-9)


def runs(*values):
    keys = [("ours", "a", 0), ("ours", "b", 0), ("ours", "a", 1), ("ours", "b", 1)]
    return [Score(*key, value) for key, value in zip(keys, values, strict=False)]


def test_scores_become_tables_of_runs_and_tasks_that_rliable_takes(tmp_path):
    scores = to_rliable(runs(0.1, 0.2, 0.3, 0.4))
    assert scores["ours"].tolist() == [[0.1, 0.2], [0.3, 0.4]]
    points, _ = library.get_interval_estimates(
        scores, lambda s: np.array([metrics.aggregate_mean(s)]), reps=9
    )
    assert points["ours"] == pytest.approx(0.25)
    table = load_rliable(save_rliable(tmp_path / "scores.npz", scores, ["a", "b"]))
    assert table.tasks == ("a", "b")
    assert table.scores["ours"].tolist() == scores["ours"].tolist()


def test_a_failed_or_missing_run_is_refused_or_given_a_score():
    with pytest.raises(UserError, match="ours has no score for b, seed 1"):
        score_table(runs(0.1, 0.2, 0.3))
    assert score_table(runs(0.1, None, 0.3), failed=0.0).scores["ours"].tolist() == [[0.1, 0.0], [0.3, 0.0]]


def test_a_run_that_comes_twice_is_refused():
    with pytest.raises(UserError, match="two scores for a, seed 0"):
        score_table([*runs(0.1), *runs(0.2)])


def test_a_method_cannot_take_the_place_of_the_tasks_names(tmp_path):
    with pytest.raises(UserError, match="rename it"):
        save_rliable(tmp_path / "scores.npz", {"tasks": np.ones((2, 1))}, ["a"])
