"""The chat messages that ask a model for a reward program.

They hold nothing but the task's spec, the programs tried so far with what was found out, and the answers
that were refused: a person can write a good reward from them alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from ....envs import ActionSpec, Field, TaskSpec
from ...checking.surface import BUILTINS, CONSTANTS, DTYPES, FUNCTIONS, LINALG
from ..proposer import Failure, Parent

Messages = list[dict[str, str]]

MAX_FAILURES = 3
MAX_FAILED_CHARS = 4000
_TEMPLATES = Path(__file__).with_name("prompts")
_ASK_FIRST = "Write a reward program for this task."
_ASK_BETTER = (
    "Write a better reward program for this task. Say to yourself what held the program above back: keep "
    "the terms that rise with success, rewrite or drop those that never vary or that rise without it, and "
    "bring all to a like size. If it never succeeded, try another idea."
)
_ASK_COMBINED = (
    "Write a better reward program for this task that joins the strengths of the programs above. Keep the "
    "terms that rise with success, and leave out those that never vary or that rise without it."
)


def messages(spec: TaskSpec, parents: Sequence[Parent] = (), failures: Sequence[Failure] = ()) -> Messages:
    """The system and the user message for one candidate.

    Args:
        spec: the task.
        parents: programs to improve on, or to combine where there are several.
        failures: refused answers, latest last; the latest three are shown.
    """
    parts = [_task(spec)]
    parts += [_parent(number, parent) for number, parent in enumerate(parents, 1)]
    if failures:
        parts.append(_failures(failures[-MAX_FAILURES:]))
    parts.append((_ASK_FIRST, _ASK_BETTER)[len(parents)] if len(parents) < 2 else _ASK_COMBINED)
    return [{"role": "system", "content": _system()}, {"role": "user", "content": "\n\n".join(parts) + "\n"}]


def _system() -> str:
    return _fill(
        "system.md",
        builtins=_words(BUILTINS),
        functions=_words(FUNCTIONS),
        linalg=_words(LINALG),
        constants=_words(CONSTANTS | DTYPES),
    )


def _task(spec: TaskSpec) -> str:
    seconds = f" of {spec.step_seconds:g} s each" if spec.step_seconds else ""
    return _fill(
        "task.md",
        name=spec.name,
        goal=spec.goal,
        fields="\n".join(_field(field) for field in spec.fields),
        action=_action(spec.action),
        horizon=spec.horizon,
        seconds=seconds,
        ending="success ends it" if spec.ends_on_success else "success does not end it",
        metric=spec.metric.rstrip("."),
    )


def _field(field: Field) -> str:
    shape = ", ".join(["B", *map(str, field.shape)]) + ("" if field.shape else ",")
    facts = [f"({shape})", _type(field)]
    if field.unit:
        facts.append(f"in {field.unit}")
    if field.kind == "real" and (field.low, field.high) != (float("-inf"), float("inf")):
        facts.append(f"from {field.low:g} to {field.high:g}")
    line = f"- `{field.name}` {' '.join(facts)}: {field.meaning.rstrip('.')}."
    if field.labels:
        line += " Values: " + ", ".join(f"{value} = {word}" for value, word in enumerate(field.labels)) + "."
    return line if field.observed else line + " The agent does not see it; your program does."


def _type(field: Field) -> str:
    if field.kind == "category":
        return f"integer from 0 to {field.categories - 1}"
    return "flag" if field.kind == "flag" else "real"


def _action(action: ActionSpec) -> str:
    if action.kind == "multi_discrete":
        return f"{action.meaning.rstrip('.')}. {_components(action)}."
    if action.kind == "box":
        shape = f"`action` is (B, {action.size}), real, each component from -1 to 1"
    else:
        shape = f"`action` is (B,), an integer from 0 to {action.size - 1}"
    labels = ", ".join(f"{number} = {word}" for number, word in enumerate(action.labels))
    return f"{action.meaning.rstrip('.')}. {shape}{': ' + labels if labels else ''}."


def _components(action: ActionSpec) -> str:
    names = [f" ({label})" for label in action.labels] or [""] * action.size
    ranges = [
        f"component {number}{name} from 0 to {choices - 1}"
        for number, (name, choices) in enumerate(zip(names, action.choices, strict=True))
    ]
    return f"`action` is (B, {action.size}), integers: {', '.join(ranges)}"


def _parent(number: int, parent: Parent) -> str:
    found = parent.feedback or (parent.reflection.text() if parent.reflection else "No further findings.")
    return (
        f"# Program {number}, trained before: fitness {parent.fitness:.3g} (larger is better)\n\n"
        f"{_fenced(parent.program.text)}\n\nWhat training with it showed:\n{found.strip()}"
    )


def _failures(failures: Sequence[Failure]) -> str:
    parts = ["# Answers that were refused; do not repeat their mistakes"]
    for failure in failures:
        text = failure.text.strip()
        if len(text) > MAX_FAILED_CHARS:
            text = text[:MAX_FAILED_CHARS] + "\n... (the rest is left out)"
        parts.append(f"Refused at {failure.stage}: {failure.reason}\n\n{_fenced(text, _is_code(failure))}")
    return "\n\n".join(parts)


def _is_code(failure: Failure) -> bool:
    # What failed to be extracted is the whole answer, prose included.
    return failure.stage != "extract"


def _fenced(text: str, code: bool = True) -> str:
    """`text` in a fence longer than any that it holds itself."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{'python' if code else ''}\n{text.strip()}\n{fence}"


def _words(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _fill(template: str, **values: object) -> str:
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    return Template(text).substitute(values).strip()
