"""Each task of an official suite: built, started, stepped, repeated under its seed, saved and restored."""

import numpy as np
import pytest

from rewardsmith.envs import Worlds, adapted_task_names, task_class
from rewardsmith.envs.play import random_actions

STEPS = 12


def started(name: str, seed: int) -> Worlds:
    worlds = Worlds(task_class(name), 1)
    worlds.seed([np.random.default_rng(seed)])
    worlds.reset()
    return worlds


def play(worlds: Worlds, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    actions = [random_actions(worlds.spec.action, None, 1, rng) for _ in range(STEPS)]
    return np.concatenate([worlds.step(action).observation for action in actions])


@pytest.mark.slow
@pytest.mark.parametrize("name", adapted_task_names())
def test_it_works(name):
    worlds, twin, other = (started(name, seed) for seed in (1, 1, 2))
    assert np.array_equal(worlds.observe(), twin.observe())
    assert not np.array_equal(worlds.observe(), other.observe())
    first = play(worlds, 0)
    assert np.isfinite(first).all() and (first >= worlds.encoder.space().low).all()
    assert np.array_equal(first, play(twin, 0))
    state = worlds.task.snapshot()
    onward = play(worlds, 1)
    worlds.task.restore(state)
    assert np.array_equal(onward, play(worlds, 1))
    assert worlds.task.spec.goal.endswith(".")
    for part in (worlds, twin, other):
        part.close()
