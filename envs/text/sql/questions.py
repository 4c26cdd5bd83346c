"""All questions of a level, numbered: their words and, for the verifier alone, a query that answers each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..instances import Instances
from .bigrams import Bigrams
from .language import AGGREGATES, CONNECTIVES, END, FROM, LITERALS, OPERATORS, WHERE, Dialect
from .pets import COLUMNS, KINDS, TOWNS

AGGREGATE_WORDS = ("all", "all different", "the number of", "the greatest of", "the smallest of")
COLUMN_WORDS = ("names", "kinds", "home towns", "ages", "weights")
# The columns that conditions are about, with their first literal and the operators that make sense.
CONDITION_COLUMNS = ("kind", "town", "age", "weight")
COMPARISON_WORDS = ("under", "at most", "exactly", "at least", "over", "other than")
LITERAL_WORDS = (*KINDS, *TOWNS, "two", "three", "four", "five", "six")
CONNECTIVE_WORDS = ("and", "or")

_EQUALITIES = (OPERATORS.index("="), OPERATORS.index("<>"))
_WORDS_OF = {"kind": range(len(KINDS)), "town": range(len(KINDS), len(KINDS) + len(TOWNS))}
_NUMBERS = range(len(KINDS) + len(TOWNS), len(LITERALS))
# (conditions, 3): column among `CONDITION_COLUMNS`, operator, literal.
_CONDITIONS = np.array(
    [
        (number, operator, literal)
        for number, column in enumerate(CONDITION_COLUMNS)
        for operator in (_EQUALITIES if column in _WORDS_OF else range(len(OPERATORS)))
        for literal in _WORDS_OF.get(column, _NUMBERS)
    ]
)


@dataclass(frozen=True)
class Questions:
    """Every question of a level, one row of each table; the tables are made when they are first needed.

    A second condition is about another column than the first, so that no question contradicts itself.

    Attributes:
        dialect: the language in which they can be answered.
        asked: conditions in each question: none, one or two, and no more than the dialect has.
    """

    dialect: Dialect
    asked: int

    @cached_property
    def _numbers(self) -> np.ndarray:
        """(questions, 3 + conditions) int64: aggregate, column, connective, and each condition's number."""
        aggregates = range(len(AGGREGATE_WORDS)) if self.dialect.aggregates else (0,)
        connectives = range(len(CONNECTIVES)) if self.asked > 1 else (0,)
        conditions = itertools.combinations(range(len(_CONDITIONS)), self.asked)
        sensible = [
            chosen
            for chosen in conditions
            if len({int(_CONDITIONS[number, 0]) for number in chosen}) == len(chosen)
        ]
        products = itertools.product(aggregates, range(len(COLUMNS)), connectives, sensible)
        return np.array([(*question, *chosen) for *question, chosen in products])

    @property
    def count(self) -> int:
        """Number of questions."""
        return len(self._numbers)

    @cached_property
    def instances(self) -> Instances:
        """Which of the questions are held out."""
        return Instances(self.count)

    @cached_property
    def bigrams(self) -> Bigrams:
        """The pairs of neighbouring tokens of each reference."""
        return Bigrams(self.reference, len(self.dialect.tokens))

    @property
    def aggregate(self) -> np.ndarray:
        """(questions,) int64: place in `AGGREGATE_WORDS`."""
        return self._numbers[:, 0]

    @property
    def column(self) -> np.ndarray:
        """(questions,) int64: the column asked for."""
        return self._numbers[:, 1]

    @property
    def connective(self) -> np.ndarray:
        """(questions,) int64: place in `CONNECTIVE_WORDS`."""
        return self._numbers[:, 2]

    @cached_property
    def conditions(self) -> np.ndarray:
        """(questions, conditions, 3) int64: column among `CONDITION_COLUMNS`, comparison, literal."""
        return _CONDITIONS[self._numbers[:, 3:]]

    @cached_property
    def reference(self) -> np.ndarray:
        """(questions, longest query) int64: tokens of the plainest query, then blanks."""
        number = {word: token for token, word in enumerate(self.dialect.tokens)}
        reference = np.full((self.count, self.dialect.longest), self.dialect.blank)
        for row, (aggregate, column, connective, *chosen) in zip(reference, self._numbers, strict=True):
            words = [AGGREGATES[aggregate - 1]] if aggregate else []
            words += [list(COLUMNS)[column], FROM]
            for opening, condition in zip(
                (WHERE, CONNECTIVES[connective]), _CONDITIONS[chosen], strict=False
            ):
                about, operator, literal = condition
                words += [opening, CONDITION_COLUMNS[about], OPERATORS[operator], LITERALS[literal]]
            words.append(END)
            row[: len(words)] = [number[word] for word in words]
        return reference

    @cached_property
    def columns_needed(self) -> np.ndarray:
        """(questions, columns) bool: whether the question is about the column."""
        needed = np.zeros((self.count, len(COLUMNS)), bool)
        everyone = np.arange(self.count)
        needed[everyone, self.column] = True
        offset = list(COLUMNS).index(CONDITION_COLUMNS[0])
        needed[everyone[:, None], offset + self.conditions[:, :, 0]] = True
        return needed

    def text(self, question: int) -> str:
        """The question as a person would put it."""
        asked = f"{AGGREGATE_WORDS[self.aggregate[question]]} {COLUMN_WORDS[self.column[question]]}"
        conditions = [
            f"whose {CONDITION_COLUMNS[column]} is {COMPARISON_WORDS[comparison]} {LITERAL_WORDS[literal]}"
            for column, comparison, literal in self.conditions[question]
        ]
        joined = f" {CONNECTIVE_WORDS[self.connective[question]]} ".join(conditions)
        return f"{asked} of the pets {joined}".rstrip()
