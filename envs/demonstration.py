"""Shows that a task can be done: by its script, or by a recorded episode."""

from __future__ import annotations

import numpy as np

from .errors import UserError
from .task import Task


def demonstrate(task: type[Task], episodes: int, rng: np.random.Generator) -> np.ndarray:
    """(episodes,) bool: whether each episode met its goal at some step within the task's horizon.

    A task with a script plays it from random starts. Otherwise the recorded episode is played, and is the
    only one: the result then has one row, whatever `episodes` says.

    Args:
        task: the task's class.
        episodes: episodes to play by script.
        rng: draws their starts.

    Raises:
        UserError: if the task has neither a script nor a recording.
    """
    if task.scripted_actions is not Task.scripted_actions:
        return _play_script(task(episodes), rng.random((episodes, task.draws)))
    if not task.recording_path().is_file():
        raise UserError(f"{task.spec.name} has neither a script nor a recorded episode to show")
    return _replay(task)


def recording_of(task: type[Task]) -> tuple[np.ndarray, np.ndarray]:
    """The recorded episode: (draws,) what its start is made from, and its actions (T, ...).

    Args:
        task: the task's class, which has a recording.
    """
    with np.load(task.recording_path()) as recording:
        return recording["draws"], recording["actions"]


def _play_script(worlds: Task, draws: np.ndarray) -> np.ndarray:
    worlds.reset(np.arange(worlds.num_worlds), draws)
    succeeded, over = np.zeros((2, worlds.num_worlds), bool)
    for _ in range(worlds.spec.horizon):
        worlds.step(worlds.scripted_actions())
        succeeded |= worlds.success() & ~over
        over |= worlds.terminated()
        if (succeeded | over).all():
            break
    return succeeded


def _replay(task: type[Task]) -> np.ndarray:
    draws, actions = recording_of(task)
    world = task(1)
    world.reset(np.arange(1), draws[None])
    for action in actions[: task.spec.horizon]:
        world.step(action[None])
        if world.success()[0]:
            return np.ones(1, bool)
        if world.terminated()[0]:
            break
    return np.zeros(1, bool)
