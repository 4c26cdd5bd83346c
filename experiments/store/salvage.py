"""What can still be read of a store, row by row, however its file was spoilt."""

from __future__ import annotations

import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .change import COLUMNS, KEYS
from .checksum import EMPTY, row_checksum, total
from .damage import Damaged, explained
from .file import connect
from .reading import check_structure, check_whole
from .schema import bring_up_to_date, is_current

Row = tuple[Any, ...]
_MOST_ROWS = 100_000
_GUESSED = 5_000


@dataclass
class Salvage:
    """The rows of one file that are as they were written.

    Attributes:
        rows: table -> key -> the row, without its checksum.
        complete: tables of which nothing is lost or outdated.
        changed: number of the last change that it knows.
        damage: what is wrong with the file, in words; empty for a whole one.
    """

    rows: dict[str, dict[Row, Row]] = field(default_factory=lambda: defaultdict(dict))
    complete: set[str] = field(default_factory=set)
    changed: int = 0
    damage: str = ""

    def generation(self, number: int) -> list[Row]:
        """The candidates of a generation, by id."""
        return sorted(row for row in self.rows["candidates"].values() if row[1] == number)


def salvage(path: Path, scratch: Path) -> Salvage:
    """Read what can be read of the store at `path` from a copy in the folder `scratch`, which is made."""
    if not path.exists():
        return Salvage(damage="there is none")
    scratch.mkdir(parents=True)
    copied = scratch / path.name
    # Not the log's index: SQLite makes it anew from the log. Opening the file itself would change it.
    for suffix in ("", "-wal"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            shutil.copyfile(part, scratch / part.name)
    db = connect(copied)
    try:
        found = Salvage(damage=_damage(db, path))
        db.text_factory = lambda text: text.decode(errors="replace")
        totals = {row[0]: row for row in _rows(db, "totals")}
        found.changed = max((row[1] for row in totals.values()), default=0)
        for table in COLUMNS:
            rows = {row[: len(KEYS[table])]: row for row in _rows(db, table)}
            found.rows[table] = rows
            whole = total(row_checksum(table, row) for row in rows.values())
            # Without its row in the totals, an empty table cannot be told from a lost one.
            known = totals.get(table, ("", 0, EMPTY if not found.damage else ""))[2]
            if whole == known:
                found.complete.add(table)
        return found
    finally:
        db.close()


def _damage(db: sqlite3.Connection, path: Path) -> str:
    try:
        with explained(path):
            check_structure(db, path)
            # Whatever opens a store without checksums gives it some.
            if not is_current(db, path):
                bring_up_to_date(db)
        check_whole(db, path)
    except Damaged as error:
        return error.what
    return ""


def _rows(db: sqlite3.Connection, table: str) -> Iterator[Row]:
    """The rows of `table` that match their checksums, each looked up on its own."""
    for number in range(_last(db, table) + 1):
        try:
            rows = db.execute(f"SELECT * FROM {table} WHERE rowid = ?", (number,)).fetchall()
        except (sqlite3.DatabaseError, OverflowError):
            continue
        for *values, checksum in rows:
            if row_checksum(table, values) == checksum:
                yield tuple(values)


def _last(db: sqlite3.Connection, table: str) -> int:
    """The greatest row number to look up: the table's own, or a guess where that cannot be read."""
    try:
        (last,) = db.execute(f"SELECT max(rowid) FROM {table}").fetchone()
    except sqlite3.DatabaseError:
        last = _GUESSED
    return min(last or 0, _MOST_ROWS)
