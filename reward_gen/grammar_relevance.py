"""How much a field matters to a goal, judged by words, roles and units alone."""

from __future__ import annotations

import re
from typing import Literal

from ..envs import Field, TaskSpec

Role = Literal["effector", "object", "goal", "past"]

EFFECTOR_WORDS = frozenset(
    "hand tcp gripper finger fingertip fingers palm effector pad grip agent robot torso body".split()
)
GOAL_WORDS = frozenset("goal target desired".split())
PAST_WORDS = frozenset("init initial start before previous prev last rest".split())
FALLING_WORDS = frozenset(
    "distance dist error remaining wrong illegal invalid cost penalty missing violation fault left".split()
)
RISING_WORDS = frozenset("match matched correct progress complete completed valid done share solved".split())
_STOP_WORDS = frozenset(
    "a an and as at be by for from in into is it its of on one or so that the then this to with pos position "
    "whether which each when where world".split()
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
    weight = 1.0 + 2.0 * len(goal & stems(field.name))
    weight += 0.5 * len(goal & stems(f"{field.meaning} {' '.join(field.labels)}"))
    if field.kind != "category" and not field.observed and role(field) != "past":
        # What the policy cannot see was declared for the reward's sake, or for the success test's.
        weight *= 1.5
    if role(field) == "past":
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


def chance_to_rise(field: Field) -> float:
    """Chance that a larger value of a scalar or a flag is the better one."""
    words = stems(f"{field.name} {field.meaning}")
    if name_words(field) & FALLING_WORDS:
        return 0.05
    if name_words(field) & RISING_WORDS:
        return 0.95
    if words & FALLING_WORDS:
        return 0.2
    return 0.85 if field.kind == "flag" or words & RISING_WORDS else 0.6
