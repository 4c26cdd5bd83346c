"""Edits of recorded steps: one thing changes, everything else stays as it was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...envs import FieldView, TaskSpec, Transition
from .payment import with_arrays

ACTION = "action"


def field_edits(spec: TaskSpec, steps: Transition, donors: np.ndarray) -> Iterator[tuple[str, Transition]]:
    """One feature at a time is taken from another step, for every field and for the action.

    The field's value before and after the step come from the same donor, so that it moves as it really
    does. This is permutation importance (Breiman 2001, "Random Forests") of a reward's input.

    Args:
        spec: the task, whose fields are edited.
        steps: N steps.
        donors: (N,) int, the step that each takes the feature from.

    Yields:
        Name of a field, or `ACTION`, and the edited steps.
    """
    for field in spec.fields:
        yield field.name, _with_field(steps, field.name, donors)
    yield ACTION, Transition(steps.obs, steps.action[donors], steps.next_obs)


def symmetry_edits(
    spec: TaskSpec, steps: Transition, rng: np.random.Generator
) -> Iterator[tuple[str, Transition]]:
    """What is alike before and after for a reward that only compares: joint relabelling, and mirroring.

    All categories with the same labels are relabelled by one permutation; all positions and velocities in
    space are mirrored left to right. Whether that may matter depends on the task.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for field in spec.fields:
        if field.labels:
            groups.setdefault(field.labels, []).append(field.name)
    for labels, names in groups.items():
        if len(names) > 1:
            order = rng.permutation(len(labels))
            yield f"labels of {', '.join(names)} exchanged", _changed(steps, names, lambda v, o=order: o[v])
    spatial = [f.name for f in spec.fields if f.shape == (3,) and f.unit in ("m", "m/s")]
    if spatial:
        mirror = np.array([-1.0, 1.0, 1.0])
        yield "left and right mirrored", _changed(steps, spatial, lambda values: values * mirror)


def without_progress(steps: Transition) -> Transition:
    """The steps undone: the state after each is that before it."""
    return Transition(steps.obs, steps.action, steps.obs)


def _with_field(steps: Transition, name: str, donors: np.ndarray) -> Transition:
    def edited(view: FieldView) -> FieldView:
        return with_arrays(view, **{name: view.arrays()[name][donors]})

    return Transition(edited(steps.obs), steps.action, edited(steps.next_obs))


def _changed(steps: Transition, names: list[str], change) -> Transition:
    def edited(view: FieldView) -> FieldView:
        return with_arrays(view, **{name: change(view.arrays()[name]) for name in names})

    return Transition(edited(steps.obs), steps.action, edited(steps.next_obs))
