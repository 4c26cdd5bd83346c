"""One term of the template: how far a state is from what is asked, written as a short sentence.

``hand_pos near goal_pos``, ``handle_pos near goal_pos by [0, 0, 0.05]``, ``hand_pos at [0.1, 0.6, 0.2]``,
``hand_pos[2] at 0.3``, ``torso_height at least 1.1``, ``forward_speed at most 0.5``,
``torso_quat tilted 0``, ``effort small``.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Literal

from ...envs import Field, TaskSpec, UserError

Kind = Literal["near", "at", "at least", "at most", "tilted", "effort"]
BOUNDS = ("at least", "at most")

_PART = r"(?P<{0}>[A-Za-z]\w*)(?:\[(?P<{0}_index>\d+)\])?"
_FORMS = (
    re.compile(rf"{_PART.format('field')} (?P<kind>near) {_PART.format('other')}(?: by (?P<target>.+))?"),
    re.compile(rf"{_PART.format('field')} (?P<kind>at least|at most|at|tilted) (?P<target>.+)"),
    re.compile(r"(?P<field>effort) small"),
)
_EXAMPLES = (
    "'A near B', 'A near B by [x, y, z]', 'A at 0.3', 'A at least 0.3', 'A at most 0.3', 'A[2] at 0.3', "
    "'A_quat tilted 0' or 'effort small'"
)


@dataclass(frozen=True)
class Part:
    """A field, or one component of it.

    Attributes:
        field: the field's name.
        index: the component; None for all of them.
    """

    field: str
    index: int | None = None

    def __str__(self) -> str:
        return self.field if self.index is None else f"{self.field}[{self.index}]"

    def size(self, spec: TaskSpec) -> int | None:
        """Number of values; None where the field is a scalar or the part one component."""
        shape = spec.field(self.field).shape
        return shape[0] if shape and self.index is None else None


@dataclass(frozen=True)
class Residual:
    """A distance of at least 0 from what is asked, in the unit of its field.

    Attributes:
        kind: ``near`` another part, ``at`` a target, ``at least`` or ``at most`` a bound, ``tilted`` by an
            angle in rad against upright, or ``effort``, the root mean square of the action.
        part: what is measured; None for ``effort``.
        other: what it shall be near, for ``near``.
        target: values to reach, or for ``near`` where to be as seen from `other`; empty where unused.
    """

    kind: Kind
    part: Part | None = None
    other: Part | None = None
    target: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        # Six digits are what a sentence holds; adding 0 turns -0 into 0.
        object.__setattr__(self, "target", tuple(float(f"{value:.6g}") + 0.0 for value in self.target))

    def __str__(self) -> str:
        if self.kind == "effort":
            return "effort small"
        if self.kind == "near":
            return f"{self.part} near {self.other}" + (f" by {self.numbers}" if self.target else "")
        return f"{self.part} {self.kind} {self.numbers}"

    @property
    def numbers(self) -> str:
        """The target as the sentence writes it."""
        written = ", ".join(f"{value:.6g}" for value in self.target)
        return written if len(self.target) == 1 else f"[{written}]"

    def unit(self, spec: TaskSpec) -> str:
        """The unit that it is measured in."""
        if self.part is None:
            return ""
        return "rad" if self.kind == "tilted" else spec.field(self.part.field).unit


def read_residual(sentence: str, spec: TaskSpec) -> Residual:
    """The term that a `sentence` means for the task `spec`.

    Raises:
        UserError: it is no sentence of the template, or the task has no such field.
    """
    words = " ".join(str(sentence).split())
    match = next((found for form in _FORMS if (found := form.fullmatch(words))), None)
    if match is None:
        raise UserError(f"expected a term such as {_EXAMPLES}, got {words!r}")
    given = match.groupdict()
    if words == "effort small":
        residual = Residual("effort")
    else:
        target = _numbers(given["target"], words) if given.get("target") else ()
        other = _part(given, "other") if given.get("other") else None
        residual = Residual(given["kind"], _part(given, "field"), other, target)  # type: ignore[arg-type]
    fault = fault_of_residual(residual, spec)
    if fault:
        raise UserError(f"{words!r}: {fault}")
    return residual


def fault_of_residual(residual: Residual, spec: TaskSpec) -> str:
    """Why `residual` makes no sense for the task `spec`, in one line; empty where it does."""
    if residual.part is None:
        return "" if spec.action.kind == "box" else "effort needs actions that are real vectors"
    for part in filter(None, (residual.part, residual.other)):
        fault = _fault_of_part(part, spec)
        if fault:
            return fault
    size = residual.part.size(spec)
    if residual.kind == "tilted":
        return _fault_of_tilt(residual, spec.field(residual.part.field))
    if residual.kind == "near":
        return _fault_of_pair(residual, spec)
    if residual.kind in BOUNDS and size is not None:
        return f"a bound needs one value; name a component, such as {residual.part.field}[0]"
    return _fault_of_count(residual, size)


def is_quaternion(field: Field) -> bool:
    """Whether `field` holds an orientation as a unit quaternion, its real part first."""
    return field.shape == (4,) and field.name.endswith("quat")


def _fault_of_part(part: Part, spec: TaskSpec) -> str:
    names = [field.name for field in spec.fields]
    if part.field not in names:
        return f"there is no field {part.field!r}; expected one of {', '.join(names)}"
    field = spec.field(part.field)
    if field.kind != "real" or len(field.shape) > 1:
        return f"{field.name} is no real number or vector; the template has no term for it"
    if part.index is not None and not (field.shape and part.index < field.shape[0]):
        sizes = f"components 0 to {field.shape[0] - 1}" if field.shape else "no components"
        return f"{field.name} has {sizes}, got [{part.index}]"
    return ""


def _fault_of_tilt(residual: Residual, field: Field) -> str:
    if not is_quaternion(field) or (residual.part and residual.part.index is not None):
        return "only a whole unit quaternion can be tilted"
    within = len(residual.target) == 1 and 0 <= residual.target[0] <= math.pi + 1e-5
    return "" if within else f"a tilt is one angle from 0 to pi rad, got {residual.numbers}"


def _fault_of_pair(residual: Residual, spec: TaskSpec) -> str:
    part, other = residual.part, residual.other
    assert part is not None and other is not None
    if part == other:
        return "a field is always near itself; name another"
    pair = [(found.size(spec), spec.field(found.field).unit) for found in (part, other)]
    if pair[0] != pair[1]:
        return f"{part} and {other} differ in size or unit and cannot be compared"
    return _fault_of_count(residual, pair[0][0]) if residual.target else ""


def _fault_of_count(residual: Residual, size: int | None) -> str:
    wanted = 1 if size is None else size
    if len(residual.target) != wanted:
        return f"{residual.part} takes {wanted} number{'s' if wanted > 1 else ''}, got {residual.numbers}"
    return "" if all(map(math.isfinite, residual.target)) else "expected finite numbers"


def _part(given: dict[str, str], name: str) -> Part:
    index = given.get(f"{name}_index")
    return Part(given[name], None if index is None else int(index))


def _numbers(text: str, sentence: str) -> tuple[float, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    values = found if isinstance(found, list) else [found]
    if not values or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise UserError(f"{sentence!r}: expected a number or a list of numbers, got {text!r}")
    try:
        return tuple(map(float, values))
    except OverflowError:
        raise UserError(f"{sentence!r}: expected finite numbers") from None
