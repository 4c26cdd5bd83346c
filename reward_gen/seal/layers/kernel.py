"""System calls by name, for those that neither Python nor the C library wraps."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

# From the kernel's own tables: syscall_64.tbl for x86_64, asm-generic/unistd.h for aarch64.
_NUMBERS: dict[str, dict[str, int]] = {
    "x86_64": {
        "read": 0, "write": 1, "open": 2, "stat": 4, "lstat": 6, "mmap": 9, "mprotect": 10, "munmap": 11,
        "brk": 12, "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28,
        "exit": 60, "ptrace": 101, "capset": 126,
        "prctl": 157, "futex": 202, "restart_syscall": 219, "clock_gettime": 228, "exit_group": 231,
        "openat": 257, "newfstatat": 262, "unshare": 272, "process_vm_readv": 310, "seccomp": 317,
        "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
    },
    "aarch64": {
        "openat": 56, "read": 63, "write": 64, "newfstatat": 79, "capset": 91, "exit": 93, "exit_group": 94,
        "unshare": 97, "futex": 98, "clock_gettime": 113, "ptrace": 117, "sched_yield": 124,
        "restart_syscall": 128, "rt_sigreturn": 139, "prctl": 167, "brk": 214,
        "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226,
        "madvise": 233, "process_vm_readv": 270, "seccomp": 277,
        "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
    },
}  # fmt: skip
MACHINES = tuple(_NUMBERS)
_LIBC = ctypes.CDLL(None, use_errno=True)


class MissingLayerError(Exception):
    """A layer cannot be had; the message says in one clause what is missing and how to get it."""


@cache
def machine() -> str:
    """The kernel's word for the processor family of this process; empty where its calls are not known."""
    name = os.uname().machine
    return name if name in _NUMBERS and sys.maxsize > 2**32 else ""


def numbers() -> dict[str, int]:
    """Name -> number of the system calls known on this machine; empty on unknown machines."""
    return _NUMBERS.get(machine(), {})


def call(name: str, *arguments: object) -> int:
    """Make the system call `name`; integers and ctypes references may be passed.

    Raises:
        OSError: where the kernel refuses it.
        MissingLayerError: where its number is not known for this machine.
    """
    number = numbers().get(name)
    if number is None:
        raise MissingLayerError(
            f"{name} on the processor family {os.uname().machine}; use {' or '.join(MACHINES)}"
        )
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = int(_LIBC.syscall(ctypes.c_long(number), *words))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
