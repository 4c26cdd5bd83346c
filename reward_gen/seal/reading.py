"""Extraction behind the seal: a text made to kill the parser kills a process that nobody needs."""

from __future__ import annotations

import os
import time

from ..checking.extract import MAX_ANSWER, too_long
from ..verdict import Rejected
from .level import Attained, IsolationLevel, SealError, required_level
from .process import START_SECONDS, WorkerGoneError, WorkerProcess
from .shared import SharedMemory
from .wire import DONE, LENGTH, heard_fault

READING_SECONDS = 5.0
MEMORY_MB = 512
_CAPACITY = 4 * MAX_ANSWER + 1024  # four bytes to a character at most, and the line ends that are added


def extract_sealed(
    answer: str, *, deadline: float = READING_SECONDS, required: IsolationLevel | str | None = None
) -> str | Rejected:
    """The one program in a model's `answer`, found in a sealed process of its own; see `extract`.

    Args:
        answer: what the model wrote.
        deadline: seconds that reading may take, counted from the process being ready.
        required: the isolation level to insist on; see `required_level`.

    Returns:
        Program text, or `Rejected` at stage ``extract``.

    Raises:
        SealError: where the required level cannot be had.
    """
    least = required_level(required)
    reason = too_long(answer)
    if reason:
        return Rejected("extract", reason)
    data = answer.encode("utf-8", "surrogatepass")
    inputs = SharedMemory(_CAPACITY, read_only=True)
    outputs = SharedMemory(_CAPACITY, read_only=False)
    inputs.memory[: len(data)] = data
    try:
        worker = WorkerProcess("reader", (inputs.fd, outputs.fd), (len(data), _CAPACITY, MEMORY_MB))
    finally:
        os.close(inputs.fd)
        os.close(outputs.fd)
    try:
        _, attained = _started(worker)
        attained.demand(least)
        return _outcome(worker, outputs, time.monotonic() + deadline)
    finally:
        worker.end()


def _started(worker: WorkerProcess) -> tuple[int, Attained]:
    try:
        status, payload = worker.answer(0, time.monotonic() + START_SECONDS)
    except WorkerGoneError as error:
        raise SealError(f"the sealed process did not start: {error}; see docs/security.md") from None
    return status, Attained.heard(payload)


def _outcome(worker: WorkerProcess, outputs: SharedMemory, until: float) -> str | Rejected:
    try:
        status, payload = worker.answer(0, until)
    except WorkerGoneError as error:
        return Rejected("extract", f"the answer could not be read: {error}; answer with one short block")
    if status != DONE or len(payload) != LENGTH.size:
        return Rejected("extract", heard_fault(payload).reason)
    (length,) = LENGTH.unpack(payload)
    return outputs.memory[: min(length, _CAPACITY)].decode("utf-8", "replace")
