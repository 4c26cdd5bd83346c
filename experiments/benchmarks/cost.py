"""What a process costs: processor time, time by the clock, memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Stopwatch:
    """Adds up what goes on between its starts and stops.

    Attributes:
        cpu: seconds of the processor in this process, its children's left out.
        wall: seconds by the clock.
    """

    cpu: float = 0.0
    wall: float = 0.0

    def start(self) -> None:
        """Go on counting."""
        self.cpu -= time.process_time()
        self.wall -= time.monotonic()

    def stop(self) -> None:
        """Count no more."""
        self.cpu += time.process_time()
        self.wall += time.monotonic()

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, timed."""

        def timed(*arguments: Any) -> Any:
            self.start()
            try:
                return function(*arguments)
            finally:
                self.stop()

        return timed


def peak_memory() -> int:
    """The most memory that this process has had in its life, in bytes, its children's left out."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
