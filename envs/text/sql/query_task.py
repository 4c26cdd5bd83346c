"""A question about pets becomes an SQL query, written token by token and judged by its answers.

A query succeeds if it returns what the reference returns, row for row though in any order, from several
databases with different rows. So what counts is the meaning: ``age >= 3``, ``3 <= age``, ``NOT age < 3`` and,
ages being whole numbers, ``age > 2`` are the same. The grammar guards little: a query may end in the middle
of a clause, or compare an age with a town.

The reference is withheld. Reward programs see the partial rewards of Reasoning-SQL (Pourreza et al.,
"Reasoning-SQL: Reinforcement Learning with SQL Tailored Partial Rewards for Reasoning-Enhanced
Text-to-SQL", 2025): whether the query runs, whether it is about the right columns, how many neighbouring
tokens it shares with the reference, and the rows it returns.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ..token_task import TokenTask
from .bigrams import NO_PAIR
from .execution import answers_to, equal, overlap, runs
from .language import Dialect
from .pets import COLUMNS
from .query_spec import query_spec
from .questions import Questions


class Query(TokenTask):
    """Queries of one dialect; subclassing fixes it: ``class One(Query, name=..., dialect=..., asked=...)``.

    An instance is a question.
    """

    dialect: ClassVar[Dialect]
    questions: ClassVar[Questions]
    has_held_out = True
    draws = 1
    state_names = (
        "question",
        "written",
        "length",
        "columns",
        "pairs",
        "shared_pairs",
        "strange_pairs",
        "runs",
        "rows_matched",
        "answered",
    )

    def __init_subclass__(
        cls, *, name: str = "", dialect: Dialect | None = None, asked: int = 0, level: str = ""
    ) -> None:
        super().__init_subclass__()
        if dialect is None:
            return
        cls.dialect, cls.grammar, cls.spec = dialect, dialect.grammar, query_spec(name, dialect, asked, level)
        cls.questions = Questions(dialect, asked)

    def _allocate(self) -> None:
        worlds, longest = self.num_worlds, self.dialect.longest
        self.question = np.zeros(worlds, np.int64)
        self.written = np.zeros((worlds, longest), np.int64)
        self.length = np.zeros(worlds, np.int64)
        self.columns = np.zeros((worlds, len(COLUMNS)), bool)
        self.pairs = np.zeros((worlds, longest), np.int64)
        self.shared_pairs = np.zeros(worlds, np.int64)
        self.strange_pairs = np.zeros(worlds, np.int64)
        self.runs = np.zeros(worlds, bool)
        self.rows_matched = np.zeros(worlds)
        self.answered = np.zeros(worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        self.question[worlds] = self.questions.instances.pick(draws[:, 0], self.split)
        self.written[worlds] = self.dialect.blank
        self.pairs[worlds] = NO_PAIR
        for name in (
            "length",
            "columns",
            "shared_pairs",
            "strange_pairs",
            "runs",
            "rows_matched",
            "answered",
        ):
            getattr(self, name)[worlds] = 0

    def instance_key(self, world: int) -> Hashable:
        """The question's number."""
        return int(self.question[world])

    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        worlds = np.flatnonzero(legal & ~self.complete())
        token, place = tokens[worlds], self.length[worlds]
        pair = self.questions.bigrams.pair(self.written[worlds, place - 1], token)
        known = (self.questions.bigrams.pairs[self.question[worlds]] == pair[:, None]).any(axis=1)
        new = (self.pairs[worlds] != pair[:, None]).all(axis=1)
        self.shared_pairs[worlds] += known & new
        self.strange_pairs[worlds] += ~known & new
        self.pairs[worlds, place] = pair
        self.written[worlds, place] = token
        self.length[worlds] = place + 1
        column = token - self.dialect.first_column
        is_column = (column >= 0) & (column < len(COLUMNS))
        self.columns[worlds[is_column], column[is_column]] = True
        self._execute(worlds[token == self.dialect.end])

    def _execute(self, worlds: np.ndarray) -> None:
        """Ask the databases for the answers to the queries in `worlds` (n,) and to their references."""
        if not worlds.size:
            return
        tokens = np.concatenate([self.written[worlds], self.questions.reference[self.question[worlds]]])
        queries, query_of = np.unique(tokens, axis=0, return_inverse=True)
        counts = answers_to([self.dialect.text(query) for query in queries])[query_of.reshape(-1)]
        written, reference = counts[: len(worlds)], counts[len(worlds) :]
        self.runs[worlds] = runs(written)
        self.rows_matched[worlds] = overlap(written, reference)
        self.answered[worlds] = equal(written, reference)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        asked, question = self.questions, self.question
        conditions, needed = asked.conditions[question], asked.columns_needed[question]
        words = {
            "asked_column": asked.column[question],
            "aggregate": asked.aggregate[question],
            "condition_columns": conditions[:, :, 0],
            "comparisons": conditions[:, :, 1],
            "condition_values": conditions[:, :, 2],
            "connective": asked.connective[question],
        }
        declared = {field.name for field in self.spec.fields}
        return {
            **{name: values for name, values in words.items() if name in declared},
            "place": self.node.copy(),
            "last_token": self.written[self._everyone, self.length - 1],
            "written": self.written.copy(),
            "columns_matched": (self.columns & needed).sum(axis=1) / (self.columns | needed).sum(axis=1),
            "bigrams_matched": self.shared_pairs
            / (self.questions.bigrams.count[question] + self.strange_pairs),
            "query_complete": self.complete(),
            "query_runs": self.runs.copy(),
            "rows_matched": self.rows_matched.copy(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the complete query returns the reference's rows from every database."""
        return self.answered.copy()

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: the share of rows matched."""
        return self.rows_matched.copy()

    def scripted_actions(self) -> np.ndarray:
        """(B,) int64: the reference's next token, or the end token again."""
        last = self.dialect.longest - 1
        token = self.questions.reference[self.question, np.minimum(self.length, last)]
        return np.where(self.complete(), self.dialect.end, token)

    def render_text(self, world: int) -> str:
        """The question and the query so far."""
        tokens = self.written[world, : self.length[world]]
        return f"question: {self.questions.text(self.question[world])}\nquery: {self.dialect.text(tokens)}"


_PLAIN, _WITH_AGGREGATES = Dialect(aggregates=False, conditions=2), Dialect(aggregates=True, conditions=0)


@register
class EasyQuery(Query, name="sql-easy", dialect=_WITH_AGGREGATES, asked=0, level="easy"):
    """A column or an aggregate of it, from all rows."""


@register
class OneCondition(Query, name="sql", dialect=_PLAIN, asked=1, level="hard"):
    """A column of the rows that meet a condition."""


@register
class TwoConditions(Query, name="sql-hard", dialect=_PLAIN, asked=2, level="hard"):
    """A column of the rows that meet two conditions, or one of them."""
