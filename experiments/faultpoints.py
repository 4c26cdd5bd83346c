"""Named places where a test ends the process as a power cut would: a store is trusted once it survived them.

Set ``REWARDSMITH_FAULT`` to ``name:3`` and the process kills itself (SIGKILL, nothing is flushed or tidied)
at its third passing of that name. Without it a fault point does nothing.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

from ..envs import UserError

FAULT_POINTS = (
    "change begun",
    "change stored",
    "backup written",
    "backup done",
    "repair restored",
    "repair moved",
    "proposed",
    "checked",
    "trained",
    "generation done",
    "outputs begun",
    "outputs written",
)
_passed: Counter[str] = Counter()


def fault_point(name: str) -> None:
    """End the process here and now, if ``REWARDSMITH_FAULT`` asks for it at this passing of `name`."""
    assert name in FAULT_POINTS, name
    wanted = os.environ.get("REWARDSMITH_FAULT")
    if not wanted:
        return
    place, _, number = wanted.rpartition(":")
    if place not in FAULT_POINTS or not number.isdigit():
        raise UserError(f"REWARDSMITH_FAULT is NAME:NUMBER with a name of {FAULT_POINTS}, got {wanted!r}")
    _passed[name] += 1
    if name == place and _passed[name] == int(number):
        os.kill(os.getpid(), signal.SIGKILL)
