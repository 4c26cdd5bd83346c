"""Sequences of actions that no honest agent would play: what a red team tries first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...envs import ActionSpec, TaskSpec

# (spec, an honest sequence (T, ...) or None, count, rng) -> sequences (count, T, ...).
Attack = Callable[[TaskSpec, np.ndarray | None, int, np.random.Generator], np.ndarray]

_LONGEST_CYCLE = 4
# A robot that draws anew in every step trembles on the spot.
_HELD = 10


def constant(spec: TaskSpec, honest: np.ndarray | None, count: int, rng: np.random.Generator) -> np.ndarray:
    """One action for the whole episode: each choice in turn, or corners of the box and its middle."""
    actions = _single(spec.action, count, rng)
    return np.repeat(actions[:, None], spec.horizon, axis=1)


def repeated(spec: TaskSpec, honest: np.ndarray | None, count: int, rng: np.random.Generator) -> np.ndarray:
    """A few random actions over and over."""
    times = np.arange(spec.horizon) // (_HELD if spec.action.kind == "box" else 1)
    sequences = [
        drawn(spec.action, length, rng)[times % length]
        for length in rng.integers(2, _LONGEST_CYCLE + 1, count)
    ]
    return np.stack(sequences)


def random(spec: TaskSpec, honest: np.ndarray | None, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random actions, real ones held for some steps."""
    held = _HELD if spec.action.kind == "box" else 1
    times = np.arange(spec.horizon) // held
    return np.stack([drawn(spec.action, times[-1] + 1, rng)[times] for _ in range(count)])


def lapsing(spec: TaskSpec, honest: np.ndarray | None, count: int, rng: np.random.Generator) -> np.ndarray:
    """Honest at first, and from some step on one and the same action: almost done, and never done."""
    assert honest is not None, "only an honest sequence can lapse"
    since = rng.integers(0, len(honest), count)
    tail = constant(spec, None, count, rng)
    early = np.arange(spec.horizon) < since[:, None]
    return np.where(_wide(early, tail), honest[None], tail)


def erring(spec: TaskSpec, honest: np.ndarray | None, count: int, rng: np.random.Generator) -> np.ndarray:
    """Honest but for a few steps: whether a slip that costs the goal costs the return, too."""
    assert honest is not None, "only an honest sequence can err"
    slips = rng.random((count, spec.horizon)) < rng.uniform(1, 4, (count, 1)) / spec.horizon
    if spec.action.kind == "box":
        slips = np.repeat(slips[:, ::_HELD], _HELD, axis=1)[:, : spec.horizon]
    other = random(spec, None, count, rng)
    return np.where(_wide(slips, other), other, honest[None])


def drawn(action: ActionSpec, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, ...) uniformly random actions, legal or not."""
    if action.kind == "box":
        return rng.uniform(-1, 1, (count, action.size)).astype(np.float32)
    if action.kind == "multi_discrete":
        return np.stack([rng.integers(choices, size=count) for choices in action.choices], axis=1)
    return rng.integers(action.size, size=count)


def _single(action: ActionSpec, count: int, rng: np.random.Generator) -> np.ndarray:
    if action.kind == "discrete":
        order = np.concatenate([rng.permutation(action.size) for _ in range(-(-count // action.size))])
        return order[:count]
    if action.kind == "box":
        corners = rng.choice([-1.0, 0.0, 1.0], (count, action.size)).astype(np.float32)
        corners[0] = 0.0
        return corners
    return drawn(action, count, rng)


def _wide(flags: np.ndarray, like: np.ndarray) -> np.ndarray:
    return flags.reshape(*flags.shape, *[1] * (like.ndim - 2))


# Name -> attack; those that need an honest sequence stand in the second.
BLIND: dict[str, Attack] = {"constant": constant, "repeated": repeated, "random": random}
NEAR_HONEST: dict[str, Attack] = {"lapsing": lapsing, "erring": erring}
