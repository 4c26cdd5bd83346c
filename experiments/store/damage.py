"""What a store's file says when the disk gave back something else than was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...envs import UserError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REFUSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH}
_NO_DAMAGE = {sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_FULL}


class Damaged(UserError):
    """A store whose file is not as it was written.

    Attributes:
        path: the file.
        what: what is wrong with it.
    """

    def __init__(self, path: Path, what: str, advice: str = "") -> None:
        self.path = path
        self.what = what
        repair = f"run `rewardsmith repair {path.parent}`, then the same command again"
        super().__init__(f"{path} is damaged ({what}); {advice or repair}")


class NoStore(Damaged):
    """A file that may have been a store, or something else from the beginning."""

    def __init__(self, path: Path, what: str) -> None:
        advice = f"if it was a store, run `rewardsmith repair {path.parent}`, otherwise choose another --out"
        super().__init__(path, what, f"expected an experiment's store; {advice}")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the file at `path` into a line that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # Text that is no UTF-8 is an error without a code.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _NO_DAMAGE:
            raise
        if code in _BUSY:
            raise UserError(f"another process keeps {path} locked; wait until it is done") from error
        if code in _REFUSED:
            raise UserError(
                f"cannot read and write {path} ({error}); check that file's and its folder's permissions"
            ) from error
        if code == sqlite3.SQLITE_NOTADB:
            raise NoStore(path, f"SQLite cannot use it: {error}") from error
        raise Damaged(path, str(error)) from error
