"""Signals held back while processes start, so that all who come of them never hear a Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

_HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held_back() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait until the end of the block.

    A process started within it, and all that are forked from it, hold them back for good: a terminal sends
    Ctrl-C, and a scheduler SIGTERM, to every process of a command, but the driver alone decides what it
    means. Ignoring them in the process itself would come too late for one that is still starting.
    """
    # Where it has to be started first, it lets through what is held back here.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
