"""The base of every task: B worlds stepped at once on arrays."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from .errors import UserError
from .spec import TaskSpec

Split = Literal["train", "held-out"]


class Task(ABC):
    """B worlds of one task. It knows its fields and its success, and nothing of rewards.

    An episode's start is a function of a point in the unit cube: `reset` gets `draws` uniform numbers
    for each world, drawn from that world's own generator. So world i of a batch equals a single
    environment with the same seed, bit for bit, and no loop over worlds is needed.

    Args:
        num_worlds: B, the number of worlds.
        threads: threads that may step them.

    Attributes:
        spec: what the task is.
        draws: uniform numbers that the start of an episode takes.
        split: which of its instances are drawn.
        has_held_out: whether some instances are never drawn in training; see `held_out`.
    """

    spec: ClassVar[TaskSpec]
    draws: ClassVar[int]
    split: ClassVar[Split] = "train"
    has_held_out: ClassVar[bool] = False

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        if num_worlds < 1:
            raise ValueError(f"a task steps at least 1 world, got num_worlds={num_worlds}")
        self.num_worlds = num_worlds
        self.threads = threads

    @abstractmethod
    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) int from uniform `draws` (n, self.draws) in [0, 1)."""

    @abstractmethod
    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step; `actions` is (B, A) float in [-1, 1], (B,) int or (B, A) int."""

    @abstractmethod
    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state, (B, *shape), in arrays that later steps leave alone."""

    @abstractmethod
    def success(self) -> np.ndarray:
        """(B,) bool: whether the current state meets the goal."""

    def terminated(self) -> np.ndarray:
        """(B,) bool: whether the episode is over for a reason other than the horizon."""
        return self.success() if self.spec.ends_on_success else np.zeros(self.num_worlds, bool)

    def metric(self) -> np.ndarray:
        """(B,) float: how far the current state has come; higher is better, `spec.metric` says what it is."""
        return self.success().astype(np.float64)

    def illegal_actions(self) -> np.ndarray:
        """(B,) float: illegal actions since the episode began; 0 where every action is legal."""
        return np.zeros(self.num_worlds)

    def action_masks(self) -> np.ndarray:
        """(B, mask_size) bool: which choices are legal now; only for tasks with ``spec.action.masked``.

        The choices of a ``multi_discrete`` action's components stand one component after another.
        """
        raise TypeError(f"every action of {self.spec.name} is always legal: it has no masks")

    def render_text(self, world: int) -> str:
        """World `world` as a person would read it."""
        values = {name: array[world] for name, array in self.fields().items()}
        return "\n".join(f"{name}: {np.array2string(value, precision=3)}" for name, value in values.items())

    def render_rgb(self, world: int, width: int = 480, height: int = 480) -> np.ndarray:
        """World `world` as a picture (height, width, 3) uint8; only for tasks that have pictures.

        Raises:
            UserError: if the task has none.
        """
        raise UserError(f"{self.spec.name} has no pictures, only text: use the render mode 'ansi'")

    @classmethod
    def render_modes(cls) -> tuple[str, ...]:
        """Gymnasium's names for the ways in which a world can be shown."""
        return ("ansi",) if cls.render_rgb is Task.render_rgb else ("ansi", "rgb_array")

    def close(self) -> None:  # noqa: B027 - most tasks have nothing to close
        """Give back what Python itself would not, such as graphics memory; nothing for most tasks."""

    def scripted_actions(self) -> np.ndarray:
        """(B, A) or (B,): what a simple script that knows the task does in the current state."""
        raise TypeError(f"{self.spec.name} has no script")

    @abstractmethod
    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds; `restore` brings it back bit for bit."""

    @abstractmethod
    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""

    def instance_key(self, world: int) -> Hashable:
        """What tells the instance in `world` from all others; only for tasks with held-out ones."""
        raise TypeError(f"{self.spec.name} has no numbered instances")

    @classmethod
    def held_out(cls) -> type[Task]:
        """The same task on the instances that training never draws: is it understood, or memorised?

        Raises:
            UserError: if the task has none.
        """
        if not cls.has_held_out:
            raise UserError(f"{cls.spec.name} has no held-out instances: its test seeds alone are new")
        return _held_out(cls)

    @classmethod
    def human_reward_path(cls) -> Path:
        """Where the task's human reward program stands, if it has one: beside the task's own file."""
        return cls._beside(".reward.py")

    @classmethod
    def shipped_rewards(cls) -> dict[str, Path]:
        """Name -> file of every reward program that comes with the task.

        ``human`` is ``<file>.reward.py``; any other stands in ``<file>.<name>.reward.py``, such as a proxy
        that shows how a reward goes wrong.
        """
        human, ending = cls.human_reward_path(), ".reward.py"
        stem = human.name.removesuffix(ending)
        others = sorted(human.parent.glob(f"{stem}.*{ending}"))
        found = {path.name.removeprefix(f"{stem}.").removesuffix(ending): path for path in others}
        return {"human": human, **found} if human.is_file() else found

    @classmethod
    def recording_path(cls) -> Path:
        """Where an episode that succeeds is recorded, if it is: beside the task's own file.

        The file holds the episode's start `draws` (draws,) and its `actions` (T, A), or (T,).
        """
        return cls._beside(".recording.npz")

    @classmethod
    def _beside(cls, suffix: str) -> Path:
        module = sys.modules[cls.__module__].__file__
        assert module is not None
        return Path(module).with_suffix(suffix)


@cache
def _held_out(task: type[Task]) -> type[Task]:
    return type(task.__name__, (task,), {"split": "held-out", "__module__": task.__module__})
