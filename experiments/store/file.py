"""The SQLite file of a store: opened with distrust, changed in transactions, copied now and then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..faultpoints import fault_point
from .backup import Backup
from .change import Change, number_of_changes
from .damage import Damaged, explained
from .reading import check_structure, check_whole, read_rows
from .schema import bring_up_to_date, is_current
from .space import when_space

NAME = "experiment.sqlite"
# What a repair has restored stands here, whole, until the damaged file is out of its way.
RESTORED = "experiment.restored.sqlite"
_PATIENCE = 30.0


class StoreFile:
    """The SQLite file at `path`, made if there is none.

    Args:
        path: the file.
        has_backup: whether this process keeps its backup.

    Raises:
        Damaged: if the file is not as it was written, or older than its backup.
        UserError: if it cannot be opened.
    """

    def __init__(self, path: Path, has_backup: bool) -> None:
        self.path = path
        _refuse_what_is_missing(path)
        with explained(path):
            self._db = when_space(lambda: _opened(path), path.parent)
        self._backup = Backup(self._db, path) if has_backup else None

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of `table`, in order, as they were written. Raises `Damaged` if they are not."""
        return read_rows(self._db, self.path, table)

    def change(self, action: Callable[[Change], None]) -> None:
        """Do `action` in one transaction, waiting while the disk is full; it may be done several times."""
        with explained(self.path):
            when_space(lambda: self._try(action), self.path.parent)
            if self._backup is not None:
                self._backup.when_due()

    def close(self) -> None:
        """Bring the backup up to date and close the file."""
        try:
            if self._backup is not None:
                with explained(self.path):
                    self._backup.make()
        finally:
            self._db.close()

    def _try(self, action: Callable[[Change], None]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            change = Change(self._db)
            action(change)
            change.close()
            fault_point("change begun")
            self._db.execute("COMMIT")
        finally:
            # SQLite itself has ended some of those that failed.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        fault_point("change stored")


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the file at `path`; each statement is a transaction unless one is begun."""
    return sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)


def _opened(path: Path) -> sqlite3.Connection:
    db = connect(path)
    try:
        check_structure(db, path)
        current = is_current(db, path)
        _refuse_what_is_outdated(path, db)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        if not current:
            db.execute("BEGIN IMMEDIATE")
            # Another process may have been faster.
            if not is_current(db, path):
                bring_up_to_date(db)
            db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _refuse_what_is_missing(path: Path) -> None:
    """SQLite would take a file that is lost, or was cut to nothing, for a new one."""
    if path.with_name(RESTORED).exists():
        raise Damaged(path, "a repair of it was interrupted")
    if path.exists() and path.stat().st_size:
        return
    log = path.with_name(path.name + "-wal")
    if path.with_name(Backup.FILE).exists() or (log.exists() and log.stat().st_size):
        raise Damaged(path, "it is empty or missing, but not what else belongs to it")


def _refuse_what_is_outdated(path: Path, db: sqlite3.Connection) -> None:
    """A log that was cut short takes the last changes with it, without SQLite noticing."""
    backup = path.with_name(Backup.FILE)
    if not backup.exists():
        return
    other = connect(backup)
    try:
        # In this order, for the process that writes may change both meanwhile.
        there = number_of_changes(other)
        here = number_of_changes(db) if is_current(db, path) else 0
        if there <= here:
            return
        check_whole(other, backup)
    except (sqlite3.DatabaseError, Damaged):
        # A spoilt backup says nothing of the store, and the next one takes its place.
        return
    finally:
        other.close()
    raise Damaged(path, f"its backup knows {there - here} changes more")
