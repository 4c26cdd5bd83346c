"""The isolation that this machine gives, tried out once for each process."""

from __future__ import annotations

import sys
import time
from functools import cache

from .level import Attained, IsolationLevel, SealError, required_level
from .process import START_SECONDS, WorkerGoneError, WorkerProcess


def probe_isolation() -> IsolationLevel:
    """The level that a sealed worker reaches on this machine; see `attained_isolation`."""
    return attained_isolation().level


def require_isolation(required: IsolationLevel | str | None = None) -> IsolationLevel:
    """The level that this machine gives, for a run to record before it starts.

    Args:
        required: the level to insist on; see `required_level`.

    Raises:
        SealError: where it gives less.
    """
    attained = attained_isolation()
    attained.demand(required_level(required))
    return attained.level


@cache
def attained_isolation() -> Attained:
    """Start sealed processes, have each attempt one forbidden act, and judge by how they end.

    The level counts only where every act was prevented. Takes about a tenth of a second, once.

    Raises:
        SealError: where no sealed process can be started at all.
    """
    if sys.platform != "linux":
        return Attained(IsolationLevel.NONE, (f"the seal needs Linux, this is {sys.platform}",))
    trial = WorkerProcess("trial", (), ())
    try:
        until = time.monotonic() + START_SECONDS
        _, reached = trial.answer(0, until)
        _, done = trial.answer(0, until)
    except WorkerGoneError as error:
        raise SealError(f"the trial of the seal did not end: {error}; see docs/security.md") from None
    finally:
        trial.end()
    return judge(Attained.heard(reached), tuple(done.decode("ascii", "replace").split("\n")) if done else ())


def judge(attained: Attained, broken: tuple[str, ...]) -> Attained:
    """`attained`, unless a process at that level could do any of the acts `broken`.

    >>> judge(Attained(IsolationLevel.SANDBOX), ("open a file",)).level
    <IsolationLevel.PROCESS: 1>
    """
    if attained.level < IsolationLevel.SANDBOX or not broken:
        return attained
    reason = f"a sealed process could {', '.join(broken)}; run on a kernel that enforces seccomp and Landlock"
    return Attained(IsolationLevel.PROCESS, (*attained.missing, reason))
