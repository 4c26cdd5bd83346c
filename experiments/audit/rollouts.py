"""Sequences of actions, played side by side from one start and paid by the reward under audit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs import FieldView, Task, Transition
from ...envs.play import random_actions
from .payment import Pay


@dataclass(frozen=True)
class Rollouts:
    """N episodes from the same start.

    Attributes:
        actions: (N, T, ...) as they were played; after an episode's end without meaning.
        lengths: (N,) steps until the end.
        success: (N,) bool, whether the goal was met at any step.
        returns: (N,) discounted return.
        metric: (N,) the task's metric at the end.
    """

    actions: np.ndarray
    lengths: np.ndarray
    success: np.ndarray
    returns: np.ndarray
    metric: np.ndarray

    def rows(self, index: np.ndarray) -> Rollouts:
        """Some of them only."""
        return Rollouts(*(values[index] for values in vars(self).values()))

    @staticmethod
    def concatenate(parts: list[Rollouts]) -> Rollouts:
        """The episodes of all `parts`; there is at least one."""
        return Rollouts(*map(np.concatenate, zip(*(vars(part).values() for part in parts), strict=True)))


class Player:
    """Plays episodes of a task for a reward, and counts the steps.

    Args:
        task: its class.
        pay: the reward.
        discount: that of the returns.
        rng: draws a legal choice where the one that was asked for is illegal.

    Attributes:
        steps: environment steps so far.
    """

    def __init__(self, task: type[Task], pay: Pay, discount: float, rng: np.random.Generator) -> None:
        self.task, self.steps = task, 0
        self._pay, self._discount, self._rng = pay, discount, rng

    def play(self, draws: np.ndarray, actions: np.ndarray) -> Rollouts:
        """Play `actions` (N, T, ...) from the start that `draws` (draws,) give."""
        return self._played(np.tile(draws, (len(actions), 1)), actions)

    def script(self, draws: np.ndarray) -> Rollouts:
        """What the task's script does from each of the starts `draws` (N, draws)."""
        return self._played(draws, None)

    def _played(self, draws: np.ndarray, actions: np.ndarray | None) -> Rollouts:
        worlds = self.task(len(draws))
        worlds.reset(np.arange(len(draws)), draws)
        going, succeeded = np.ones(len(draws), bool), np.zeros(len(draws), bool)
        lengths, metric = np.zeros(len(draws), np.int64), worlds.metric()
        taken, steps, rows = [], [], []
        before = FieldView(worlds.fields())
        for time in range(self.task.spec.horizon):
            chosen = worlds.scripted_actions() if actions is None else self._legal(worlds, actions[:, time])
            worlds.step(chosen)
            after = FieldView(worlds.fields())
            taken.append(np.array(chosen))
            rows.append(np.flatnonzero(going))
            steps.append(Transition(before, np.asarray(chosen), after).rows(going))
            lengths += going
            succeeded |= going & worlds.success()
            metric = np.where(going, worlds.metric(), metric)
            going &= ~worlds.terminated()
            before = after
            if not going.any():
                break
        worlds.close()
        taken += [taken[-1]] * (self.task.spec.horizon - len(taken))
        self.steps += int(lengths.sum())
        returns = self._returns(steps, rows, len(draws))
        return Rollouts(np.stack(taken, axis=1), lengths, succeeded, returns, metric)

    def _returns(self, steps: list[Transition], rows: list[np.ndarray], count: int) -> np.ndarray:
        paid = self._pay(Transition.concatenate(steps))[0]
        discounts = np.repeat(self._discount ** np.arange(len(rows)), [len(row) for row in rows])
        return np.bincount(np.concatenate(rows), paid * discounts, minlength=count)

    def _legal(self, worlds: Task, wanted: np.ndarray) -> np.ndarray:
        """`wanted` (N, ...), but a random legal choice where it is illegal now."""
        spec = worlds.spec.action
        if not spec.masked or spec.kind != "discrete":
            return wanted
        masks = worlds.action_masks()
        legal = masks[np.arange(len(wanted)), wanted] | ~masks.any(axis=1)
        return np.where(legal, wanted, random_actions(spec, masks, len(wanted), self._rng))
