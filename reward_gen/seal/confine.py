"""All layers of the seal, put on by the process itself before it looks at untrusted text."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
from collections.abc import Callable

from .layers import landlock, privileges, seccomp
from .layers.kernel import MissingLayerError
from .level import Attained, IsolationLevel

_PR_SET_PDEATHSIG = 1
_DAY = 86_400
_FIRST_TO_GO = b"1000"


def die_with(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took effect
        raise SystemExit(1)


def confine(parent: int, memory_mb: int) -> Attained:
    """Take away from this process what a reward has no need of, for good, and say how far that went.

    Args:
        parent: process id of the parent.
        memory_mb: MB that may be used on top of what is in use now.
    """
    missing: list[str] = []
    most = _bytes_in_use() + memory_mb * 2**20
    _volunteer()
    _silence()
    has_namespaces = _try(privileges.enter_namespaces, missing)
    die_with(parent)  # again: the kernel forgets it when credentials change
    has_base = _try(_base, missing)
    _limit(most)
    has_base &= _try(seccomp.install, missing)
    if not has_base:
        return Attained(IsolationLevel.PROCESS, tuple(missing))
    return Attained(IsolationLevel.NAMESPACES if has_namespaces else IsolationLevel.SANDBOX, tuple(missing))


def _base() -> None:
    privileges.drop_capabilities()
    privileges.forbid_new_privileges()
    landlock.deny_everything()


def _try(layer: Callable[[], None], missing: list[str]) -> bool:
    try:
        layer()
    except MissingLayerError as error:
        missing.append(str(error))
        return False
    return True


def _volunteer() -> None:
    """When the machine runs out of memory, this process goes before any other."""
    adjust = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(adjust, _FIRST_TO_GO)
    os.close(adjust)


def _silence() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)


def _bytes_in_use() -> int:
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - pathlib is one more import to wait for
        return int(statm.read().split()[0]) * mmap.PAGESIZE


def _limit(most_bytes: int) -> None:
    """Resource limits, the hard ones too, so that they cannot be raised again."""
    for what, most in (
        (resource.RLIMIT_AS, most_bytes),
        (resource.RLIMIT_CPU, _DAY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))
