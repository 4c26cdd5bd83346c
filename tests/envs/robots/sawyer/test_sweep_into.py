import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rewardsmith.envs import task_class
from rewardsmith.envs.robots.sawyer.sweep_into import CANDIDATES, FALLBACK, HOLE, MIN_DISTANCE

TASK = task_class("sweep-into")


@given(arrays(np.float64, (5, TASK.draws), elements=st.floats(0, 1, exclude_max=True)))
def test_block_starts_away_from_the_hole(draws):
    assert np.all(np.linalg.norm(TASK.start(draws) - HOLE[:2], axis=-1) >= MIN_DISTANCE)


def test_only_one_start_in_28_is_refused():
    first = np.random.default_rng(0).random((100_000, 2))
    refused = TASK.start(np.hstack([first, np.zeros((100_000, TASK.draws - 2))]))
    drawn = TASK.start_low + (TASK.start_high - TASK.start_low) * first
    assert np.any(refused != drawn, axis=1).mean() == pytest.approx(1 / 28, rel=0.1)


def test_without_an_admissible_candidate_the_block_goes_to_the_far_edge():
    too_near = np.tile([0.5, 0.999], CANDIDATES)[None]
    assert TASK.start(too_near)[0] == pytest.approx(FALLBACK)


def test_height_does_not_count():
    task = TASK(2)
    task.place_free(np.arange(2), "obj", np.array([[0.03, 0.84, 0.07], [0.03, 0.84, 0.3]]))
    task.batch.sense()
    assert task.distance_to_goal() == pytest.approx([0.03, 0.03], abs=1e-6) and task.success().all()
