"""B worlds of a task together with a reward, a horizon and seeds: the engine of every environment class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .draws import DrawStreams
from .errors import UserError
from .records import RewardFn, Terms, close_reward
from .spaces import ObservationEncoder
from .task import Task
from .views import FieldView


class Step(NamedTuple):
    """What one step of B worlds gives; every array has B rows.

    Attributes:
        observation: (B, D) float32, before any reset.
        reward: (B,) what the agent receives.
        terms: name -> (B,) parts of the reward, as its program names them.
        task_reward: (B,) the task's own sparse reward: 1 while the state meets the goal, else 0.
        terminated: (B,) bool.
        truncated: (B,) bool: the horizon was reached.
        succeeded: (B,) bool: whether the goal was met at this or any earlier step of the episode.
    """

    observation: np.ndarray
    reward: np.ndarray
    terms: Terms
    task_reward: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray
    succeeded: np.ndarray


class Worlds:
    """Steps B worlds of `task` and pays `reward` for each step.

    Args:
        task: the task's class.
        num_worlds: B.
        reward: a reward function; None pays the task's own sparse reward.
        horizon: steps until an episode is truncated; None takes the task's own, ``inf`` never truncates.
        threads: threads that may step the physics.
    """

    def __init__(
        self,
        task: type[Task],
        num_worlds: int,
        *,
        reward: RewardFn | None = None,
        horizon: float | None = None,
        threads: int = 1,
    ) -> None:
        self.spec = task.spec
        self.num_worlds = num_worlds
        self.task = task(num_worlds, threads=threads)
        self.horizon = task.spec.horizon if horizon is None else horizon
        if self.horizon < 1:
            raise UserError(f"a horizon is at least 1 step, got {horizon}")
        self.encoder = ObservationEncoder(task.spec)
        self.elapsed = np.zeros(num_worlds, np.int64)
        self.succeeded = np.zeros(num_worlds, bool)
        self._reward = reward
        self._draws = DrawStreams(num_worlds, task.draws)
        self._action_shape = num_worlds, *task.spec.action.shape
        self._view: FieldView | None = None

    @property
    def view(self) -> FieldView:
        """The current state's fields."""
        if self._view is None:
            raise RuntimeError("call reset() before the first step")
        return self._view

    def seed(
        self, generators: Sequence[np.random.Generator | None], worlds: np.ndarray | None = None
    ) -> None:
        """Give each world its generator, from which all its later episodes start; None keeps the old one."""
        self._draws.seed(self._all if worlds is None else worlds, generators)

    def reset(self, worlds: np.ndarray | None = None) -> np.ndarray:
        """Start new episodes in `worlds` (n,) int, or in all; the observation (B, D) of all worlds."""
        index = self._all if worlds is None else worlds
        self.task.reset(index, self._draws.take(index))
        self.elapsed[index] = 0
        self.succeeded[index] = False
        self._view = FieldView(self.task.fields())
        return self.observe()

    def observe(self) -> np.ndarray:
        """The policy's observation (B, D) float32 of the current state."""
        return self.encoder.encode(self.view.arrays())

    def action_masks(self) -> np.ndarray | None:
        """(B, mask_size) bool: which choices are legal now; None where every action always is."""
        return self.task.action_masks() if self.spec.action.masked else None

    def step(self, actions: np.ndarray) -> Step:
        """Advance all worlds by one step; `actions` is (B, A), or (B,) for discrete actions.

        Raises:
            ValueError: if the actions' shape is not that of this batch.
        """
        before = self.view
        actions = np.asarray(actions)
        if actions.shape != self._action_shape:
            raise ValueError(f"expected actions of shape {self._action_shape}, got {actions.shape}")
        self.task.step(actions)
        self._view = after = FieldView(self.task.fields())
        task_reward = self.task.success().astype(np.float64)
        reward, terms = task_reward, dict[str, np.ndarray]()
        if self._reward is not None:
            reward, terms = self._reward(before, actions, after)
        self.elapsed += 1
        self.succeeded |= task_reward > 0
        terminated = self.task.terminated()
        return Step(
            observation=self.observe(),
            reward=reward,
            terms=terms,
            task_reward=task_reward,
            terminated=terminated,
            truncated=(self.elapsed >= self.horizon) & ~terminated,
            succeeded=self.succeeded.copy(),
        )

    def part(self, kept: np.ndarray) -> Worlds:
        """The worlds `kept` (n,) alone, going on exactly as they would here; these are not to be used after.

        Raises:
            ValueError: if a reward is paid, which may have been opened for all worlds of this batch.
        """
        if self._reward is not None:
            raise ValueError("only worlds without a reward of their own can be parted")
        part = Worlds(type(self.task), len(kept), horizon=self.horizon, threads=self.task.threads)
        part.task.restore({name: rows[kept] for name, rows in self.task.snapshot().items()})
        part.elapsed, part.succeeded = self.elapsed[kept], self.succeeded[kept]
        part._draws = self._draws.part(kept)
        part._view = FieldView(part.task.fields())
        return part

    def close(self) -> None:
        """Close the task and the reward, where they hold a process, a file or graphics memory."""
        self.task.close()
        close_reward(self._reward)

    @property
    def _all(self) -> np.ndarray:
        return np.arange(self.num_worlds)
