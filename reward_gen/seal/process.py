"""A sealed worker as its parent sees it: started, asked, and ended as a whole group."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from .wire import LONGEST_REPLY, REPLY, REQUEST

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
START_SECONDS = 30.0
EAGER_SECONDS = 200e-6
GRACE_SECONDS = 0.5

_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class WorkerGoneError(Exception):
    """The worker ended, spoke nonsense, or did not answer in time; the message says which."""


class WorkerProcess:
    """One isolated interpreter in its own session, with a pipe each way.

    It gets no environment, no site-packages but NumPy's, and no descriptors but its own. It ends with
    the thread that started it, so open a worker in a thread that outlives its use.

    Args:
        job: module of the seal whose `main` it runs.
        fds: descriptors that it inherits.
        numbers: whole numbers for that `main`, behind the parent's id and the descriptors.
        opening: the first message, sent at once.
    """

    def __init__(
        self, job: str, fds: tuple[int, ...], numbers: tuple[int, ...], opening: bytes = b""
    ) -> None:
        site_packages = Path(np.__file__).parent.parent
        package_root = Path(__file__).parent.parent.parent
        start = [sys.executable, "-I", "-S", "-B", str(BOOTSTRAP), str(site_packages), str(package_root)]
        last = [str(number) for number in (os.getpid(), *fds, *numbers)]
        self._process = subprocess.Popen(
            [*start, __name__.split(".")[0], job, *last],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_ENVIRONMENT,
            cwd="/",
            pass_fds=fds,
            start_new_session=True,
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._errors = self._process.stderr
        self._poll = select.poll()
        self._poll.register(self._from, select.POLLIN)
        self._unread = b""
        with contextlib.suppress(BrokenPipeError):  # it died at once: the first `answer` says why
            self._process.stdin.write(opening)

    @property
    def pid(self) -> int:
        """Process id; it is also the id of the group and the session."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process still exists."""
        return self._process.poll() is None

    def ask(self, call: int, batch: int) -> None:
        """Send a request.

        Raises:
            WorkerGoneError: where nobody is left to read it.
        """
        try:
            os.write(self._to, REQUEST.pack(call, batch))
        except BrokenPipeError:
            raise WorkerGoneError(self._obituary()) from None

    def answer(self, call: int, until: float) -> tuple[int, bytes]:
        """Status and payload of the reply to `call`; replies to earlier, abandoned calls are dropped.

        Args:
            call: number of the request.
            until: `time.monotonic` seconds after which nothing is awaited.

        Raises:
            WorkerGoneError: where none comes.
        """
        while True:
            head = self._take(REPLY.size, until)
            number, status, length = REPLY.unpack(head)
            if length > LONGEST_REPLY:
                raise WorkerGoneError("its process broke the protocol")
            payload = self._take(length, until)
            if number == call:
                return status, payload

    def _take(self, length: int, until: float) -> bytes:
        while len(self._unread) < length:
            if not self._heard(until):
                raise WorkerGoneError("it did not answer in time")
            part = os.read(self._from, LONGEST_REPLY)
            if not part:
                raise WorkerGoneError(self._obituary())
            self._unread += part
        taken, self._unread = self._unread[:length], self._unread[length:]
        return taken

    def _heard(self, until: float) -> bool:
        """Whether the worker has something to say by `until`.

        Falling asleep and being woken costs more than most programs take, so the first moment is spent
        looking, with the processor offered to whoever wants it.
        """
        eager = min(until, time.monotonic() + EAGER_SECONDS)
        while time.monotonic() < eager:
            if self._poll.poll(0):
                return True
            os.sched_yield()
        left = until - time.monotonic()
        return left > 0 and bool(self._poll.poll(1000 * left))

    def _obituary(self) -> str:
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return "its process closed the pipe"
        how = f"was killed by {_signal_name(-code)}" if code < 0 else f"ended with code {code}"
        last = self._errors.read().decode(errors="replace").strip().split("\n")[-1] if self._errors else ""
        return f"its process {how}" + (f": {last}" if last else "")

    def end(self) -> None:
        """Kill the whole group and wait for it; safe to call twice."""
        if self._process.returncode is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):  # the kernel still tidies up; it cannot run
                self._process.wait(GRACE_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()


def _signal_name(number: int) -> str:
    hint = ", a system call that is forbidden behind the seal" if number == signal.SIGSYS else ""
    return signal.Signals(number).name + hint
