"""One batch of physics for all members, and each member's own reward on its share of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np

from ...envs import FieldView, RewardFn, Task, Terms, Worlds
from .statistics import TermStatistics

FaultTypes = tuple[type[Exception], ...]
Paid = tuple[np.ndarray, Terms]
T = TypeVar("T")


@runtime_checkable
class TwoPhaseReward(Protocol):
    """A reward that works elsewhere meanwhile: asked first, collected later."""

    def submit(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> None:
        """Start to work out the reward of one step of B worlds."""

    def collect(self) -> tuple[np.ndarray, Terms]:
        """The reward (B,) and terms {name: (B,)} of the step that was submitted."""


def _asking(reward: RewardFn) -> Callable[[FieldView, np.ndarray, FieldView], Callable[[], Paid]]:
    """A function that has `reward` begin on a step, where it can; call what it gives for what is paid."""
    if not isinstance(reward, TwoPhaseReward):
        return partial(partial, reward)

    def ask(obs: FieldView, action: np.ndarray, next_obs: FieldView) -> Callable[[], Paid]:
        reward.submit(obs, action, next_obs)
        return reward.collect

    return ask


class PopulationStep(NamedTuple):
    """One step of n worlds of each of P members.

    Attributes:
        observation: (P, n, D) float32, of the next episode where one has ended.
        final_observation: (P, n, D) float32, before any new start.
        reward: (P, n) float32, each member's own.
        done: (P, n) bool.
        truncated: (P, n) bool: the horizon was reached.
    """

    observation: np.ndarray
    final_observation: np.ndarray
    reward: np.ndarray
    done: np.ndarray
    truncated: np.ndarray


class PopulationWorlds:
    """P members x n worlds in one batch, member by member.

    A member whose reward raises one of `fault_types` is paid nothing from then on and named in `faults`; the
    others notice nothing of it, and `keep` can let go of it.

    Args:
        task: the task's class.
        rewards: what each member is paid; None pays the task's sparse reward.
        seeds: of each member; its world i starts from ``seed + i``, as in `SB3VecEnv`.
        worlds_each: n.
        horizon: steps until an episode is truncated; None takes the task's own.
        threads: threads that may step the physics.
        fault_types: exceptions of a reward that cost its member its place; others pass through.

    Raises:
        ValueError: if two members share a reward that is asked in two phases.

    Attributes:
        faults: position in `rewards` -> what its reward raised.
        living: (P,) positions in `rewards` of the members still here.
    """

    def __init__(
        self,
        task: type[Task],
        rewards: Sequence[RewardFn | None],
        seeds: Sequence[int],
        worlds_each: int,
        *,
        horizon: float | None = None,
        threads: int = 1,
        fault_types: FaultTypes = (),
    ) -> None:
        two_phase = [id(reward) for reward in rewards if isinstance(reward, TwoPhaseReward)]
        if len(set(two_phase)) < len(two_phase):
            raise ValueError("a reward with submit and collect serves one member; open one for each")
        self.worlds_each = worlds_each
        self.faults: dict[int, Exception] = {}
        self.living = np.arange(len(rewards))
        self.statistics = [TermStatistics() for _ in rewards]
        self._ask = [None if reward is None else _asking(reward) for reward in rewards]
        self._fault_types = fault_types
        self._seeds = np.array([seed + world for seed in seeds for world in range(worlds_each)])
        self._worlds = Worlds(task, len(rewards) * worlds_each, horizon=horizon, threads=threads)

    def reset(self) -> np.ndarray:
        """Start new episodes in all worlds from the members' seeds; the observation (P, n, D)."""
        self._worlds.seed([np.random.default_rng(seed) for seed in self._seeds.tolist()])
        return self._by_member(self._worlds.reset())

    def action_masks(self) -> np.ndarray:
        """(P, n, mask_size) bool: which choices are legal now."""
        return self._by_member(self._worlds.task.action_masks())

    def step(self, actions: np.ndarray) -> PopulationStep:
        """Advance all worlds; `actions` is (P, n, A), or (P, n) for discrete actions."""
        before, flat = self._worlds.view, actions.reshape(-1, *actions.shape[2:])
        step = self._worlds.step(flat)
        reward = self._pay(before, flat, self._worlds.view, step.task_reward)
        done = step.terminated | step.truncated
        observation = step.observation
        if done.any():
            observation = self._worlds.reset(np.flatnonzero(done))
        parts = observation, step.observation, reward, done, step.truncated
        return PopulationStep(*map(self._by_member, parts))

    def keep(self, rows: Sequence[int]) -> None:
        """Let go of all living members but `rows`; the physics of the others goes on as it is."""
        self.living = self.living[rows]
        kept = self._by_member(np.arange(len(self._seeds)))[rows].ravel()
        self._seeds = self._seeds[kept]
        if rows:
            self._worlds = self._worlds.part(kept)

    def fold_statistics(self) -> None:
        """Reduce what the rewards came to since the last rollout."""
        for member in self.living:
            self.statistics[member].fold()

    def _pay(
        self, before: FieldView, actions: np.ndarray, after: FieldView, task_reward: np.ndarray
    ) -> np.ndarray:
        """Rewards (B,) float32: all members' asked for first, so that sealed workers run side by side."""
        paid = np.zeros(len(task_reward), np.float32)
        collectors: dict[int, Callable[[], Paid]] = {}
        for row, member in enumerate(self.living.tolist()):
            share, ask = self._share(row), self._ask[member]
            if member in self.faults:
                continue
            if ask is None:
                paid[share] = task_reward[share]
                self.statistics[member].add(task_reward[share], {})
                continue
            transition = before.worlds(share), actions[share], after.worlds(share)
            collector = self._attempt(member, partial(ask, *transition))
            if collector is not None:
                collectors[row] = collector
        for row, collector in collectors.items():
            member = int(self.living[row])
            answer = self._attempt(member, collector)
            if answer is not None:
                paid[self._share(row)] = answer[0]
                self.statistics[member].add(*answer)
        return paid

    def _attempt(self, member: int, call: Callable[[], T]) -> T | None:
        """What `call` gives; None where it raises a fault, which is noted as the member's."""
        try:
            return call()
        except self._fault_types as fault:
            self.faults[member] = fault
            return None

    def _share(self, row: int) -> slice:
        return slice(row * self.worlds_each, (row + 1) * self.worlds_each)

    def _by_member(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(-1, self.worlds_each, *values.shape[1:])
