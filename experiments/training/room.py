"""Waiting for space on a full disk."""

from __future__ import annotations

import errno
import tempfile
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from ..store.space import when_space

# More than what is written between one look and the next: an agent with its logs.
ROOM = 4 * 2**20
SECONDS_BEFORE_A_LOOK = 2.0


def wait_for_room(folders: Iterable[Path]) -> None:
    """Wait until each of `folders` takes a file of `ROOM` bytes again; a line on stderr says so.

    Raises:
        Stopped: on Ctrl-C or SIGTERM while it waits for space.
    """
    # In any case a moment: what filled the disk may be gone, but is not to be met in a busy loop.
    time.sleep(SECONDS_BEFORE_A_LOOK)
    for folder in folders:
        there = next(place for place in (folder, *folder.absolute().parents) if place.is_dir())
        when_space(partial(_take_room, there), there)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether `error`, or one that it came from, is of a write for which there was no space."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False


def _take_room(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(ROOM))
