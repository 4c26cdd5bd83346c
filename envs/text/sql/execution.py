"""What the databases answer to a query: run once, remembered by its text, compared as multisets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock

import numpy as np

from .pets import COLUMNS, SIZES, connect

REMEMBERED_QUERIES = 1 << 16
_FAILED = -1
# Everything that a query of one column can return: what stands in the table, a count, or NULL.
_RESULTS = (
    None,
    *range(max(SIZES) + 1),
    *(word for words in COLUMNS.values() for word in words if isinstance(word, str)),
)
_PLACES = {result: place for place, result in enumerate(_RESULTS)}
_LOCK = Lock()


@lru_cache(REMEMBERED_QUERIES)
def answers(query: str) -> np.ndarray:
    """How often each database returns each result: (databases, results) int8, to be left alone.

    Where a database refuses the query, all numbers are negative. The answers are shared by all worlds, and
    the queries asked least recently are forgotten.
    """
    counts = np.full((len(SIZES), len(_RESULTS)), _FAILED, np.int8)
    try:
        with _LOCK:
            returned = [database.execute(query).fetchall() for database in _databases()]
    except sqlite3.Error:
        return counts
    for row, results in zip(counts, returned, strict=True):
        row[:] = np.bincount([_PLACES[result] for (result,) in results], minlength=len(_RESULTS))
    return counts


def answers_to(queries: Sequence[str]) -> np.ndarray:
    """The `answers` to each of n queries: (n, databases, results) int8."""
    return np.stack([answers(query) for query in queries])


def runs(counts: np.ndarray) -> np.ndarray:
    """Whether the databases accept a query: (n, databases, results) -> (n,) bool."""
    return counts[:, 0, 0] != _FAILED


def overlap(counts: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Rows that two answers share, as a share of the rows of either, mean over databases: (n,) in [0, 1].

    Rows are compared as multisets: no question asks for an order. Two empty answers are equal.
    """
    common = np.minimum(counts, reference).sum(axis=2)
    either = np.maximum(counts, reference).sum(axis=2)
    shares = np.where(either > 0, common / np.maximum(either, 1), 1.0).mean(axis=1)
    return np.where(runs(counts), shares, 0.0)


def equal(counts: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Whether a query runs and returns exactly the reference's rows from every database: (n,) bool."""
    return runs(counts) & (counts == reference).all(axis=(1, 2))


@cache
def _databases() -> tuple[sqlite3.Connection, ...]:
    return tuple(connect(database) for database in range(len(SIZES)))
