"""How much a field matters to a goal, judged by words, roles and units alone."""

from __future__ import annotations

import re
from typing import Literal

from ....envs import Field, TaskSpec

Role = Literal["effector", "object", "goal", "past"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EFFECTOR_WORDS = _words("hand tcp gripper finger fingertip palm effector pad grip agent robot torso body")
GOAL_WORDS = _words("goal target desired")
PAST_WORDS = _words("init initial start before previous prev last rest")
FALLING_WORDS = _words(
    "distance dist error remaining wrong illegal invalid cost penalty missing violation fault left"
)
RISING_WORDS = _words("match matched correct progress complete completed valid done share solved")
_SHUTTING_WORDS = _words("shut close lower reduce")
_IDLE_PHRASES = ("no part", "distract", "irrelevant")
_STOP_WORDS = _words(
    "a an and as at be by for from in into is it its of on one or so that the then this to with pos position "
    "whether which each when where world"
)
_PAIR_WEIGHT: dict[frozenset[Role], float] = {
    frozenset({"effector", "object"}): 4.0,
    frozenset({"object", "goal"}): 6.0,
    frozenset({"effector", "goal"}): 2.0,
    frozenset({"object"}): 0.7,
}
_RARE_PAIR = 0.1


def stems(text: str) -> frozenset[str]:
    """Words of `text`, underscores as blanks, without endings and without stop words.

    >>> sorted(stems("Open the drawer by pulling its handle"))
    ['drawer', 'handle', 'open', 'pull']
    """
    words = set(re.findall(r"[a-z]+", text.lower().replace("_", " "))) - _STOP_WORDS
    return frozenset(re.sub(r"(?<=[a-z]{3})(ing|ed|s)$", "", word) for word in words)


def name_words(field: Field) -> frozenset[str]:
    """The words of a field's name."""
    return frozenset(field.name.lower().split("_"))


def role(field: Field) -> Role:
    """What part a field plays: the robot's own body, the goal, a memory of the start, or a thing."""
    words = name_words(field)
    if words & PAST_WORDS:
        return "past"
    if words & GOAL_WORDS:
        return "goal"
    return "effector" if words & EFFECTOR_WORDS else "object"


def relevance(spec: TaskSpec, field: Field, favoured: frozenset[str] = frozenset()) -> float:
    """How likely a reward for `spec` needs `field`; 1 where nothing speaks for it or against it.

    Args:
        spec: the task, whose goal text is compared with the field's name, meaning and labels.
        field: the field.
        favoured: names of fields that a good program is known to use.
    """
    goal = stems(spec.goal)
    weight = 1.0 + 2.0 * min(len(goal & stems(field.name)), 2)
    weight += 0.5 * min(len(goal & stems(f"{field.meaning} {' '.join(field.labels)}")), 3)
    if not field.observed and (field.kind == "flag" or (field.kind == "real" and not field.shape)):
        # A scalar that the policy cannot see was declared for the reward's sake: it tells of progress.
        weight *= 2.5
    if role(field) == "past":
        weight *= 0.2
    if any(phrase in field.meaning.lower() for phrase in _IDLE_PHRASES):
        weight *= 0.2
    return weight * (3.0 if field.name in favoured else 1.0)


def pair_weight(first: Field, second: Field) -> float:
    """How likely the distance between two fields of like shape and unit belongs in a reward."""
    roles = frozenset({role(first), role(second)})
    weight = _PAIR_WEIGHT.get(roles, _RARE_PAIR)
    if "/" in first.unit:
        weight *= 0.2
    if not first.unit and "goal" not in roles:
        # Two pure numbers of like shape are seldom points of one space.
        weight *= 0.1
    return weight


def chance_to_rise(spec: TaskSpec, field: Field) -> float:
    """Chance that a larger value of a scalar or a flag is the better one."""
    words = stems(f"{field.name} {field.meaning}")
    if name_words(field) & FALLING_WORDS:
        return 0.05
    if name_words(field) & RISING_WORDS:
        return 0.95
    if "open" in stems(field.name):
        return 0.15 if stems(spec.goal) & _SHUTTING_WORDS else 0.85
    if words & FALLING_WORDS:
        return 0.2
    return 0.85 if field.kind == "flag" or words & RISING_WORDS else 0.6
