"""The one table that is asked about, `pets`, and the databases that fill it differently.

Several fillings are what makes a verdict by execution sound: a wrong query may return the right rows of
one database by chance, but hardly of all of them (Zhong et al., "Semantic Evaluation for Text-to-SQL with
Distilled Test Suites", 2020).
"""

from __future__ import annotations

import sqlite3
from functools import cache

import numpy as np

Value = str | int
Row = tuple[Value, ...]

NAMES = ("Biscuit", "Echo", "Figaro", "Luna", "Momo", "Pixel", "Rex", "Waffle")
KINDS = ("cat", "dog", "hamster", "parrot", "tortoise")
TOWNS = ("Cairo", "Kyoto", "Lima", "Oslo", "Rome")
AGES = WEIGHTS = (1, 2, 3, 4, 5, 6, 7)
# Column -> what can stand in it.
COLUMNS: dict[str, tuple[Value, ...]] = {
    "name": NAMES,
    "kind": KINDS,
    "town": TOWNS,
    "age": AGES,
    "weight": WEIGHTS,
}
# Rows of each database; no two are equally long, so that even a bare count tells them apart.
SIZES = (60, 71, 83, 96)
_SEED = 4


@cache
def rows(database: int) -> tuple[Row, ...]:
    """The rows of a database, drawn independently and the same in every process."""
    rng = np.random.default_rng([_SEED, database])
    columns = [
        [values[i] for i in rng.integers(0, len(values), SIZES[database])] for values in COLUMNS.values()
    ]
    return tuple(zip(*columns, strict=True))


def connect(database: int) -> sqlite3.Connection:
    """A new in-memory SQLite database with its rows, which any thread may ask, one at a time."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=0)
    connection.execute("CREATE TABLE pets (name TEXT, kind TEXT, town TEXT, age INTEGER, weight INTEGER)")
    connection.executemany("INSERT INTO pets VALUES (?, ?, ?, ?, ?)", rows(database))
    return connection
