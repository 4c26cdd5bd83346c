"""Forbidden acts, really attempted: what each layer of the seal refuses on this machine.

Imported by `bootstrap` in a process of its own, never by the rest of the package. For each act a child is
forked that puts the seal on and acts; the manner of its end is the evidence.
"""

from __future__ import annotations

import mmap
import os
import signal
import socket
from collections.abc import Callable

from .confine import confine, die_with
from .layers import landlock, privileges
from .layers.kernel import call
from .wire import DONE, LONGEST_REPLY, READY, reply

_MEMORY_MB = 256
_PTRACE_ATTACH = 16
_TRIAL = os.getpid()
_SUCCEEDED, _REFUSED = 0, 1


def main(parent: int) -> None:
    """Report the level that a worker reaches, then the acts that were not prevented, one to a line."""
    die_with(parent)
    reply(0, READY, _attained())
    broken = [name for name, act in ACTS.items() if not prevented(act)]
    if landlock.version() and not prevented(_open_a_file, _only_landlock):
        broken.append("open a file, with Landlock alone")
    reply(0, DONE, "\n".join(broken).encode())


def _attained() -> bytes:
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 1)  # standard output is all that the seal leaves to write to
        os.write(1, confine(_TRIAL, _MEMORY_MB).spoken())
        os._exit(_SUCCEEDED)
    os.wait()
    return os.read(reading, LONGEST_REPLY)


def _seal() -> None:
    confine(_TRIAL, _MEMORY_MB)


def _only_landlock() -> None:
    privileges.forbid_new_privileges()
    landlock.deny_everything()


def prevented(act: Callable[[], object], seal: Callable[[], object] = _seal) -> bool:
    """Whether `act` fails or ends its process, when tried in a child that `seal` was put on."""
    child = os.fork()
    if child == 0:
        seal()
        try:
            act()
        except OSError:
            os._exit(_REFUSED)
        os._exit(_SUCCEEDED)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGSYS
    return os.WEXITSTATUS(status) == _REFUSED


def _open_a_file() -> None:
    os.close(os.open("/", os.O_RDONLY))


def _start_a_process() -> None:
    if os.fork() == 0:
        os._exit(_SUCCEEDED)


def _map_code() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


ACTS: dict[str, Callable[[], object]] = {
    "open a file": _open_a_file,
    "write a file": lambda: os.open("/tmp", os.O_WRONLY | os.O_TMPFILE),
    "list a folder": lambda: os.scandir("/"),
    "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "start a process": _start_a_process,
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "signal its parent": lambda: os.kill(_TRIAL, 0),
    "trace its parent": lambda: call("ptrace", _PTRACE_ATTACH, _TRIAL, 0, 0),
    "map memory for code": _map_code,
    "make a new descriptor": lambda: os.pipe(),
}
