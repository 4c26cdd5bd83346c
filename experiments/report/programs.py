"""Reward programs for people to read: coloured, and beside what they were made from."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from ...reward_gen import RewardProgram
from ...reward_gen.reflection import Reflection, reflect
from ..store import Candidate, ranked
from .tables import Table
from .visible import visible

_KINDS = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True)
class Difference:
    """What a program changed in one of those that it was made from.

    Attributes:
        parent: that one's name.
        lines: the unified difference as HTML; empty where the texts are the same.
    """

    parent: str
    lines: Markup


@dataclass(frozen=True)
class Program:
    """A candidate's program.

    Attributes:
        candidate: the candidate.
        code: its text as coloured HTML.
        differences: to each parent.
        reflection: on its training; None where it has no trace.
    """

    candidate: Candidate
    code: Markup
    differences: tuple[Difference, ...]
    reflection: Reflection | None


def program_of(candidate: Candidate, candidates: Sequence[Candidate]) -> Program:
    """The program of a trained `candidate`, one of `candidates`."""
    assert candidate.program is not None, "only a candidate with a program is trained"
    by_id = {c.id: c for c in candidates}
    reflection = None
    if candidate.trace is not None and candidate.evaluation is not None and len(candidate.trace.steps):
        reflection = reflect(candidate.trace, candidate.evaluation)
    return Program(
        candidate, coloured(candidate.program.text), tuple(_differences(candidate, by_id)), reflection
    )


def coloured(text: str) -> Markup:
    """`text` as HTML whose spans have Pygments' short classes, one for each kind of token."""
    return Markup(highlight(visible(text), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)))


def difference(old: str, new: str) -> Markup:
    """The unified difference of two texts as HTML, a span a line."""
    lines = difflib.unified_diff(visible(old).splitlines(), visible(new).splitlines(), lineterm="", n=3)
    # The two lines before the first place name files, of which there are none.
    marked = [(_KINDS.get(line[:1], "same"), line) for line in list(lines)[2:]]
    return Markup("").join(Markup('<span class="{}">{}</span>').format(kind, line) for kind, line in marked)


def _differences(candidate: Candidate, by_id: Mapping[int, Candidate]) -> Iterator[Difference]:
    assert candidate.program is not None
    for number in candidate.parents:
        parent: RewardProgram | None = by_id[number].program if number in by_id else None
        if parent is not None:
            yield Difference(by_id[number].name, difference(parent.text, candidate.program.text))


def candidates_table(candidates: Sequence[Candidate]) -> Table:
    """One row for each candidate, best first within its state."""
    by_id = {c.id: c for c in candidates}
    order = [*ranked(candidates), *(c for c in candidates if c.state != "trained")]
    rows = tuple(
        (
            c.name,
            c.operator or "proposed",
            ", ".join(by_id[i].name for i in c.parents if i in by_id),
            f"{c.success_rate:.2f}" if c.evaluation is not None else "",
            f"{c.success_during:.2f}" if c.evaluation is not None else "",
            f"{c.stage}: {c.reason}" if c.reason else c.state,
        )
        for c in order
    )
    return Table(("candidate", "made by", "from", "success", "while training", "state"), rows)
