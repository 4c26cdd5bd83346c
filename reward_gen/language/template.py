"""The terms that a task offers, for a reader: everything that a command can set."""

from __future__ import annotations

from ...envs import Field, TaskSpec
from .residual import is_quaternion


def measurable(spec: TaskSpec) -> tuple[Field, ...]:
    """Fields that the template has terms for: real numbers and real vectors."""
    return tuple(field for field in spec.fields if field.kind == "real" and len(field.shape) <= 1)


def offered(spec: TaskSpec) -> list[str]:
    """The task's terms, one kind in a line, with the fields that each may name.

    >>> from rewardsmith.envs import task_class
    >>> offered(task_class("point-maze-u").spec)[0]
    '`A near B`, where A and B are two of: ball_pos, goal_pos (2 values in m)'
    """
    fields = measurable(spec)
    lines = [_near(group) for group in _alike(fields) if len(group) > 1]
    vectors = [field for field in fields if field.shape and not is_quaternion(field)]
    scalars = [field.name for field in fields if not field.shape]
    quaternions = [field.name for field in fields if is_quaternion(field)]
    if vectors:
        sizes = ", ".join(f"{field.name} ({field.size})" for field in vectors)
        lines.append(f"`A at [...]`, with as many numbers as A has values: {sizes}")
    components = [f"{field.name}[i]" for field in vectors]
    if scalars or components:
        lines.append(
            "`A at 0.3`, `A at least 0.3`, `A at most 0.3`, where A is one value: "
            + ", ".join([*scalars, *components])
        )
    if quaternions:
        lines.append(
            "`A tilted 0`, the angle in rad between the body's own z axis and upright, "
            f"where A is one of: {', '.join(quaternions)}"
        )
    if spec.action.kind == "box":
        lines.append("`effort small`, which prefers small actions")
    return lines


def _alike(fields: tuple[Field, ...]) -> list[list[Field]]:
    groups: dict[tuple[tuple[int, ...], str], list[Field]] = {}
    for field in fields:
        if not is_quaternion(field):
            groups.setdefault((field.shape, field.unit), []).append(field)
    return list(groups.values())


def _near(group: list[Field]) -> str:
    first = group[0]
    count = f"{first.size} value{'s' if first.size > 1 else ''}"
    measure = f"{count} in {first.unit}" if first.unit else count
    return f"`A near B`, where A and B are two of: {', '.join(f.name for f in group)} ({measure})"
