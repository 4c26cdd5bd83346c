"""A full disk is a pause: what is stored stays, and what could not be stored is tried again."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeVar

from ..stopping import Stopped

PAUSE = 5.0
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_BELOW = 1 << 20

Result = TypeVar("Result")


def when_space(
    action: Callable[[], Result],
    folder: Path,
    pause: Callable[[], None] = lambda: time.sleep(PAUSE),
) -> Result:
    """Do `action`, waiting as often as the disk of `folder` is too full for it.

    Args:
        action: leaves nothing half done when it fails, and can be repeated.
        folder: where it writes.
        pause: waits until the next attempt.

    Returns:
        What `action` returns.

    Raises:
        Stopped: on Ctrl-C or SIGTERM while it waits, the first as well: nothing can be saved before leaving.
    """
    told = False
    while True:
        try:
            return action()
        except (OSError, sqlite3.OperationalError) as error:
            if not is_full(error, folder):
                raise
        if not told:
            print(
                f"rewardsmith: the disk of {folder} is full: waiting for space; free some, or stop with "
                "Ctrl-C and go on later",
                file=sys.stderr,
                flush=True,
            )
            told = True
        with _left_by_a_signal():
            pause()


def is_full(error: BaseException, folder: Path) -> bool:
    """Whether `error` says that the disk, or the user's share of it, is full."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if not isinstance(error, sqlite3.OperationalError):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # The index of the log is made larger by another call, whose failure SQLite calls an input/output error.
    return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _free(folder) < _FULL_BELOW)


@contextmanager
def _left_by_a_signal() -> Iterator[None]:
    main = threading.current_thread() is threading.main_thread()
    numbers = [n for n in (signal.SIGINT, signal.SIGTERM) if main and signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, _leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def _free(folder: Path) -> int:
    place = os.statvfs(folder)
    return place.f_bavail * place.f_frsize
