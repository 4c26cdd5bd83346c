"""B official environments side by side as a task."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import gymnasium
import numpy as np

from ..errors import UserError
from ..spec import Field
from ..task import Task
from ..views import FieldView
from .actions import translation
from .gym_world import GymWorld, Saved
from .reading import read_field, read_success
from .sources import FieldSource, Source

# Seeds of 31 bits suit whatever random number generator an environment hands them on to.
_SEEDS = 2**31

FieldRule = Callable[[FieldView], Any]


@dataclass(frozen=True)
class Declaration:
    """What is said about an environment to make a task of it.

    Attributes:
        make: makes one environment.
        sources: where the value of each field is found.
        success: a place that says whether the goal is met, or a rule over the fields (B, ...).
        metric: a rule over the fields that gives (B,) reals; None reports success.
        script: gives actions (B, A) or (B,) from the fields; None where no script is known.
    """

    make: Callable[[], gymnasium.Env]
    sources: dict[Field, FieldSource]
    success: Source | FieldRule
    metric: FieldRule | None = None
    script: FieldRule | None = None


class GymTask(Task):
    """B worlds of a declared environment, each an object of its own, stepped one after another.

    So it is the official code that runs, at the official speed. An environment that ends an episode, by
    terminating or by truncating it, terminates the task's, and is not stepped again before its reset.
    """

    draws = 1
    declaration: ClassVar[Declaration]
    declared_on_line: ClassVar[int]

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        self.worlds = [GymWorld(self.declaration.make) for _ in range(num_worlds)]
        self._translate = translation(self.worlds[0].env.action_space)
        self._values: dict[str, np.ndarray] = {
            field.name: np.zeros((num_worlds, *field.shape), field.dtype) for field in self.spec.fields
        }
        self._met = np.zeros(num_worlds, bool)
        self.reset(np.arange(num_worlds), np.zeros((num_worlds, self.draws)))

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,); `draws` (n, 1) become the seeds of their resets."""
        for world, point in zip(worlds, draws, strict=True):
            self.worlds[world].reset(int(point[0] * _SEEDS))
        self._read(worlds)

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step; `actions` (B, A) in [-1, 1] span the environment's bounds."""
        for world, action in zip(self.worlds, actions, strict=True):
            world.step(self._translate(action))
        self._read(np.arange(self.num_worlds))

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        return dict(self._values)

    def success(self) -> np.ndarray:
        """(B,) bool: whether the current state meets the goal."""
        rule = self.declaration.success
        return self._met.copy() if isinstance(rule, Source) else self._ruled("success", rule, np.bool_)

    def terminated(self) -> np.ndarray:
        """(B,) bool: whether the environment has ended the episode, or success does."""
        return np.array([world.shown.over for world in self.worlds]) | super().terminated()

    def metric(self) -> np.ndarray:
        """(B,) float: as declared, or else success."""
        rule = self.declaration.metric
        return super().metric() if rule is None else self._ruled("metric", rule, np.floating)

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds; its rows can be restored in any order, in any number of worlds."""
        rows = np.empty(self.num_worlds, object)
        for world, environment in enumerate(self.worlds):
            rows[world] = environment.save()
        return {"environments": rows}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        saved: np.ndarray = state["environments"]
        if len(saved) != self.num_worlds:
            raise ValueError(f"a snapshot of {len(saved)} worlds does not fit {self.num_worlds}")
        for environment, row in zip(self.worlds, saved, strict=True):
            assert isinstance(row, Saved)
            environment.restore(row)
        self._read(np.arange(self.num_worlds))

    def close(self) -> None:
        """Close the environments."""
        for world in self.worlds:
            world.close()

    @classmethod
    def _beside(cls, suffix: str) -> Path:
        # A file may declare many tasks, so that a reward is named after its task; a notebook has no file.
        file = getattr(sys.modules.get(cls.__module__), "__file__", None)
        folder = Path.cwd() if file is None else Path(file).parent
        return folder / f"{cls.spec.name.replace('-', '_')}{suffix}"

    def _read(self, worlds: np.ndarray) -> None:
        environments = [self.worlds[world] for world in worlds]
        success = self.declaration.success
        try:
            for field, source in self.declaration.sources.items():
                # The old array may be in use as a field of the last state.
                values = self._values[field.name].copy()
                values[worlds] = read_field(field, source, environments)
                self._values[field.name] = values
            if isinstance(success, Source):
                self._met[worlds] = [read_success(success, environment) for environment in environments]
        except UserError as error:
            raise UserError(f"task {self.spec.name}: {error}") from None

    def _ruled(self, name: str, rule: FieldRule, dtype: type) -> np.ndarray:
        try:
            result = np.asarray(rule(FieldView(self._values)))
        except AttributeError as error:
            raise UserError(f"task {self.spec.name}: the {name} rule failed: {error}") from error
        if result.shape != (self.num_worlds,) or not np.issubdtype(result.dtype, dtype):
            wanted = "bool" if dtype is np.bool_ else "float"
            raise UserError(
                f"task {self.spec.name}: the {name} rule gives {wanted} of shape ({self.num_worlds},), one "
                f"for each world, but gave {result.dtype} of shape {result.shape}; fields are (B, ...)"
            )
        return result


def script_of(task: GymTask) -> np.ndarray:
    """(B, A) or (B,): what the declared script does now; the method of tasks that have one."""
    assert task.declaration.script is not None
    return np.asarray(task.declaration.script(FieldView(task.fields())))
