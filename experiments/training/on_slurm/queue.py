"""What the cluster says of its jobs, and taking them back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from ....envs import UserError

_ENDED = {
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "TIMEOUT",
}
# Seconds for one question; a controller that is restarting may take long.
_PATIENCE = 60


class Queue(Protocol):
    """Where submitted jobs stand."""

    def states(self) -> dict[str, str] | None:
        """Job id -> state, as Slurm names it, of all that are known; None where there is no answer."""

    def cancel(self, ids: Collection[str], *, waiting_only: bool = False) -> None:
        """End these jobs, or only those of them that have not started."""

    def cancel_named(self, name: str) -> None:
        """End the jobs of this name."""


class SlurmQueue:
    """A real cluster's, asked through ``squeue``, which works without Slurm's accounting too.

    Raises:
        UserError: if this machine cannot submit to a cluster.
    """

    def __init__(self) -> None:
        missing = [tool for tool in ("sbatch", "srun", "squeue", "scancel") if shutil.which(tool) is None]
        if missing:
            raise UserError(
                f"expected Slurm's commands on this machine, found no {missing[0]}; start the command where "
                "sbatch works, such as the cluster's login node"
            )

    def states(self) -> dict[str, str] | None:
        """See `Queue`."""
        answer = _asked(["squeue", f"--user={os.getuid()}", "--states=all", "--noheader", "--format=%i|%T"])
        if answer is None:
            return None
        return dict(line.strip().split("|", 1) for line in answer.splitlines() if "|" in line)

    def cancel(self, ids: Collection[str], *, waiting_only: bool = False) -> None:
        """See `Queue`."""
        if ids:
            # Slurm itself looks at the state: none is ended that started a moment ago.
            _asked(["scancel", *(["--state=PENDING"] if waiting_only else []), *ids])

    def cancel_named(self, name: str) -> None:
        """See `Queue`."""
        _asked(["scancel", f"--user={os.getuid()}", f"--name={name}"])


class LocalQueue:
    """Processes of this machine that stand for a cluster's jobs, for trying things out; none ever waits.

    Args:
        folder: under which they were submitted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder.absolute())

    def states(self) -> dict[str, str] | None:
        """See `Queue`."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and self._is_job(entry):
                found[entry.name] = "RUNNING"
        return found

    def cancel(self, ids: Collection[str], *, waiting_only: bool = False) -> None:
        """See `Queue`."""
        if waiting_only:
            return
        for number in set(ids) & set(self.states() or {}):
            # submitit's process starts the one that trains. It goes first, lest it start another.
            children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
            for process in (number, *children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)

    def cancel_named(self, name: str) -> None:
        """See `Queue`; these have no names."""

    def _is_job(self, process: Path) -> bool:
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return "submitit.local._local" in words and any(word.startswith(self._folder) for word in words)


def has_ended(state: str | None) -> bool:
    """Whether a job in this state runs no more; one that the queue has forgotten, None, does not."""
    return state is None or state in _ENDED


def _asked(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None
