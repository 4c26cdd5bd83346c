"""A task in words: its goal, its fields line by line, its action."""

from __future__ import annotations

import math

from ....envs import ActionSpec, Field, TaskSpec
from .template import fill

HIDDEN = "The agent does not see it; your program does."


def listing(spec: TaskSpec) -> str:
    """The task as a page that needs no other; its name is left out, for the goal says what is wanted."""
    return fill(
        "task.md",
        goal=spec.goal,
        fields="\n".join(field_line(field) for field in spec.fields),
        action=action_words(spec.action),
        episode=episode_words(spec),
    )


def episode_words(spec: TaskSpec) -> str:
    """How long an episode is, what ends it, and what is measured beside success."""
    seconds = f" of {spec.step_seconds:g} s each" if spec.step_seconds else ""
    ending = "success ends it" if spec.ends_on_success else "success does not end it"
    return (
        f"An episode lasts at most {spec.horizon} steps{seconds}; {ending}. Beside success, the task "
        f"reports: {spec.metric.rstrip('.')}."
    )


def action_words(action: ActionSpec) -> str:
    """What an action means, with its shape for B worlds and its labels."""
    legal = " Not every choice is legal in every state." if action.masked else ""
    return f"{action.meaning.rstrip('.')}. {_choices(action)}.{legal}"


def meaning_of(field: Field, facts: str = "") -> str:
    """What a field means: its sentence, `facts`, the words for its values, whether the agent sees it."""
    plain = "".join(letter if letter.isprintable() else " " for letter in field.meaning)
    parts = [f"{plain.rstrip('.')}."]
    if facts:
        parts.append(f"{facts[:1].upper()}{facts[1:]}.")
    if field.labels:
        parts.append(f"Values: {_numbered(field.labels)}.")
    return " ".join(parts if field.observed else [*parts, HIDDEN])


def range_of(field: Field) -> str:
    """The unit and the range of a field, such as ``in m, from 0 to 1``; empty where there are none."""
    facts = [f"in {field.unit}"] if field.unit else []
    if field.kind == "category":
        facts.append(f"from 0 to {field.categories - 1}")
    elif field.kind == "real" and math.isfinite(field.low):
        facts.append(
            f"{field.low:g} or more" if field.high == math.inf else f"from {field.low:g} to {field.high:g}"
        )
    elif field.kind == "real" and math.isfinite(field.high):
        facts.append(f"{field.high:g} or less")
    return ", ".join(facts)


def field_line(field: Field) -> str:
    """A field in one line: name, shape for B worlds, type, unit, range, meaning."""
    shape = ", ".join(["B", *map(str, field.shape)]) + ("" if field.shape else ",")
    kind = {"category": "integer", "flag": "flag", "real": "real"}[field.kind]
    facts = f"({shape}) {kind} {range_of(field)}".rstrip()
    return f"- `{field.name}` {facts}: {meaning_of(field)}"


def _numbered(labels: tuple[str, ...]) -> str:
    return ", ".join(f"{number} = {word}" for number, word in enumerate(labels))


def _choices(action: ActionSpec) -> str:
    if action.kind == "multi_discrete":
        return _components(action)
    if action.kind == "box":
        shape = f"`action` is (B, {action.size}), real, each component from -1 to 1"
    else:
        shape = f"`action` is (B,), an integer from 0 to {action.size - 1}"
    return f"{shape}: {_numbered(action.labels)}" if action.labels else shape


def _components(action: ActionSpec) -> str:
    names = [f" ({label})" for label in action.labels] or [""] * action.size
    ranges = [
        f"component {number}{name} from 0 to {choices - 1}"
        for number, (name, choices) in enumerate(zip(names, action.choices, strict=True))
    ]
    return f"`action` is (B, {action.size}), integers: {', '.join(ranges)}"
