"""Fenced code blocks of a Markdown answer."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from .parsing import UnparsableError, parse

_FENCE = re.compile(r"^[ \t]*(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")
_MOST_CLOSERS = 20


@dataclass(frozen=True)
class Block:
    """One fenced block: its text, and whether a closing fence was seen."""

    text: str
    closed: bool


def blocks(answer: str) -> list[Block]:
    """All fenced blocks of `answer`, in order.

    A fence inside a docstring does not end a block: the first closing fence that leaves valid Python
    does, and where none leaves valid Python, the first closing fence.
    """
    lines = answer.split("\n")
    found = []
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening is None:
            at += 1
            continue
        closers = _closers(lines, at, opening["mark"])
        end = _choose(lines, at, closers)
        found.append(Block(_body(lines, at, len(lines) if end is None else end), end is not None))
        at = len(lines) if end is None else end + 1
    return found


def _closers(lines: list[str], opening: int, mark: str) -> list[int]:
    """Lines that could close the block opened by `mark`: as long a fence, with nothing behind it."""
    found = []
    for number in range(opening + 1, len(lines)):
        fence = _FENCE.match(lines[number])
        if fence and not fence["info"].strip() and fence["mark"].startswith(mark):
            found.append(number)
            if len(found) == _MOST_CLOSERS:
                break
    return found


def _choose(lines: list[str], opening: int, closers: list[int]) -> int | None:
    for end in closers:
        try:
            parse(_body(lines, opening, end))
        except UnparsableError:
            continue
        return end
    return closers[0] if closers else None


def _body(lines: list[str], opening: int, end: int) -> str:
    return textwrap.dedent("\n".join(lines[opening + 1 : end]))
