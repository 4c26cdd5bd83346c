"""Small worlds of which everything is known: values, best policies, and what a policy costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs import UserError

_ROUNDS = 1_000


@dataclass(frozen=True)
class Tabular:
    """A Markov decision process without its reward.

    Attributes:
        transition: (S, A, S) probability of each next state.
        discount: below 1.
        start: (S,) distribution of first states; None starts anywhere alike.

    Raises:
        UserError: if these are no distributions, or the discount is not in [0, 1).
    """

    transition: np.ndarray
    discount: float
    start: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = self.transition.shape
        if len(shape) != 3 or shape[0] != shape[2]:
            raise UserError(f"transitions have the shape (S, A, S), got {shape}")
        if not np.allclose(self.transition.sum(axis=2), 1.0) or self.transition.min() < 0:
            raise UserError("transition[s, a] is a distribution of next states: it is positive and sums to 1")
        if not 0.0 <= self.discount < 1.0:
            raise UserError(f"a discount is from 0 to below 1, got {self.discount}")

    def expected(self, reward: np.ndarray) -> np.ndarray:
        """`reward` (S, A, S) averaged over the next states that follow: (S, A, S), alike for all of them."""
        mean = np.sum(self.transition * reward, axis=2, keepdims=True)
        return np.broadcast_to(mean, self.transition.shape)

    def values(self, reward: np.ndarray, policy: np.ndarray | None = None) -> np.ndarray:
        """Value (S,) of each state under `policy` (S, A); None takes all actions alike."""
        count, choices = self.transition.shape[:2]
        policy = np.full((count, choices), 1 / choices) if policy is None else policy
        moves = np.einsum("sa,sat->st", policy, self.transition)
        paid = np.einsum("sa,sat,sat->s", policy, self.transition, reward)
        return np.linalg.solve(np.eye(count) - self.discount * moves, paid)

    def best_policy(self, reward: np.ndarray) -> np.ndarray:
        """A policy (S, A) of one action in each state that is best for `reward`, by policy iteration."""
        count, choices = self.transition.shape[:2]
        actions = np.zeros(count, int)
        paid = np.sum(self.transition * reward, axis=2)
        for _ in range(_ROUNDS):
            worth = paid + self.discount * self.transition @ self.values(reward, np.eye(choices)[actions])
            # Only what is truly better replaces an action: equals would be swapped for ever.
            better = worth.max(axis=1) > worth[np.arange(count), actions] + 1e-12 * np.abs(worth).max()
            if not better.any():
                break
            actions = np.where(better, worth.argmax(axis=1), actions)
        return np.eye(choices)[actions]

    def expected_return(self, reward: np.ndarray, policy: np.ndarray) -> float:
        """What `policy` (S, A) earns from the start on, discounted."""
        values = self.values(reward, policy)
        return float(values.mean() if self.start is None else self.start @ values)
