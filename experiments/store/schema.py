"""The tables of a store, each row with its checksum and each table with its total."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from .change import Change
from .damage import Damaged, NoStore

VERSION = 1
_SCHEMA = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, checksum TEXT NOT NULL)",
    "CREATE TABLE candidates (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, state TEXT NOT NULL, "
    "record TEXT NOT NULL, checksum TEXT NOT NULL)",
    "CREATE TABLE runs (method TEXT, seed INTEGER, record TEXT NOT NULL, checksum TEXT NOT NULL, "
    "PRIMARY KEY (method, seed))",
    "CREATE TABLE opinions (id INTEGER PRIMARY KEY, record TEXT NOT NULL, checksum TEXT NOT NULL)",
    "CREATE TABLE totals (name TEXT PRIMARY KEY, changed INTEGER NOT NULL, total TEXT NOT NULL, "
    "checksum TEXT NOT NULL)",
)
# Version 0 is that of stores without checksums; the first of them had no opinions.
_UNCHECKED = ("settings", "candidates", "runs", "opinions")


def create(db: sqlite3.Connection) -> None:
    """Make the tables of a new store, in the transaction that is open."""
    for statement in _SCHEMA:
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def is_current(db: sqlite3.Connection, path: Path) -> bool:
    """Whether `db` has exactly these tables; False for a new file and one without checksums.

    Raises:
        Damaged: if it is neither.
    """
    found = _statements(db)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == VERSION and found == _expected():
        return True
    tables = {name for kind, name, _ in found if kind == "table"}
    if version == 0 and (not found or {"settings", "candidates", "runs"} <= tables <= set(_UNCHECKED)):
        return False
    if version > VERSION and found:
        raise Damaged(path, f"it has version {version}, this rewardsmith reads up to {VERSION}")
    raise NoStore(path, "its tables are not a store's")


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Make the tables, or give those of a store without checksums theirs, in the transaction that is open."""
    old = [name for kind, name, _ in _statements(db) if kind == "table"]
    for table in old:
        db.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    create(db)
    change = Change(db)
    for table in old:
        change.put_all(table, db.execute(f"SELECT * FROM old_{table} ORDER BY rowid").fetchall())
        db.execute(f"DROP TABLE old_{table}")
    change.close()


def _statements(db: sqlite3.Connection) -> list[tuple[str, str, str]]:
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()
    return [(kind, name, f"{table}: {sql}") for kind, name, table, sql in rows]


@cache
def _expected() -> list[tuple[str, str, str]]:
    db = sqlite3.connect(":memory:")
    create(db)
    try:
        return _statements(db)
    finally:
        db.close()
