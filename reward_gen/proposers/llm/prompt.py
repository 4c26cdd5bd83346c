"""The chat messages that ask a model for a reward program.

They hold nothing but the task's spec, the programs tried so far with what was found out, the answers that
were refused and what a person said: a person can write a good reward from them alone. What differs between
styles is how the task is shown and what is asked in the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from ....envs import TaskSpec
from ...checking.surface import BUILTINS, CONSTANTS, DTYPES, FUNCTIONS, LINALG
from ..proposer import Failure, Parent
from .listing import listing
from .template import fenced, fill

Messages = list[dict[str, str]]

MAX_FAILURES = 3
MAX_FAILED_CHARS = 4000
MAX_COMMENTS = 8


def messages(
    spec: TaskSpec,
    parents: Sequence[Parent] = (),
    failures: Sequence[Failure] = (),
    *,
    comments: Sequence[str] = (),
    task: str = "",
    ask: str = "",
) -> Messages:
    """The system and the user message for one candidate.

    Args:
        spec: the task.
        parents: programs to improve on, or to combine where there are several.
        failures: refused answers, latest last; all are told with their reasons, the latest three whole.
        comments: what a person said, latest last; the latest eight are shown.
        task: how the task is shown; empty for the listing of its fields.
        ask: what is asked in the end; empty asks for a first, a better or a combined program.
    """
    parts = [task or listing(spec)]
    parts += [_parent(number, parent) for number, parent in enumerate(parents, 1)]
    if failures:
        parts.append(_failures(failures))
    if comments:
        parts.append(_comments(comments[-MAX_COMMENTS:]))
    parts.append(ask or fill(f"eureka/{('first', 'improve', 'combine')[min(len(parents), 2)]}.md"))
    return [{"role": "system", "content": _system()}, {"role": "user", "content": "\n\n".join(parts) + "\n"}]


def _system() -> str:
    return fill(
        "system.md",
        builtins=_words(BUILTINS),
        functions=_words(FUNCTIONS),
        linalg=_words(LINALG),
        constants=_words(CONSTANTS | DTYPES),
    )


def _parent(number: int, parent: Parent) -> str:
    found = parent.feedback or (parent.reflection.text() if parent.reflection else "No further findings.")
    return (
        f"# Program {number}, trained before: fitness {parent.fitness:.3g} (larger is better)\n\n"
        f"{fenced(parent.program.text)}\n\nWhat training with it showed:\n{found.strip()}"
    )


def _failures(failures: Sequence[Failure]) -> str:
    parts = ["# Answers that were refused; do not repeat their mistakes"]
    earlier = dict.fromkeys(_refusal(failure) for failure in failures[:-MAX_FAILURES])
    if earlier:
        parts.append("\n".join(f"- {line}" for line in earlier))
    for failure in failures[-MAX_FAILURES:]:
        text = failure.text.strip()
        if len(text) > MAX_FAILED_CHARS:
            text = text[:MAX_FAILED_CHARS] + "\n... (the rest is left out)"
        # What failed to be extracted is the whole answer, prose included.
        language = "" if failure.stage == "extract" else "python"
        parts.append(f"{_refusal(failure)}\n\n{fenced(text, language)}")
    return "\n\n".join(parts)


def _refusal(failure: Failure) -> str:
    return f"Refused at {failure.stage}: {failure.reason}"


def _comments(comments: Sequence[str]) -> str:
    lines = [f"- {' '.join(comment.split())}" for comment in comments]
    return "\n".join(["# What a person said who watched the trained agents; heed it", "", *lines])


def _words(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
