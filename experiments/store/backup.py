"""A second copy of the store, for the day when the disk spoils the first."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..faultpoints import fault_point
from .change import number_of_changes
from .damage import Damaged
from .reading import check_whole
from .space import is_full

SHARE = 0.01


class Backup:
    """Copies a store as often as `SHARE` of the time allows.

    Only a copy that was read again and found whole takes the place of the one before, so that damage of the
    store never reaches its backup.

    Args:
        db: the store.
        path: its file.
        clock: monotonic, in s.
    """

    FILE = "experiment.backup.sqlite"

    def __init__(
        self, db: sqlite3.Connection, path: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._path = path
        self._clock = clock
        self._due = clock()
        self._number = -1
        self._told = False

    def when_due(self) -> None:
        """Copy the store, unless the last copy cost too much to make another one so soon."""
        if self._clock() >= self._due:
            self.make()

    def make(self) -> None:
        """Copy the store, if it changed since.

        Raises:
            Damaged: if the copy shows that the store is damaged.
        """
        started = self._clock()
        number = number_of_changes(self._db)
        if number == self._number:
            return
        try:
            copy(self._db, self._path, self._path.with_name(self.FILE))
            self._number = number
        except (OSError, sqlite3.OperationalError) as error:
            if not is_full(error, self._path.parent):
                raise
            self._say_that_there_is_none()
        ended = self._clock()
        self._due = ended + (ended - started) / SHARE

    def _say_that_there_is_none(self) -> None:
        if not self._told:
            print(
                f"rewardsmith: the disk of {self._path.parent} has no room for a backup of the store",
                file=sys.stderr,
            )
        self._told = True


def copy(db: sqlite3.Connection, path: Path, target: Path) -> None:
    """Write the store `db` of the file `path` to `target` as one whole file, or leave `target` as it is."""
    part = target.with_name(target.name + ".part")
    for leftover in (part, part.with_name(part.name + "-journal")):
        leftover.unlink(missing_ok=True)
    try:
        write_copy(db, path, part)
    except (OSError, sqlite3.Error, Damaged):
        part.unlink(missing_ok=True)
        raise
    fault_point("backup written")
    part.replace(target)
    sync(target.parent)
    fault_point("backup done")


def write_copy(db: sqlite3.Connection, path: Path, target: Path) -> None:
    """Write the store `db` of the file `path` to the new file `target`, and read it again."""
    other = sqlite3.connect(target, isolation_level=None)
    try:
        db.backup(other)
        # One file that stands alone: no log beside it.
        other.execute("PRAGMA journal_mode=DELETE")
        check_whole(other, path)
    finally:
        other.close()
    sync(target)


def sync(path: Path) -> None:
    """Have a file's or folder's content on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
