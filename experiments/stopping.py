"""Leaving on a signal: the first asks for an orderly end, a second for one at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = {signal.SIGINT: "Ctrl-C again", signal.SIGTERM: "another SIGTERM"}
_STDERR = 2


class Stopped(KeyboardInterrupt):
    """A command ends early because it was told to; what is finished is stored.

    Args:
        number: the signal that told it.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def exit_code(self) -> int:
        """As shells count: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + self.number


class Stop:
    """Whether somebody asked for an end, by Ctrl-C or, as schedulers do, by SIGTERM.

    Whoever starts long work looks at `asked` before each piece of it, and calls `check` where all that is
    finished is stored.

    Attributes:
        asked: whether a signal came; from then on nothing new is started.
        running: training runs under way, which executors keep up to date; the line on stderr names it.
    """

    def __init__(self) -> None:
        self.asked = False
        self.running = 0
        self._number: int = signal.SIGINT

    def check(self) -> None:
        """Raise `Stopped` if an end was asked for."""
        if self.asked:
            raise Stopped(self._number)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take note of SIGINT and SIGTERM within the block; blocks may be nested.

        The first signal sets `asked`, a further one raises `Stopped` wherever the program is. A signal that
        the process ignores stays ignored, and outside the main thread, which alone gets signals, nothing is
        done.
        """
        main = threading.current_thread() is threading.main_thread()
        heard = [n for n in _AGAIN if main and signal.getsignal(n) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._hear) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._number = number
        if self.asked:
            raise Stopped(number)
        self.asked = True
        under_way = "what is under way"
        if self.running:
            under_way = f"what is training ({self.running} run{'s' * (self.running != 1)})"
        again = _AGAIN[signal.Signals(number)]
        line = f"\nfinishing {under_way}, then saving; {again} to leave at once\n"
        # Not through sys.stderr: the signal may have come in the midst of a write to it.
        os.write(_STDERR, line.encode())
