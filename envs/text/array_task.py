"""The base of every text task: worlds whose whole state is arrays, and actions that can be illegal."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ..task import Task


class ArrayTask(Task):
    """B worlds, each one row of every array that `state_names` names.

    An action that is illegal now, or that does not exist, is counted in the world's `illegal` and changes
    nothing else. A subclass makes its arrays in `_allocate`, fills their rows in `_begin` and moves on in
    `_act`.

    Attributes:
        state_names: the arrays.
        about_last_action: the fields that speak of the last action alone, and so change with an illegal one.
    """

    state_names: ClassVar[tuple[str, ...]]
    about_last_action: ClassVar[tuple[str, ...]] = ()

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        self.illegal = np.zeros(num_worlds)
        self._everyone = np.arange(num_worlds)
        self._allocate()
        self.reset(self._everyone, np.zeros((num_worlds, self.draws)))

    @abstractmethod
    def _allocate(self) -> None:
        """Make the arrays of `state_names`, each (B, ...)."""

    @abstractmethod
    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Set the start of an episode in `worlds` (n,) from uniform `draws` (n, self.draws)."""

    @abstractmethod
    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        """Carry out `actions` (B,) int where `legal` (B,) bool; elsewhere nothing happens."""

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, self.draws) in [0, 1)."""
        self.illegal[worlds] = 0.0
        self._begin(worlds, draws)

    def step(self, actions: np.ndarray) -> None:
        """One action per world, (B,) int; illegal ones are counted and otherwise ignored."""
        actions = np.asarray(actions)
        legal = (actions >= 0) & (actions < self.spec.action.size)
        actions = np.where(legal, actions, 0)
        if self.spec.action.masked:
            legal &= self.action_masks()[self._everyone, actions]
        self.illegal += ~legal
        self._act(actions, legal)

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: which actions are legal now; never none."""
        return np.ones((self.num_worlds, self.spec.action.size), bool)

    def illegal_actions(self) -> np.ndarray:
        """(B,) float: illegal actions since the episode began."""
        return self.illegal.copy()

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds, in copies."""
        return {name: getattr(self, name).copy() for name in ("illegal", *self.state_names)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave.

        Raises:
            ValueError: if it belongs to another number of worlds.
        """
        if len(state["illegal"]) != self.num_worlds:
            raise ValueError(
                f"a snapshot of {len(state['illegal'])} worlds does not fit {self.num_worlds}: "
                "restore it in a task with as many worlds"
            )
        for name, array in state.items():
            setattr(self, name, array.copy())


def choose(uniform: np.ndarray, choices: int) -> np.ndarray:
    """Uniform numbers in [0, 1) -> equally likely int64 in [0, choices), same shape."""
    return (uniform * choices).astype(np.int64)
