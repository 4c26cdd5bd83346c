"""A seccomp filter: the few system calls that arithmetic needs; any other ends the process.

See https://docs.kernel.org/userspace-api/seccomp_filter.html. The filter is a classic BPF program over
``struct seccomp_data``: the number at byte 0, the architecture at 4, and from 16 the arguments of 8 bytes
each, low half first.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
from collections.abc import Mapping, Sequence

from .kernel import MACHINES, MissingLayerError, call, machine, numbers

_LOAD_WORD, _JUMP_EQUAL, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EACCES
_AT_NUMBER, _AT_ARCHITECTURE, _AT_ARGUMENTS = 0, 4, 16
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SET_FILTER, _ALL_THREADS = 1, 1

_STDIN, _STDOUT, _STDERR = 0, 1, 2
# Memory, locks, the clock and the end. Neither threads nor signals to others, no new descriptors.
PLAIN = (
    "futex", "brk", "munmap", "mremap", "madvise", "clock_gettime", "sched_yield", "rt_sigreturn",
    "restart_syscall", "exit", "exit_group",
)  # fmt: skip
# Refused without a kill: CPython opens the "file" that a text came from to quote a syntax error, and an
# import of what is not there looks for it on the disk. Both go on well with the refusal.
LOOKS_AT_FILES = ("open", "openat", "stat", "lstat", "newfstatat")

Instruction = tuple[int, int, int, int]


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def build(calls: Mapping[str, int], architecture: int) -> list[Instruction]:
    """The filter for a machine whose system calls have the numbers `calls`.

    Returns:
        Instructions (code, jump if true, jump if false, value).
    """
    program: list[Instruction] = [
        (_LOAD_WORD, 0, 0, _AT_ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD_WORD, 0, 0, _AT_NUMBER),
    ]
    program += _rule(calls["read"], _one_of(0, (_STDIN,)))
    program += _rule(calls["write"], _one_of(0, (_STDOUT, _STDERR)))
    for name in PLAIN:
        program += _rule(calls[name], [(_RETURN, 0, 0, _ALLOW)])
    program += _rule(calls["mmap"], [*_without(2, mmap.PROT_EXEC), *_with(3, mmap.MAP_ANONYMOUS)])
    program += _rule(calls["mprotect"], [*_without(2, mmap.PROT_EXEC), (_RETURN, 0, 0, _ALLOW)])
    for name in LOOKS_AT_FILES:
        if name in calls:
            program += _rule(calls[name], [(_RETURN, 0, 0, _REFUSE)])
    return [*program, (_RETURN, 0, 0, _KILL_PROCESS)]


def install() -> None:
    """Put the filter on this process for good. Needs no_new_privs.

    Raises:
        MissingLayerError: where this machine or its kernel has no such filters.
    """
    if not machine():
        raise MissingLayerError(
            f"seccomp: the system calls are known for {' and '.join(MACHINES)} only; use one of them"
        )
    program = build(numbers(), _ARCHITECTURE[machine()])
    array = (_Instruction * len(program))(*(_Instruction(*fields) for fields in program))
    try:
        call("seccomp", _SET_FILTER, _ALL_THREADS, ctypes.byref(_Program(len(program), array)))
    except OSError as error:
        raise MissingLayerError(
            f"seccomp: run on Linux 4.14 or later built with CONFIG_SECCOMP_FILTER ({error.strerror})"
        ) from None


def _rule(number: int, then: Sequence[Instruction]) -> list[Instruction]:
    """`then`, which ends in a return on every path, for the call `number`."""
    return [(_JUMP_EQUAL, 0, len(then), number), *then]


def _argument(index: int) -> Instruction:
    return (_LOAD_WORD, 0, 0, _AT_ARGUMENTS + 8 * index)


def _one_of(index: int, values: Sequence[int]) -> list[Instruction]:
    tests = [(_JUMP_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [_argument(index), *tests, (_RETURN, 0, 0, _KILL_PROCESS), (_RETURN, 0, 0, _ALLOW)]


def _without(index: int, bits: int) -> list[Instruction]:
    return [_argument(index), (_JUMP_BITS, 0, 1, bits), (_RETURN, 0, 0, _KILL_PROCESS)]


def _with(index: int, bits: int) -> list[Instruction]:
    return [
        _argument(index), (_JUMP_BITS, 1, 0, bits), (_RETURN, 0, 0, _KILL_PROCESS), (_RETURN, 0, 0, _ALLOW)
    ]  # fmt: skip
