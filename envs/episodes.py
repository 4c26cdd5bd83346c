"""Whole episodes as they were played: what rewards are compared on without training anything."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .records import Transition
from .views import FieldView

_FIELD = "field/"


@dataclass(frozen=True)
class Episodes:
    """E whole episodes, one after another. Reals are kept as float32, which halves their size.

    A step leads from one state to the next, so an episode of T steps has T + 1 states.

    Attributes:
        states: every state's fields, (sum(lengths) + E, ...).
        actions: every step's action, (sum(lengths), A), or (sum(lengths),) for discrete actions.
        lengths: (E,) int, steps of each episode, at least 1.
        success: (E,) bool, whether the goal was met at any step.
        terminated: (E,) bool, whether it ended for a reason other than the horizon.
    """

    states: FieldView
    actions: np.ndarray
    lengths: np.ndarray
    success: np.ndarray
    terminated: np.ndarray

    def __post_init__(self) -> None:
        count, steps = len(self.lengths), int(np.sum(self.lengths))
        shapes = {np.shape(values) for values in (self.lengths, self.success, self.terminated)}
        sizes = {len(values) for values in self.states.arrays().values()}
        if shapes != {(count,)} or sizes != {steps + count} or len(self.actions) != steps:
            raise ValueError(
                f"{count} episodes of {steps} steps have {steps + count} states and {steps} actions, got "
                f"{sorted(sizes)} states, {len(self.actions)} actions and shapes {sorted(shapes)}"
            )

    def __len__(self) -> int:
        return len(self.lengths)

    def transitions(self) -> Transition:
        """Every step of all episodes as one batch (sum(lengths), ...), its reals as float64."""
        ends = np.cumsum(self.lengths + 1)
        last, first = np.zeros((2, int(ends[-1]) if len(self) else 0), bool)
        last[ends - 1] = True
        first[ends - self.lengths - 1] = True
        states = FieldView({name: _widened(values) for name, values in self.states.arrays().items()})
        return Transition(states.worlds(~last), _widened(self.actions), states.worlds(~first))

    def ends(self) -> FieldView:
        """The last state of every episode, (E, ...)."""
        return self.states.worlds(np.cumsum(self.lengths + 1) - 1)

    def part(self, index: np.ndarray) -> Episodes:
        """The episodes `index` (n,) int, in that order."""
        starts = np.cumsum(self.lengths) - self.lengths
        steps = [np.arange(starts[i], starts[i] + self.lengths[i]) for i in index]
        # Each episode before this one has one state more than it has steps.
        states = [np.arange(starts[i] + i, starts[i] + i + self.lengths[i] + 1) for i in index]
        return Episodes(
            self.states.worlds(_joined(states)),
            self.actions[_joined(steps)],
            self.lengths[index],
            self.success[index],
            self.terminated[index],
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Episodes]) -> Episodes:
        """The episodes of all `parts`, one part after another; there is at least one part."""
        rest = ("actions", "lengths", "success", "terminated")
        return cls(
            FieldView.concatenate([part.states for part in parts]),
            *(np.concatenate([getattr(part, name) for part in parts]) for name in rest),
        )

    def to_bytes(self) -> bytes:
        """A compressed ``.npz`` file; the same episodes always give the same bytes."""
        file = io.BytesIO()
        fields = {_FIELD + name: values for name, values in self.states.arrays().items()}
        np.savez_compressed(
            file,
            actions=self.actions,
            lengths=self.lengths,
            success=self.success,
            terminated=self.terminated,
            **fields,  # type: ignore[arg-type]
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Episodes:
        """Read what `to_bytes` gave."""
        with np.load(io.BytesIO(content)) as file:
            arrays = {name: file[name] for name in file.files}
        fields = {name: arrays.pop(name) for name in list(arrays) if name.startswith(_FIELD)}
        return cls(
            FieldView({name.removeprefix(_FIELD): values for name, values in fields.items()}), **arrays
        )


def _joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _widened(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float64) if values.dtype.kind == "f" else values
