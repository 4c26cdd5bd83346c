import numpy as np
import pytest

from rewardsmith.envs import TrainingTrace, UserError
from rewardsmith.experiments.comparison.statistics import (
    Band,
    iqm,
    performance_profile,
    sample_efficiency,
    steps_to,
    stratified_interval,
    success_curves,
)

STEPS = np.array([1_000, 2_000, 3_000])
CURVES = np.random.default_rng(0).random((5, 4, 3)) + np.array([0.0, 0.5, 1.0])


def test_a_profile_falls_from_1_to_0_and_lies_in_its_intervals():
    profile = performance_profile(CURVES[..., 0], np.linspace(-0.1, 1.1, 25))
    assert profile.value[0] == 1.0
    assert profile.value[-1] == 0.0
    assert (np.diff(profile.value) <= 0).all()
    assert (profile.low <= profile.value).all()
    assert (profile.value <= profile.high).all()
    assert (profile.low < profile.high).all()


def test_efficiency_is_the_iqm_at_each_checkpoint_with_the_interval_it_would_have_alone():
    band = sample_efficiency(CURVES, STEPS, np.random.default_rng(0))
    for number in range(3):
        assert band.value[number] == pytest.approx(iqm(CURVES[..., number]))
        alone = stratified_interval(CURVES[..., number], iqm, np.random.default_rng(0))
        assert (band.low[number], band.high[number]) == pytest.approx(alone)


def test_efficiency_of_one_run_has_no_interval():
    band = sample_efficiency(CURVES[:1], STEPS, np.random.default_rng(0))
    assert band.value.shape == (3,)
    assert np.isnan(band.low).all()


def test_runs_are_known_at_their_last_checkpoint_only():
    early = TrainingTrace(np.array([1_000, 3_000]), np.array([0.2, 0.8]))
    late = TrainingTrace(np.array([2_000, 4_000]), np.array([0.4, 1.0]))
    curves = success_curves([[early, late]], np.array([500, 1_000, 2_500, 3_000]))
    assert curves.shape == (2, 1, 4)
    assert curves[:, 0].tolist() == [[0.0, 0.2, 0.2, 0.8], [0.0, 0.0, 0.4, 0.4]]


def test_curves_do_not_reach_beyond_a_run():
    trace = TrainingTrace(np.array([1_000]), np.array([0.2]))
    with pytest.raises(UserError, match="a run ended at 1000"):
        success_curves([[trace]], STEPS)


def test_every_task_has_as_many_runs():
    trace = TrainingTrace(np.array([3_000]), np.array([0.2]))
    with pytest.raises(UserError, match=r"as many runs, got \[1, 2\]"):
        success_curves([[trace], [trace, trace]], STEPS)


def test_the_steps_to_a_score_are_those_of_the_first_checkpoint_that_has_it():
    band = Band(STEPS, np.array([0.2, 0.6, 0.5]), np.zeros(3), np.ones(3))
    assert steps_to(band, 0.5) == 2_000
    assert steps_to(band, 0.9) == np.inf


def test_a_band_has_equal_lengths():
    with pytest.raises(ValueError, match="four arrays"):
        Band(STEPS, np.zeros(2), np.zeros(3), np.ones(3))
