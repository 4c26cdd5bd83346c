"""Single values of a task's state, named, and steps in which they are varied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from ...envs import FieldView, TaskSpec, Transition, UserError

# A field, and the index of one of its values; () where it is a single value.
Place = tuple[str, tuple[int, ...]]
Moved = Literal["next", "both"]

_PLACE = re.compile(r"(\w+)(?:\[([\d, ]+)\])?")


def places_of(spec: TaskSpec) -> Iterator[Place]:
    """Every single value of a task's state."""
    for field in spec.fields:
        for index in np.ndindex(field.shape):
            yield field.name, index


def place_of(name: str, spec: TaskSpec) -> Place:
    """What `name` names.

    Raises:
        UserError: where the task has no such value.
    """
    match = _PLACE.fullmatch(name)
    found = (
        (match[1], tuple(int(part) for part in (match[2] or "").replace(",", " ").split())) if match else None
    )
    if found is None or found not in set(places_of(spec)):
        known = ", ".join(
            f.name + (f"[{', '.join(f'0..{size - 1}' for size in f.shape)}]" if f.shape else "")
            for f in spec.fields
        )
        raise UserError(
            f"expected a single value of the state of {spec.name}, got {name!r}; there are: {known}"
        )
    return found


def written(place: Place) -> str:
    """The place as a person names it."""
    name, index = place
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def values_of(place: Place, steps: Transition, spec: TaskSpec, points: int) -> np.ndarray:
    """The values to go through: a real field's recorded range, or every value between for others."""
    name, index = place
    everywhere: Any = (slice(None), *index)
    held = np.concatenate([view.arrays()[name][everywhere] for view in (steps.obs, steps.next_obs)])
    low, high = float(held.min()), float(held.max())
    if low == high:
        return np.array([low])
    if spec.field(name).kind == "real":
        return np.linspace(low, high, points)
    return np.arange(low, high + 1)


def varied(steps: Transition, row: int, changed: dict[Place, np.ndarray], moved: Moved) -> Transition:
    """Step `row`, once for each value of `changed`, place -> (N,)."""
    count = len(next(iter(changed.values())))
    before, action, after = steps.rows(np.full(count, row))
    return Transition(_moved(before, changed) if moved == "both" else before, action, _moved(after, changed))


def _moved(view: FieldView, changed: dict[Place, np.ndarray]) -> FieldView:
    arrays = {name: np.array(values) for name, values in view.arrays().items()}
    for (name, index), values in changed.items():
        everywhere: Any = (slice(None), *index)
        arrays[name][everywhere] = values
    return FieldView(arrays)
