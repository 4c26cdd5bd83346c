"""Tables of the page, and Markdown that was made for the terminal as a part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from ..store import Run


@dataclass(frozen=True)
class Table:
    """A table of text; its first column names the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Block:
    """One part of a text: exactly one of these is there.

    Attributes:
        heading: a heading.
        text: a paragraph.
        items: a list.
        table: a table.
    """

    heading: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    table: Table | None = None


def blocks_of(markdown: str) -> list[Block]:
    """The headings, paragraphs, lists and tables of our own Markdown."""
    found = []
    for kind, group in groupby(markdown.splitlines(), _kind):
        lines = tuple(group)
        if kind == "heading":
            found += [Block(heading=line.lstrip("# ")) for line in lines]
        elif kind == "item":
            found.append(Block(items=tuple(line.removeprefix("- ") for line in lines)))
        elif kind == "row":
            header, _, *rows = (tuple(_cells(line)) for line in lines)
            found.append(Block(table=Table(header, tuple(rows))))
        elif kind == "text":
            found.append(Block(text=" ".join(lines)))
    return found


def named_for_tables(runs: Iterable[Run]) -> list[Run]:
    """The `runs`, their methods without the sign that stands between two cells."""
    return [replace(run, method=run.method.replace("|", "\N{BROKEN BAR}")) for run in runs]


def _kind(line: str) -> str:
    for start, kind in (("#", "heading"), ("- ", "item"), ("|", "row")):
        if line.startswith(start):
            return kind
    return "text" if line.strip() else ""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
