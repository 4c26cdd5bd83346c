"""Random play: recorded transitions to probe rewards on."""

from __future__ import annotations

import numpy as np

from .records import Transition
from .spec import ActionSpec
from .task import Task
from .worlds import Worlds

# A robot that draws anew in every step trembles on the spot: random play holds each action for some twenty
# steps on average, so that hands travel and things get touched.
_REDRAW = 0.05
# Rewards should have seen what an illegal choice leads to, since an agent without masks will try.
_ILLEGAL = 0.05


def random_actions(
    action: ActionSpec, masks: np.ndarray | None, worlds: int, rng: np.random.Generator
) -> np.ndarray:
    """One uniformly random legal action for each world: (B, A) float32 in [-1, 1], (B,) int or (B, A) int.

    A component of which no choice is legal takes its first, as when Gymnasium's spaces are sampled.
    """
    if action.kind == "box":
        return rng.uniform(-1, 1, (worlds, action.size)).astype(np.float32)
    scores = rng.random((worlds, action.mask_size))
    if masks is not None:
        scores = np.where(masks, scores, -1.0)
    if action.kind == "discrete":
        return np.argmax(scores, axis=1)
    components = np.split(scores, np.cumsum(action.choices)[:-1], axis=1)
    return np.stack([np.argmax(component, axis=1) for component in components], axis=1)


def random_transitions(
    task: type[Task], count: int, rng: np.random.Generator, num_worlds: int = 16
) -> Transition:
    """`count` transitions of random play, as one batch: fields (count, ...), actions (count, A) or (count,).

    Real actions are held for a random number of steps; choices are drawn anew in each, and now and then
    without regard to what is legal.
    """
    worlds = Worlds(task, num_worlds)
    worlds.seed(rng.spawn(num_worlds))
    worlds.reset()
    action = worlds.spec.action
    held = random_actions(action, None, num_worlds, rng)
    played: list[Transition] = []
    for _ in range(-(-count // num_worlds)):
        before = worlds.view
        drawn = random_actions(action, _masks(worlds, rng), num_worlds, rng)
        if action.kind == "box":
            redrawn = rng.random(num_worlds) < _REDRAW
            drawn = np.where(redrawn[:, None], drawn, held)
        held = drawn
        step = worlds.step(drawn)
        played.append(Transition(before, drawn, worlds.view))
        done = np.flatnonzero(step.terminated | step.truncated)
        if len(done):
            worlds.reset(done)
    return Transition.concatenate(played).rows(slice(count))


def _masks(worlds: Worlds, rng: np.random.Generator) -> np.ndarray | None:
    legal = worlds.action_masks()
    if legal is None:
        return None
    return legal | (rng.random(worlds.num_worlds) < _ILLEGAL)[:, None]
