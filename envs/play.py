"""Random play: recorded transitions to probe rewards on."""

from __future__ import annotations

import numpy as np

from .records import Transition
from .spec import ActionSpec
from .task import Task
from .views import FieldView
from .worlds import Worlds


def random_actions(
    action: ActionSpec, masks: np.ndarray | None, worlds: int, rng: np.random.Generator
) -> np.ndarray:
    """One uniformly random legal action for each world: (B, A) float32 in [-1, 1], or (B,) int."""
    if action.kind == "box":
        return rng.uniform(-1, 1, (worlds, action.size)).astype(np.float32)
    scores = rng.random((worlds, action.size))
    return np.argmax(scores if masks is None else np.where(masks, scores, -1.0), axis=1)


def random_transitions(
    task: type[Task], count: int, rng: np.random.Generator, num_worlds: int = 16
) -> Transition:
    """`count` transitions of random play, in one batch: fields (count, ...), actions (count, A) or (count,)."""
    worlds = Worlds(task, num_worlds)
    worlds.seed(rng.spawn(num_worlds))
    worlds.reset()
    played: list[Transition] = []
    for _ in range(-(-count // num_worlds)):
        masks = worlds.task.action_masks() if worlds.spec.action.masked else None
        before = worlds.view
        actions = random_actions(worlds.spec.action, masks, num_worlds, rng)
        step = worlds.step(actions)
        played.append(Transition(before, actions, worlds.view))
        done = np.flatnonzero(step.terminated | step.truncated)
        if len(done):
            worlds.reset(done)
    return Transition(
        _concatenate([t.obs for t in played]).worlds(slice(count)),
        np.concatenate([t.action for t in played])[:count],
        _concatenate([t.next_obs for t in played]).worlds(slice(count)),
    )


def _concatenate(views: list[FieldView]) -> FieldView:
    return FieldView({name: np.concatenate([v.arrays()[name] for v in views]) for name in views[0].arrays()})
