"""Plays a declared environment a little, so that what is wrong with a declaration is said where it stands."""

from __future__ import annotations

import numpy as np

from ..errors import UserError
from ..play import random_actions
from .gym_task import GymTask
from .gym_world import same


def probe(task: type[GymTask], steps: int) -> None:
    """Play `task` at random until every field has varied, for at most `steps` steps.

    Raises:
        UserError: if something declared is not there, does not fit, never varies or ignores its seed.
    """
    world = task(1)
    try:
        _follows_its_seed(world)
        _repeats_itself(world)
        _varies(world, steps)
    finally:
        world.close()


def _follows_its_seed(task: GymTask) -> None:
    observations = []
    for _ in range(2):
        _start(task, 0.5)
        _step(task, np.random.default_rng(0))
        observations.append(task.worlds[0].shown.observation)
    if not same(*observations):
        raise UserError(
            f"task {task.spec.name}: the same seed gave two different episodes; draw from the environment's "
            "np_random alone, which reset(seed=...) seeds"
        )


def _repeats_itself(task: GymTask) -> None:
    state = task.snapshot()
    _step(task, np.random.default_rng(1))
    observation = task.worlds[0].shown.observation
    task.restore(state)
    _step(task, np.random.default_rng(1))
    if not same(observation, task.worlds[0].shown.observation):
        raise UserError(
            f"task {task.spec.name}: a saved and restored state went on in another way; keep all that the "
            "environment remembers in attributes that pickle takes as they are"
        )


def _varies(task: GymTask, steps: int) -> None:
    rng = np.random.default_rng(0)
    _start(task, rng.random())
    first = task.fields()
    constant = set(first)
    for step in range(steps):
        _step(task, rng)
        constant -= {name for name in constant if not np.array_equal(task.fields()[name], first[name])}
        if not constant:
            return
        if task.terminated()[0] or step % task.spec.horizon == 0:
            _start(task, rng.random())
            constant -= {name for name in constant if not np.array_equal(task.fields()[name], first[name])}
    if constant and steps:
        raise UserError(
            f"task {task.spec.name}: {', '.join(sorted(constant))} never varied in {steps} steps of random "
            "play; leave constants out, or give probe_steps=0 where you know better"
        )


def _start(task: GymTask, draw: float) -> None:
    task.reset(np.arange(1), np.array([[draw]]))
    task.success()
    task.metric()


def _step(task: GymTask, rng: np.random.Generator) -> None:
    task.step(random_actions(task.spec.action, None, 1, rng))
    task.success()
    task.metric()
