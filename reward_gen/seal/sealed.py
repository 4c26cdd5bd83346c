"""A reward program behind a process boundary: no crash, hang or bomb in it reaches the caller."""

from __future__ import annotations

import json
import os
import sys
import time
import weakref
from types import TracebackType

import numpy as np

from ...envs.records import Terms
from ...envs.spec import TaskSpec
from ...envs.views import FieldView
from ..checking.allowlist import check_static
from ..faults import one_line
from ..program import RewardProgram
from ..running.outputs import check_names, demand_finite, keep
from ..verdict import Rejected, RewardFault
from .process import WorkerGoneError, WorkerProcess
from .shared import DONE, READY, Layout, SharedMemory

START_SECONDS = 30.0


class SealError(RuntimeError):
    """The seal itself cannot be had on this machine; no fault of the program."""


class SealedReward:
    """A `RewardFn` that runs its program in a worker process of its own.

    The worker is a fresh isolated interpreter in its own session, without environment, files, new
    processes or more memory than allowed. It reads the observations from memory that it cannot write,
    and writes numbers into memory of fixed size; the parent copies and checks them. Nothing that comes
    back is unpickled. A worker that misses its deadline is killed as a group, and so is one whose
    parent, or the thread that opened it, ends. It starts in the background: the first call waits for it.

    Once its worker is gone a reward stays broken, and says why on every call.

    Args:
        program: the program.
        spec: the task whose fields it reads.
        deadline: seconds that one call may take.
        memory_mb: MB that the program may use.
        capacity: the most worlds in a call; a larger call starts a larger worker.

    Raises:
        RewardFault: at stage ``static`` where the program is refused.
        SealError: where this platform has no such seal.
    """

    def __init__(
        self,
        program: RewardProgram,
        spec: TaskSpec,
        *,
        deadline: float = 2.0,
        memory_mb: int = 1024,
        capacity: int = 1024,
    ) -> None:
        if sys.platform != "linux":
            raise SealError(
                f"sealed rewards need Linux, this is {sys.platform}; pass trusted=True to run unsealed"
            )
        checked = check_static(program.text, spec)
        if isinstance(checked, Rejected):
            raise RewardFault(checked.stage, checked.reason)
        self.program = program
        self.spec = spec
        self.deadline = deadline
        self.memory_mb = memory_mb
        self._fault: str = ""
        self._owner = os.getpid()
        self._start(capacity)

    def __call__(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> tuple[np.ndarray, Terms]:
        """Reward (B,) and terms {name: (B,)}, all float64 and finite as float32.

        Raises:
            RewardFault: where the program fails, returns anything else, or misses the deadline.
        """
        if self._fault:
            raise RewardFault("runtime", self._fault)
        if os.getpid() != self._owner:
            raise SealError("a sealed reward cannot be shared with a forked process; open one in each")
        batch = len(action)
        if batch > self._layout.capacity:
            self._finalizer()
            self._start(1 << (batch - 1).bit_length())
        if not self._ready:
            self._wait_until_ready()
        if batch != self._batch:
            self._lay_out(batch)
        self._load(obs, action, next_obs)
        self._call += 1
        names = self._ask(batch)
        # Copied first, checked afterwards: the worker can still write the original.
        rows = self._rows[: 1 + len(names)].copy()
        demand_finite(rows, names)
        return keep(rows, names)

    def __enter__(self) -> SealedReward:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; later calls raise RewardFault."""
        self._fault = self._fault or "it was closed"
        self._finalizer()

    @property
    def pid(self) -> int:
        """Process id of the worker."""
        return self._worker.pid

    @property
    def running(self) -> bool:
        """Whether the worker still exists."""
        return self._worker.running

    def _start(self, capacity: int) -> None:
        self._layout = Layout(self.spec, capacity)
        inputs = SharedMemory(self._layout.input_bytes, read_only=True)
        outputs = SharedMemory(self._layout.output_bytes, read_only=False)
        self._arguments, self._results = inputs.memory, outputs.memory
        opening = json.dumps({"text": self.program.text, "spec": self.spec.to_json()}).encode()
        try:
            self._worker = WorkerProcess(opening, (inputs.fd, outputs.fd), (capacity, self.memory_mb))
        finally:
            os.close(inputs.fd)
            os.close(outputs.fd)
        self._finalizer = weakref.finalize(self, self._worker.end)
        self._ready = False
        self._batch = -1
        self._call = 0
        self._names: tuple[str, ...] = ()
        self._names_sent: bytes | None = None

    def _wait_until_ready(self) -> None:
        try:
            status, _ = self._worker.answer(0, time.monotonic() + START_SECONDS)
        except WorkerGoneError as error:
            self._break(f"the seal failed: {error}")
            raise SealError(f"the sealed worker did not start: {error}") from None
        assert status == READY
        self._await_done()
        self._ready = True

    def _await_done(self) -> bytes:
        """The payload of the current call's reply."""
        try:
            status, payload = self._worker.answer(self._call, time.monotonic() + self.deadline)
        except WorkerGoneError as error:
            self._break(f"{error} (deadline {self.deadline:.3g} s, memory {self.memory_mb} MB)")
            raise RewardFault("runtime", self._fault) from None
        if status != DONE:
            raise RewardFault("runtime", one_line(payload.decode("ascii", "replace")))
        return payload

    def _break(self, reason: str) -> None:
        self._fault = reason
        self._finalizer()

    def _lay_out(self, batch: int) -> None:
        obs, action, next_obs = self._layout.inputs(self._arguments, batch)
        self._targets = [*obs.values(), *next_obs.values()], action
        self._rows = self._layout.rows(self._results, batch)
        self._batch = batch

    def _load(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> None:
        names = [field.name for field in self.spec.fields]
        fields, action_target = self._targets
        sources = [getattr(view, name) for view in (obs, next_obs) for name in names]
        for source, target in zip((*sources, action), (*fields, action_target), strict=True):
            if source.shape != target.shape:
                raise ValueError(
                    f"a transition of {self.spec.name} has an array {source.shape}, not {target.shape}"
                )
            target[...] = source

    def _ask(self, batch: int) -> tuple[str, ...]:
        """Have the worker run the program; the names of the terms that it wrote."""
        try:
            self._worker.ask(self._call, batch)
        except WorkerGoneError as error:
            self._break(str(error))
            raise RewardFault("runtime", self._fault) from None
        payload = self._await_done()
        if payload != self._names_sent:
            names = tuple(payload.decode("ascii", "replace").split("\n")) if payload else ()
            check_names(names)
            self._names, self._names_sent = names, payload
        return self._names
