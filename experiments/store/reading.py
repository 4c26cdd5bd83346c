"""Reads the rows of a store, and believes none that is not as it was written."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from .change import COLUMNS
from .checksum import EMPTY, row_checksum, total
from .damage import Damaged, explained
from .schema import is_current

ORDER = {"settings": "name", "candidates": "id", "runs": "method, seed", "opinions": "id"}


def read_rows(db: sqlite3.Connection, path: Path, table: str) -> list[tuple[Any, ...]]:
    """All rows of `table` without their checksums, in order.

    Raises:
        Damaged: naming the first row that is not as it was written, or if rows are missing.
    """
    with explained(path):
        # Both are read from one state of the store, whatever another process writes meanwhile.
        db.execute("BEGIN")
        try:
            rows = db.execute(f"SELECT * FROM {table} ORDER BY {ORDER[table]}").fetchall()
            totals = db.execute("SELECT * FROM totals WHERE name = ?", (table,)).fetchall()
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
    for *values, checksum in rows:
        if row_checksum(table, values) != checksum:
            raise Damaged(path, f"row {values[0]} of the table {table} does not match its checksum")
    for *values, checksum in totals:
        if row_checksum("totals", values) != checksum:
            raise Damaged(path, f"the total of the table {table} does not match its checksum")
    if total(row[-1] for row in rows) != (totals[0][2] if totals else EMPTY):
        raise Damaged(path, f"the table {table} lacks rows, or has outdated ones")
    return [tuple(values) for *values, _ in rows]


def check_structure(db: sqlite3.Connection, path: Path) -> None:
    """Raise `Damaged` if the file's pages do not hang together."""
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise Damaged(path, verdict)


def check_whole(db: sqlite3.Connection, path: Path) -> None:
    """Raise `Damaged` if anything in the store is not as it was written."""
    with explained(path):
        check_structure(db, path)
        current = is_current(db, path)
    if not current:
        raise Damaged(path, "it has no tables")
    for table in COLUMNS:
        read_rows(db, path, table)
