"""A reward program behind a process boundary: no crash, hang or bomb in it reaches the caller."""

from __future__ import annotations

import os
import sys
import time
import weakref
from types import TracebackType

import numpy as np

from ...envs.records import Terms
from ...envs.spec import TaskSpec
from ...envs.views import FieldView
from ..checking.allowlist import too_long
from ..faults import one_line
from ..program import RewardProgram
from ..running.outputs import check_names, demand_finite, keep
from ..verdict import RewardFault, Stage
from .level import Attained, IsolationLevel, SealError, required_level
from .process import START_SECONDS, WorkerGoneError, WorkerProcess
from .shared import Layout, SharedMemory
from .wire import CHECKED, DONE, READY, heard_fault


class SealedReward:
    """A `RewardFn` that runs its program in a worker process of its own.

    The worker is a fresh isolated interpreter in its own session, without environment, and with all
    layers of the seal that the machine has: see `IsolationLevel`. Behind them it reads the program's
    text, parses, checks and compiles it. It reads the observations from memory that it cannot write, and
    writes numbers into memory of fixed size; the parent copies and checks them. Nothing that comes back
    is unpickled. A worker that misses its deadline is killed as a group, and so is one whose parent, or
    the thread that opened it, ends. It starts in the background: the first call waits for it.

    Once its worker is gone a reward stays broken, and says why on every call.

    Args:
        program: the program.
        spec: the task whose fields it reads.
        deadline: seconds that one call may take.
        memory_mb: MB that the program may use.
        capacity: the most worlds in a call; a larger call starts a larger worker.
        required: the isolation level to insist on; see `required_level`.

    Raises:
        RewardFault: where the program is too long to be looked at.
        SealError: where this platform has no such seal.
    """

    _ready: bool

    def __init__(
        self,
        program: RewardProgram,
        spec: TaskSpec,
        *,
        deadline: float = 2.0,
        memory_mb: int = 1024,
        capacity: int = 1024,
        required: IsolationLevel | str | None = None,
    ) -> None:
        if sys.platform != "linux":
            raise SealError(
                f"sealed rewards need Linux, this is {sys.platform}; pass trusted=True to run unsealed"
            )
        reason = too_long(program.text)
        if reason:
            raise RewardFault("static", reason)
        self.program = program
        self.spec = spec
        self.deadline = deadline
        self.memory_mb = memory_mb
        self._required = required_level(required)
        self._fault: RewardFault | None = None
        self._owner = os.getpid()
        self._start(capacity)

    def __call__(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> tuple[np.ndarray, Terms]:
        """Reward (B,) and terms {name: (B,)}, all float64 and finite as float32.

        Raises:
            RewardFault: where the program is refused or fails, returns anything else, or misses the deadline.
            SealError: where the required isolation level cannot be had.
        """
        self.submit(obs, action, next_obs)
        return self.collect()

    def submit(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> None:
        """Set the worker to the task of a call, whose result `collect` fetches.

        Between the two the caller can ask other workers, which then work at the same time.

        Raises:
            RewardFault: where the program is refused or its worker is gone.
            SealError: where the required isolation level cannot be had.
        """
        if self._fault:
            raise RewardFault(self._fault.stage, self._fault.reason)
        if os.getpid() != self._owner:
            raise RuntimeError("a sealed reward cannot be shared with a forked process; open one in each")
        batch = len(action)
        if batch > self._layout.capacity:
            self._finalizer()
            self._start(1 << (batch - 1).bit_length())
        self.wait_until_ready()
        if batch != self._batch:
            self._lay_out(batch)
        self._load(obs, action, next_obs)
        self._call += 1
        try:
            self._worker.ask(self._call, batch)
        except WorkerGoneError as error:
            raise self._break("runtime", str(error)) from None

    def collect(self) -> tuple[np.ndarray, Terms]:
        """Reward (B,) and terms {name: (B,)} of the call that was submitted last.

        Raises:
            RewardFault: where the program fails, returns anything else, or misses the deadline, which counts
                from here.
        """
        names = self._answer()
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
        self._fault = self._fault or RewardFault("runtime", "it was closed")
        self._finalizer()

    @property
    def pid(self) -> int:
        """Process id of the worker."""
        return self._worker.pid

    @property
    def running(self) -> bool:
        """Whether the worker still exists."""
        return self._worker.running

    @property
    def level(self) -> IsolationLevel:
        """What the worker reached; waits until the program is ready."""
        self.wait_until_ready()
        return self._attained.level

    def wait_until_ready(self) -> None:
        """Wait until the program is checked and compiled; returns at once where it is.

        Raises:
            RewardFault: where the program is refused, or its constants fail.
            SealError: where the required isolation level cannot be had.
        """
        if self._ready:
            return
        if self._fault:
            raise RewardFault(self._fault.stage, self._fault.reason)
        try:
            status, payload = self._worker.answer(0, time.monotonic() + START_SECONDS)
            assert status == READY
            self._attained = Attained.heard(payload)
            self._attained.demand(self._required)
        except WorkerGoneError as error:
            self._break("runtime", f"the seal failed: {error}")
            raise SealError(f"the sealed worker did not start: {error}; see docs/security.md") from None
        except SealError as error:
            self._break("runtime", str(error))
            raise
        try:
            self._expect(CHECKED, "static")
            self._expect(DONE, "runtime")
        except RewardFault as fault:
            self._break(fault.stage, fault.reason)
            raise
        self._ready = True

    def _start(self, capacity: int) -> None:
        self._layout = Layout(self.spec, capacity)
        inputs = SharedMemory(self._layout.input_bytes, read_only=True)
        outputs = SharedMemory(self._layout.output_bytes, read_only=False)
        self._arguments, self._results = inputs.memory, outputs.memory
        spec, text = self.spec.to_json().encode(), self.program.text.encode("utf-8", "surrogatepass")
        numbers = (capacity, self.memory_mb, len(spec), len(text))
        try:
            self._worker = WorkerProcess("worker", (inputs.fd, outputs.fd), numbers, spec + text)
        finally:
            os.close(inputs.fd)
            os.close(outputs.fd)
        self._finalizer = weakref.finalize(self, self._worker.end)
        self._ready = False
        self._batch = -1
        self._call = 0
        self._names: tuple[str, ...] = ()
        self._names_sent: bytes | None = None

    def _expect(self, expected: int, stage: Stage = "runtime") -> bytes:
        """The payload of the current call's reply; where none comes, `stage` is what failed."""
        try:
            status, payload = self._worker.answer(self._call, time.monotonic() + self.deadline)
        except WorkerGoneError as error:
            reason = f"{error} (deadline {self.deadline:.3g} s, memory {self.memory_mb} MB)"
            raise self._break(stage, reason) from None
        if status != expected:
            raise heard_fault(payload)
        return payload

    def _break(self, stage: Stage, reason: str) -> RewardFault:
        """End the worker for good; the fault that every later call raises."""
        self._fault = RewardFault(stage, reason)
        self._finalizer()
        return RewardFault(stage, reason)

    def _lay_out(self, batch: int) -> None:
        obs, action, next_obs = self._layout.inputs(self._arguments, batch)
        self._targets = [*obs.values(), *next_obs.values()], action
        self._rows = self._layout.rows(self._results, batch)
        self._batch = batch

    def _load(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> None:
        fields, action_target = self._targets
        before, after = obs.arrays(), next_obs.arrays()  # faster than the views' attributes
        sources = [view[field.name] for view in (before, after) for field in self.spec.fields]
        for source, target in zip((*sources, action), (*fields, action_target), strict=True):
            if source.shape != target.shape:
                raise ValueError(
                    f"a transition of {self.spec.name} has an array {source.shape}, not {target.shape}"
                )
            target[...] = source

    def _answer(self) -> tuple[str, ...]:
        """Wait for the worker; the names of the terms that it wrote."""
        payload = self._expect(DONE)
        if payload != self._names_sent:
            names = tuple(payload.decode("ascii", "replace").split("\n")) if payload else ()
            check_names(names)
            if self._names_sent is not None:
                raise RewardFault(
                    "runtime",
                    one_line(
                        f"the terms were {', '.join(self._names)} and are now {', '.join(names)}; "
                        "return the same names each time"
                    ),
                )
            self._names, self._names_sent = names, payload
        return self._names
