"""Processes that have torch at hand, so that the driver, which starts them, can do without it."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any, NamedTuple, TypeVar

from ... import agents
from ...envs import UserError
from .held_back import held_back

Answer = TypeVar("Answer")
# What dies this often is taken for the one that gets its processes killed.
MOST_DEATHS = 3
# The exit code of a process whose end nobody saw, for the server that it was forked from had died before.
UNSEEN = 255
# torch imports its compiler when the first optimiser is made: most of a second that each process would pay.
_PRELOADED = [
    f"{__package__}.jobs",
    f"{agents.__name__}.train",
    f"{agents.__name__}.population.train",
    "torch._dynamo",
]


def forking() -> ForkServerContext:
    """The context of processes that are forked from a server which has already imported torch."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def aside(function: Callable[..., Answer], *arguments: Any) -> Answer:
    """What `function` says to `arguments`, asked in a process of its own where torch is not imported yet.

    For functions that import torch, which would cost this process a quarter of a gigabyte and seconds.

    Args:
        function: of a module's top level.
        arguments: what can be pickled, as must the answer.

    Raises:
        UserError: that of `function`.
        RuntimeError: if that process ends without an answer, or is killed again and again.
    """
    if "torch" in sys.modules:
        return function(*arguments)
    for attempt in range(1, MOST_DEATHS + 1):
        answer = _asked(function, arguments)
        if isinstance(answer, UserError):
            raise answer
        if not isinstance(answer, _Died):
            return answer
        if not answer.killed or attempt == MOST_DEATHS:
            break
    raise RuntimeError(
        f"expected an answer from {function.__qualname__}, its process ended with exit code {answer.code}"
    )


class _Died(NamedTuple):
    """A process that ended without an answer."""

    code: int | None

    @property
    def killed(self) -> bool:
        """Whether somebody else ended it, or nobody saw its end."""
        return self.code is None or self.code < 0 or self.code == UNSEEN


def _asked(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    context = forking()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, function, arguments), daemon=True)
    with held_back():
        process.start()
    sender.close()
    try:
        return receiver.recv()
    except (EOFError, OSError):
        process.join()
        return _Died(process.exitcode)
    finally:
        receiver.close()
        process.join()


def _answer(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    # Signals reach the whole group of processes; the driver alone decides what they mean.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        sender.send(function(*arguments))
    except UserError as error:
        sender.send(error)
