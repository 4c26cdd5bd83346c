"""What the task table times: one task stepped by bare MuJoCo, by us, by its official environment, by EnvPool.

All are in the midst of the same kind of random play, whose actions are drawn before the clock starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

import mujoco
import numpy as np

from ...envs import Task, Worlds
from ...envs.adapters.gym_task import GymTask
from ...envs.play import random_actions
from ...envs.robots.mujoco_batch import CONTROL, STATE
from ...envs.robots.mujoco_task import MujocoTask
from ...reward_gen import open_reward
from .official import official_id, official_stepper

WARM_UP = 50
RAW, ONE, TWO, OFFICIAL, ENVPOOL = "mj_step", "ours, 1 thread", "ours, 2 threads", "official", "EnvPool"
Contestant = Callable[[], float]


class Size(NamedTuple):
    """How much a contestant does in one turn.

    Attributes:
        worlds: worlds of a batch.
        steps: steps of each world.
    """

    worlds: int
    steps: int


def physics_contestants(task: type[MujocoTask], size: Size) -> dict[str, Contestant]:
    """Name -> what measures environment steps per second of a simulated task once."""
    found = {
        RAW: _bare_mujoco(task, size),
        ONE: _ours(task, size, threads=1),
        TWO: _ours(task, size, threads=2),
        OFFICIAL: _official(task, size),
        ENVPOOL: _envpool(task, size),
    }
    return {name: contestant for name, contestant in found.items() if contestant is not None}


def array_contestants(task: type[Task], batches: tuple[int, ...], steps: int) -> dict[str, Contestant]:
    """Worlds in the batch -> what measures steps per second of a task without physics, and of its reward."""
    if issubclass(task, GymTask):
        # Official environments step one after another: a larger batch would only take longer.
        batches = (1,)
    return {f"{worlds:,}": _with_reward(task, Size(worlds, steps)) for worlds in batches}


def _ours(task: type[MujocoTask], size: Size, threads: int) -> Contestant:
    worlds, actions = _played(task, size, threads), _actions(task, size)
    saved = worlds.snapshot()

    def run() -> float:
        worlds.restore(saved)
        start = time.perf_counter()
        for action in actions:
            worlds.step(action)
            worlds.fields()
            worlds.success()
        return size.worlds * size.steps / (time.perf_counter() - start)

    return run


def _bare_mujoco(task: type[MujocoTask], size: Size) -> Contestant:
    """MuJoCo's own C loop from the same states, under the same controls, without sensors."""
    worlds = _played(task, size, threads=1)
    batch, saved, controls = worlds.batch, worlds.snapshot(), []
    for action in _actions(task, size):
        worlds.step(action)
        controls.append(batch.control.copy())
    worlds.restore(saved)
    data = mujoco.MjData(batch.model)
    substeps = round(task.spec.step_seconds / batch.model.opt.timestep)

    def run() -> float:
        start = time.perf_counter()
        for world in range(size.worlds):
            mujoco.mj_setState(batch.model, data, batch.state[world], STATE)
            data.qacc_warmstart[:] = batch.warmstart[world]
            for control in controls:
                mujoco.mj_setState(batch.model, data, control[world], CONTROL)
                mujoco.mj_step(batch.model, data, nstep=substeps)
        return size.worlds * size.steps / (time.perf_counter() - start)

    return run


def _official(task: type[MujocoTask], size: Size) -> Contestant | None:
    step = official_stepper(task.spec)
    if step is None:
        return None
    # One world takes the turns of many: with all of their steps a turn would take too long.
    actions = np.concatenate(_actions(task, Size(max(1, size.worlds // 4), size.steps)))
    for action in random_actions(task.spec.action, None, WARM_UP, np.random.default_rng(0)):
        step(action)

    def run() -> float:
        start = time.perf_counter()
        for action in actions:
            step(action)
        return len(actions) / (time.perf_counter() - start)

    return run


def _envpool(task: type[MujocoTask], size: Size) -> Contestant | None:
    name = official_id(task.spec)
    if name is None or find_spec("envpool") is None:
        return None
    import envpool

    if name not in envpool.list_all_envs():
        return None
    envs, actions = (
        envpool.make_gymnasium(name, num_envs=size.worlds, num_threads=1, seed=0),
        _actions(task, size),
    )
    envs.reset()
    for action in _actions(task, Size(size.worlds, WARM_UP)):
        envs.step(action)

    def run() -> float:
        start = time.perf_counter()
        for action in actions:
            envs.step(action)
        return size.worlds * size.steps / (time.perf_counter() - start)

    return run


def _played(task: type[MujocoTask], size: Size, threads: int) -> MujocoTask:
    """Worlds in the midst of random play."""
    worlds = task(size.worlds, threads)
    worlds.reset(np.arange(size.worlds), np.random.default_rng(0).random((size.worlds, task.draws)))
    for action in _actions(task, Size(size.worlds, WARM_UP)):
        worlds.step(action)
    return worlds


def _actions(task: type[Task], size: Size) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return [random_actions(task.spec.action, None, size.worlds, rng) for _ in range(size.steps)]


def _with_reward(task: type[Task], size: Size) -> Contestant:
    reward = open_reward("human", task) if task.human_reward_path().is_file() else None
    worlds = Worlds(task, size.worlds, reward=reward)
    rng = np.random.default_rng(0)
    worlds.seed(rng.spawn(size.worlds))
    worlds.reset()

    def run() -> float:
        seconds = 0.0
        for _ in range(size.steps):
            actions = random_actions(task.spec.action, worlds.action_masks(), size.worlds, rng)
            start = time.perf_counter()
            step = worlds.step(actions)
            done = np.flatnonzero(step.terminated | step.truncated)
            if len(done):
                worlds.reset(done)
            seconds += time.perf_counter() - start
        return size.worlds * size.steps / seconds

    return run
