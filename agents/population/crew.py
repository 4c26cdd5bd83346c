"""Processes that share the work of an update.

Threads would do, were it not that thousands of short array operations have to pass through Python's one
interpreter lock: two threads are hardly faster than one. So every further core gets a process, which works
on the members' weights and samples where they are, in shared memory.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import torch
from torch import multiprocessing

from .learner import Blueprint, Learner, State
from .rollout import Columns
from .settings import Own, Shared
from .streams import MemberStreams
from .update import UpdateReport, update


@dataclass(frozen=True)
class Share:
    """Some of the members, with all that stays the same from update to update.

    Attributes:
        blueprint: of their networks.
        state: theirs, in shared memory.
        samples: (P, n, T, width) theirs, in shared memory.
        columns: of a sample.
        shared: the settings that all have in common.
    """

    blueprint: Blueprint
    state: State
    samples: torch.Tensor
    columns: Columns
    shared: Shared


@dataclass(frozen=True)
class Update:
    """What changes from update to update: random streams and each member's own settings."""

    streams: list[MemberStreams]
    own: Own


class Helper:
    """One process, which starts while others work: the first update waits for it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def assign(self, share: Share) -> None:
        """Work on `share` from now on."""
        self._send(share)

    def begin(self, task: Update) -> None:
        """Start to update the share."""
        self._send(task)

    def finish(self) -> tuple[UpdateReport, list[MemberStreams]]:
        """Wait for the update that was begun; the streams come back as it left them."""
        try:
            return self._connection.recv()
        except (EOFError, ConnectionError):
            raise self._gone() from None

    def end(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def _send(self, message: Share | Update) -> None:
        try:
            self._connection.send(message)
        except ConnectionError:
            raise self._gone() from None

    def _gone(self) -> RuntimeError:
        self._process.join()
        return RuntimeError(f"a process of the population ended with exit code {self._process.exitcode}")


def run_side_by_side(
    learner: Learner, share: Share, tasks: Sequence[Update], helpers: Sequence[Helper]
) -> list[tuple[UpdateReport, list[MemberStreams]]]:
    """Do the first of `tasks` here, on `share`, and the others in the helpers meanwhile."""
    for helper, task in zip(helpers, tasks[1:], strict=True):
        helper.begin(task)
    own = _update(learner, share, tasks[0])
    return [own, *(helper.finish() for helper in helpers)]


def _update(learner: Learner, share: Share, task: Update) -> tuple[UpdateReport, list[MemberStreams]]:
    report = update(learner, share.samples, share.columns, task.streams, share.shared, task.own)
    return report, task.streams


def _serve(connection: Connection) -> None:
    # The terminal sends Ctrl-C to every process; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    share, learner = None, None
    while True:
        try:
            message = connection.recv()
        except EOFError:
            return
        if isinstance(message, Share):
            share, learner = message, Learner(message.blueprint, message.state)
        else:
            assert share is not None and learner is not None, "a share is assigned before its first update"
            connection.send(_update(learner, share, message))
