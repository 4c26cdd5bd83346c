"""One process writes an experiment's folder at a time."""

from __future__ import annotations

import datetime
import errno
import fcntl
import json
import os
import shlex
import socket
import sys
import weakref
from pathlib import Path
from typing import Any

from ...envs import UserError

_LONGEST_COMMAND = 200


class FolderLock:
    """The right to write to a folder, until `close`, the end of the ``with`` block, or the process's end.

    The kernel holds it (flock on ``<folder>/lock``) and gives it up however the process ends; the file stays,
    and what is written in it only serves those who find the folder taken. Training processes do not inherit
    it. Locks of one process on one folder are one: it must agree with itself.

    Args:
        folder: made if it is not there.

    Raises:
        UserError: if another process has it, naming that process, or if the file system knows no locks.
    """

    FILE = "lock"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder.resolve() / self.FILE
        self._held: _Held | None = _held.get(path) or _Held(path, folder)
        _held[path] = self._held

    def close(self) -> None:
        """Give it up, unless another lock of this process on the folder is still open."""
        self._held = None

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Held:
    """An open file with the kernel's lock on it; collecting it closes the file."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.descriptor = _locked(path, folder)
        self.release = weakref.finalize(self, os.close, self.descriptor)
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, json.dumps(_owner()).encode(), 0)


_held: weakref.WeakValueDictionary[Path, _Held] = weakref.WeakValueDictionary()


def _locked(path: Path, folder: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever deletes the file while it is opened here would leave a lock on a file nobody finds.
            if _is_at(descriptor, path):
                return descriptor
        except OSError as error:
            taken = error.errno in (errno.EWOULDBLOCK, errno.EACCES)
            problem = _taken(path, folder) if taken else _no_locks(folder, error)
            os.close(descriptor)
            raise UserError(problem) from error
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _owner() -> dict[str, Any]:
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    since = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": since,
        "command": command[:_LONGEST_COMMAND],
    }


def _taken(path: Path, folder: Path) -> str:
    advice = "wait for it, stop it, or choose another --out"
    try:
        owner = json.loads(path.read_bytes())
        since = datetime.datetime.fromisoformat(owner["since"]).strftime("%Y-%m-%d %H:%M")
        who = f"process {owner['pid']} on {owner['host']} since {since} ({owner['command']})"
    except (OSError, ValueError, LookupError, TypeError):
        # The lock is the kernel's; a note that is torn or still to be written does not open it.
        who = "another process"
    return f"{folder} is in use by {who}; {advice}"


def _no_locks(folder: Path, error: OSError) -> str:
    return (
        f"the file system of {folder} knows no locks ({error.strerror}), which keep two processes from "
        "writing one experiment; choose an --out on a local disk"
    )


def _forget_in_child() -> None:
    # A forked child has the same open file, and would keep the lock when this process is killed.
    for held in list(_held.values()):
        held.release()
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
