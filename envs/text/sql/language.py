"""The part of SQL that can be written: its tokens, its grammar, and the text that tokens make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..token_task import Grammar
from .pets import COLUMNS, KINDS, TOWNS

AGGREGATES = ("DISTINCT", "COUNT", "MAX", "MIN")
OPERATORS = ("<", "<=", "=", ">=", ">", "<>")
CONNECTIVES = ("AND", "OR")
NUMBERS = (2, 3, 4, 5, 6)
LITERALS = (*(f"'{word}'" for word in (*KINDS, *TOWNS)), *map(str, NUMBERS))
FROM, WHERE, NOT, END = "FROM pets", "WHERE", "NOT", ";"
_FUNCTION = re.compile(rf"\b(COUNT|MAX|MIN) ({'|'.join(COLUMNS)})\b")


@dataclass(frozen=True)
class Dialect:
    """Queries ``SELECT [aggregate] column FROM pets [WHERE condition [AND|OR condition ...]];``.

    A condition compares a column with a literal, in either order, and may be negated; so most questions
    can be put in several ways. A query may end anywhere: a clause left open is an error of syntax, which
    the database reports.

    Attributes:
        aggregates: whether the column may be aggregated.
        conditions: how many conditions there may be.
    """

    aggregates: bool
    conditions: int

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """All tokens; the last ends the query."""
        aggregates = AGGREGATES if self.aggregates else ()
        condition = (WHERE, NOT, *OPERATORS, *LITERALS) if self.conditions else ()
        connectives = CONNECTIVES if self.conditions > 1 else ()
        return (*aggregates, *COLUMNS, FROM, *condition, *connectives, END)

    @property
    def end(self) -> int:
        """Number of the token that ends the query."""
        return len(self.tokens) - 1

    @property
    def blank(self) -> int:
        """What stands in place of tokens not written."""
        return len(self.tokens)

    @property
    def first_column(self) -> int:
        """Number of the first token that names a column."""
        return self.tokens.index(next(iter(COLUMNS)))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Names of the grammar's nodes: what has just been written."""
        names = dict.fromkeys(place for start, _, target in self._arrows() for place in (start, target))
        return (*names, "complete query")

    @cached_property
    def grammar(self) -> Grammar:
        """What may follow at each place."""
        node = {name: number for number, name in enumerate(self.places)}
        token = {word: number for number, word in enumerate(self.tokens)}
        arrows = [
            (node[start], token[word], node[target])
            for start, words, target in self._arrows()
            for word in words
        ]
        ends = [(place, token[END], node["complete query"]) for place in node.values()]
        return Grammar.of_arrows(len(node), len(token), [*arrows, *ends])

    @property
    def longest(self) -> int:
        """Tokens of the longest query."""
        condition = 5  # AND or WHERE, NOT, and a comparison's three
        return self.aggregates + 2 + condition * self.conditions + 1

    def text(self, tokens: Iterable[int]) -> str:
        """The query that tokens make, blanks left out; a function's brackets are no tokens of their own.

        >>> Dialect(True, 0).text([1, 5, 9, 10])
        'SELECT COUNT(kind) FROM pets ;'
        """
        words = " ".join(["SELECT", *(self.tokens[token] for token in tokens if token != self.blank)])
        return _FUNCTION.sub(r"\1(\2)", words)

    def _arrows(self) -> list[tuple[str, Sequence[str], str]]:
        columns = tuple(COLUMNS)
        arrows: list[tuple[str, Sequence[str], str]] = [("select", columns, "asked column")]
        if self.aggregates:
            arrows += [("select", AGGREGATES, "aggregate"), ("aggregate", columns, "asked column")]
        arrows.append(("asked column", (FROM,), "table"))
        before = "table"
        opening: tuple[str, ...] = (WHERE,)
        for number in range(1, self.conditions + 1):
            start, negated, end = (
                f"{opened} {number}" for opened in ("condition", "not", "end of condition")
            )
            arrows += [(before, opening, start), (start, (NOT,), negated)]
            for opened in (start, negated):
                arrows += [
                    (opened, columns, f"{opened}, column"),
                    (f"{opened}, column", OPERATORS, f"{opened}, column compared"),
                    (f"{opened}, column compared", LITERALS, end),
                    (opened, LITERALS, f"{opened}, literal"),
                    (f"{opened}, literal", OPERATORS, f"{opened}, literal compared"),
                    (f"{opened}, literal compared", columns, end),
                ]
            before, opening = end, CONNECTIVES
        return arrows
