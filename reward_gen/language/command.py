"""Rules that read simple commands without a model: a verb, the words of a field, numbers or another field.

They read ``move the hand to 0.1 0.6 0.2``, ``bring the tcp to the handle``, ``keep the torso height at
least 1.1 and the torso pitch at 0``, ``keep the torso upright``, and ``open the drawer`` where the task's
own goal says so. Anything else is refused rather than guessed; a model reads more.
"""

from __future__ import annotations

import re

from ...envs import Field, TaskSpec, UserError
from .parameters import Parameters, read_parameters
from .residual import is_quaternion
from .template import measurable

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)")
_CLAUSES = re.compile(r"\s*(?:;|\bwhile\b|\band\b|\bwith\b)\s*")
_MEANING_VERBS = (
    "open",
    "close",
    "press",
    "push",
    "pull",
    "lock",
    "unlock",
    "insert",
    "slide",
    "turn",
    "shut",
)
_AT_LEAST = re.compile(r"\b(?:at least|above|over|no less than)\b")
_AT_MOST = re.compile(r"\b(?:at most|below|under|no more than)\b")
_NEAR = re.compile(r"\b(?:to|near|at|towards|onto|into)\b")
_TOOLS = ("tcp_pos", "grip_pos", "hand_pos")
_AXES = {"x": 0, "y": 1, "z": 2, "height": 2}
# What a field's name may say and a command need not.
_OPTIONAL = {"pos", "quat"}
_SAME = {"position": "pos", "velocity": "vel", "speed": "vel", "gripper": "grip", "rate": "vel"}
# A thing is worth more at its goal than the tool is worth at the thing, or the tool would never let go.
_AT_GOAL = 3.0


def parse_command(command: str, spec: TaskSpec) -> Parameters:
    """The parameters that a simple `command` means for the task `spec`.

    >>> from rewardsmith.envs import task_class
    >>> parse_command("Move the hand to 0.1 0.6 0.2.", task_class("reach").spec).to_json()
    '{"hand_pos at [0.1, 0.6, 0.2]": 1.0}'
    >>> parse_command("Open the drawer", task_class("drawer-open").spec).to_json()
    '{"tcp_pos near handle_pos": 1.0, "handle_pos near goal_pos": 3.0}'

    Raises:
        UserError: no rule reads the command; says which clause, and which fields there are.
    """
    weights: dict[str, float] = {}
    for clause in _CLAUSES.split(re.sub(r"[.!?]+\s*$", "", command.strip()).lower()):
        if clause:
            weights |= _read(clause, spec)
    return read_parameters(weights, spec)


def _read(clause: str, spec: TaskSpec) -> dict[str, float]:
    numbers = _NUMBER.findall(clause)
    rules = (_targets,) if numbers else (_upright, _goal, _pair)
    for rule in rules:
        found = rule(clause, spec)
        if found:
            return found
    names = ", ".join(field.name for field in measurable(spec))
    raise UserError(
        f"no rule reads {clause!r}; name a field and a target, such as 'FIELD to 0.3' or 'FIELD to FIELD', "
        f"or ask a model; the fields are {names}"
    )


def _targets(clause: str, spec: TaskSpec) -> dict[str, float]:
    """A field and numbers: a target, or a bound."""
    numbers = _NUMBER.findall(clause)
    words = _words(_NUMBER.sub(" ", clause))
    part = _part(words, spec, len(numbers))
    if part is None:
        return {}
    if len(numbers) == 1 and _AT_LEAST.search(clause):
        return {f"{part} at least {numbers[0]}": 1.0}
    if len(numbers) == 1 and _AT_MOST.search(clause):
        return {f"{part} at most {numbers[0]}": 1.0}
    target = numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers)}]"
    return {f"{part} at {target}": 1.0}


def _part(words: list[str], spec: TaskSpec, count: int) -> str | None:
    """The one field, or component of a field, that `words` name and that has `count` values."""
    fields = [field for field in measurable(spec) if max(1, field.size) == count]
    whole = _named(words, fields)
    if whole is not None or count != 1:
        return None if whole is None else whole.name
    axes = [axis for axis in _AXES if axis in words]
    vector = _named(words, [f for f in measurable(spec) if f.shape and f.unit in ("m", "m/s")])
    if vector is None or len(axes) != 1 or _AXES[axes[0]] >= vector.size:
        return None
    return f"{vector.name}[{_AXES[axes[0]]}]"


def _upright(clause: str, spec: TaskSpec) -> dict[str, float]:
    if "upright" not in _words(clause):
        return {}
    for field in measurable(spec):
        if field.name.endswith("_pitch") and not field.shape:
            return {f"{field.name} at 0": 1.0}
        if is_quaternion(field):
            return {f"{field.name} tilted 0": 1.0}
    return {}


def _goal(clause: str, spec: TaskSpec) -> dict[str, float]:
    """What the task's own goal says: a tool goes to a thing, and the thing to the goal."""
    words = _words(clause)
    wanted = [verb for verb in _MEANING_VERBS if verb in words]
    names = {field.name for field in spec.fields}
    tools = [name for name in _TOOLS if name in names]
    if not wanted or not tools or "goal_pos" not in names or not set(wanted) <= set(_words(spec.goal)):
        return {}
    goal = spec.field("goal_pos")
    things = [
        field.name
        for field in measurable(spec)
        if field.shape == goal.shape and field.unit == goal.unit
        and field.name not in (*_TOOLS, "goal_pos") and "start" not in field.name
        and set(_words(f"{field.name} {field.meaning}")) & (set(words) - _FILLERS - set(wanted))
    ]  # fmt: skip
    if len(things) != 1:
        return {}
    return {f"{tools[0]} near {things[0]}": 1.0, f"{things[0]} near goal_pos": _AT_GOAL}


def _pair(clause: str, spec: TaskSpec) -> dict[str, float]:
    """One field to another."""
    middle = _NEAR.search(clause)
    if middle is None:
        return {}
    fields = [field for field in measurable(spec) if not is_quaternion(field)]
    first = _named(_words(clause[: middle.start()]), fields)
    second = _named(_words(clause[middle.end() :]), fields)
    return {f"{first.name} near {second.name}": 1.0} if first and second else {}


def _named(words: list[str], fields: list[Field]) -> Field | None:
    """The one field whose whole name `words` say; the longest name counts, and a tie names none."""
    ranked: dict[int, list[Field]] = {}
    for field in fields:
        parts = set(_words(field.name))
        needed = parts - _OPTIONAL or parts
        if needed <= set(words):
            ranked.setdefault(len(needed), []).append(field)
    best = ranked[max(ranked)] if ranked else []
    return best[0] if len(best) == 1 else None


_FILLERS = frozenset("the a an of in its it on to is by up down with".split())


def _words(text: str) -> list[str]:
    found = re.findall(r"[a-z]+", text.lower().replace("'s", " "))
    return [_SAME.get(word, word) for word in found]
