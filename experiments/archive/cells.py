"""The cells of the archive: programs of one kind compete among themselves.

MAP-Elites (Mouret and Clune 2015, "Illuminating search spaces by mapping elites") keeps the best of every
kind, so that a search does not narrow to copies of its first success. What tells kinds of reward programs
apart here is how long they are and which of their terms pays most.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ...reward_gen.reflection_flags import shares_of
from ..store import Candidate, ranked


class Cell(NamedTuple):
    """A kind of program.

    Attributes:
        size: half-octave of the number of nodes in its syntax tree.
        dominant: the term with the largest share of the size of all terms in training; empty for none.
    """

    size: int
    dominant: str


def cell_of(candidate: Candidate) -> Cell:
    """The cell of a trained candidate."""
    assert candidate.program and candidate.trace
    nodes = sum(1 for _ in ast.walk(ast.parse(candidate.program.text)))
    shares = shares_of({name: values for name, values in candidate.trace.terms.items() if name != "reward"})
    return Cell(round(2 * math.log2(nodes)), max(shares, key=shares.__getitem__, default=""))


def elites(candidates: Iterable[Candidate], cell: Callable[[Candidate], Cell] = cell_of) -> list[Candidate]:
    """The best trained candidate of each cell, best first; `cell` tells whose is which."""
    best: dict[Cell, Candidate] = {}
    for candidate in ranked(candidates):
        best.setdefault(cell(candidate), candidate)
    return list(best.values())
