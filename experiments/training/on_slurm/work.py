"""What runs on the nodes: a Slurm job that trains a parcel and tells how it goes in a file."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

from ....envs import UserError
from ..room import is_disk_full
from ..travel import Parcel, Report, run_parcel
from ..worker import DiskFull

# Job's index -> (environment steps, success rate): the latest of each.
News = dict[int, tuple[int, float]]
# What a Slurm job comes to: reports, or what is wrong that is no job's fault.
Delivery = list[Report] | UserError | DiskFull

_NEWS = "progress.json"
# Seconds between two writes: the file system is shared with everybody.
_BETWEEN = 2.0
# Seconds after which what a full disk stopped may be tried again.
_PAUSE = 30.0


def train_parcel(parcel: Parcel, folder: Path, threads: int) -> Delivery:
    """Train `parcel`, keeping the latest news in `folder`, where `read_news` finds them."""
    news: News = {}
    written = float("-inf")

    def progress(index: int, steps: int, success: float) -> None:
        nonlocal written
        news[index] = (steps, success)
        if time.monotonic() - written >= _BETWEEN:
            _write_news(news, folder)
            written = time.monotonic()

    _write_news(news, folder)
    try:
        return run_parcel(parcel, progress, threads)
    except Exception as error:
        if not is_disk_full(error):
            raise
        time.sleep(_PAUSE)
        return DiskFull(str(error))


def read_news(folder: Path) -> News | None:
    """The latest of each job; None where training has not begun."""
    try:
        told = json.loads((folder / _NEWS).read_text())
    except FileNotFoundError:
        return None
    return {int(index): (steps, success) for index, (steps, success) in told.items()}


def _write_news(news: News, folder: Path) -> None:
    partial = folder / f"{_NEWS}.{os.getpid()}"
    # News are for looking at; training goes on without them.
    with contextlib.suppress(OSError):
        partial.write_text(json.dumps(news))
        partial.replace(folder / _NEWS)
