"""One change of a store: its rows, their checksums and the tables' totals, in the open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from .checksum import EMPTY, row_checksum, total, without

COLUMNS = {
    "settings": ("name", "value"),
    "candidates": ("id", "generation", "state", "record"),
    "runs": ("method", "seed", "record"),
    "opinions": ("id", "record"),
}
KEYS = {"settings": ("name",), "candidates": ("id",), "runs": ("method", "seed"), "opinions": ("id",)}


class Change:
    """Rows put and taken out together; `close` writes the totals of the tables that they stand in."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._totals: dict[str, str] = {}

    def put(self, table: str, *values: object) -> None:
        """Write a row, new or in the place of the one with its key."""
        keys = KEYS[table]
        self.remove(table, **dict(zip(keys, values, strict=False)))
        checksum = row_checksum(table, values)
        marks = ", ".join("?" * (len(values) + 1))
        self._db.execute(f"INSERT INTO {table} VALUES ({marks})", (*values, checksum))
        self._totals[table] = total([checksum], self._totals[table])

    def put_all(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Write these rows."""
        for row in rows:
            self.put(table, *row)

    def remove(self, table: str, **where: object) -> None:
        """Take out the rows with these values."""
        if table not in self._totals:
            row = self._db.execute("SELECT total FROM totals WHERE name = ?", (table,)).fetchone()
            self._totals[table] = row[0] if row else EMPTY
        condition = " AND ".join(f"{name} = ?" for name in where)
        gone = f"DELETE FROM {table} WHERE {condition} RETURNING checksum"
        for (checksum,) in self._db.execute(gone, tuple(where.values())).fetchall():
            self._totals[table] = without(self._totals[table], checksum)

    def next_id(self, table: str) -> int:
        """The id of the next row of `table`."""
        (number,) = self._db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
        return number

    def close(self, at_least: int = 0) -> None:
        """Write the totals under the number of this change: the store's next one, or a later one."""
        number = max(at_least, number_of_changes(self._db) + 1)
        for table, value in self._totals.items():
            row = (table, number, value)
            checksum = row_checksum("totals", row)
            self._db.execute("INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?)", (*row, checksum))


def number_of_changes(db: sqlite3.Connection) -> int:
    """How many changes the store has seen."""
    (number,) = db.execute("SELECT coalesce(max(changed), 0) FROM totals").fetchone()
    return number
