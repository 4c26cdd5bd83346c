"""Whether a reward is a difference of potentials, which no loop can farm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...envs import FieldView, Transition
from .payment import Pay

_ZERO = 1e-6


class Telescoping(NamedTuple):
    """What a term is made of.

    Attributes:
        rest: part of its variation that is no sum of something of the state before and something of the next.
        mismatch: part of these two that do not cancel around a loop, for the discount that fits best.
        discount: gamma of ``gamma * phi(next) - phi(before)``; NaN where the term never varies.
    """

    rest: float
    mismatch: float
    discount: float

    @property
    def holds(self) -> bool:
        """Whether its discounted sum over any loop is 0: potential-based shaping (Ng et al. 1999)."""
        return self.rest < _ZERO and self.mismatch < _ZERO


def telescoping(pay: Pay, steps: Transition, pairs: int = 512, seed: int = 0) -> dict[str, Telescoping]:
    """For the reward and each term, whether it is ``gamma * phi(next) - phi(before)`` for some phi and gamma.

    Exact and without any fit of phi: a function of two states is G(before) + H(next) if and only if
    r(a, b) - r(a, o) - r(o, b) + r(o, o) = 0 for all states; then it telescopes if and only if H = -gamma G
    up to a constant. Steps are made up between recorded states, with a single action.

    Args:
        pay: the reward.
        steps: recorded steps, whose states are taken.
        pairs: pairs of states.
        seed: draws them.

    Returns:
        ``reward`` and each term -> what it is made of.
    """
    rng = np.random.default_rng(seed)
    first, second, other = rng.integers(len(steps.action), size=(3, pairs))
    fixed = np.full(pairs, first[0])

    def between(before: np.ndarray, after: np.ndarray) -> dict[str, np.ndarray]:
        return _paid_between(pay, steps.next_obs, before, after, steps.action[fixed])

    parts = [between(*ends) for ends in ((first, second), (first, other), (other, second), (other, other))]
    gone, come, still = between(first, fixed), between(fixed, first), between(fixed, fixed)
    return {
        name: _made_of([p[name] for p in parts], gone[name] - still[name], come[name] - still[name])
        for name in still
    }


def loop_payments(pay: Pay, steps: Transition, loops: int = 512, seed: int = 0) -> np.ndarray:
    """(loops,) what made-up loops of three recorded states pay, whether or not they can be walked."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(len(steps.action), size=(3, loops))
    action = steps.action[np.full(loops, corners[0, 0])]
    ways = [(corners[i], corners[(i + 1) % 3]) for i in range(3)]
    return np.sum([_paid_between(pay, steps.next_obs, a, b, action)["reward"] for a, b in ways], axis=0)


def _paid_between(
    pay: Pay, states: FieldView, before: np.ndarray, after: np.ndarray, action: np.ndarray
) -> dict[str, np.ndarray]:
    rewards, terms = pay(Transition(states.worlds(before), action, states.worlds(after)))
    return {**terms, "reward": rewards}


def _made_of(corners: list[np.ndarray], gone: np.ndarray, come: np.ndarray) -> Telescoping:
    """From r(a, b), r(a, o), r(o, b), r(o, o), and what moves as the state before, or the next one, does."""
    whole = max(float(np.mean(np.abs(part - corners[3]))) for part in corners[:3])
    if whole <= _ZERO:
        return Telescoping(0.0, 0.0, float("nan"))
    rest = float(np.mean(np.abs(corners[0] - corners[1] - corners[2] + corners[3]))) / whole
    size = float(gone @ gone + come @ come)
    discount = -float(gone @ come) / float(gone @ gone) if gone @ gone > 0 else float("inf")
    if not np.isfinite(discount):
        return Telescoping(rest, 1.0, discount)
    cancelled = come + discount * gone
    # A loop that pays more the longer it is, or nothing at all, is no shaping with a discount.
    sound = 0.5 < discount < 1 + _ZERO
    return Telescoping(rest, float(cancelled @ cancelled) / size if sound else 1.0, discount)
