"""The inside of the seal: runs one program on shared arrays until its parent is gone.

Imported by `bootstrap` in a process of its own, never by the rest of the package.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import resource
import signal

import numpy as np

from ...envs.spec import TaskSpec
from ...envs.views import FieldView
from ..faults import one_line
from ..running.compile import CompiledReward, build
from ..running.namespace import NUMPY
from ..running.outputs import write
from ..verdict import RewardFault
from .shared import DONE, FAULT, READY, REPLY, REQUEST, Layout

_PR_SET_PDEATHSIG = 1
_DAY = 86_400


def main(parent: int, inputs: int, outputs: int, capacity: int, memory_mb: int, length: int) -> None:
    """Serve until the parent closes the pipe.

    Args:
        parent: process id of the parent.
        inputs: descriptor of the memory with the arguments.
        outputs: descriptor of the memory for the results.
        capacity: the most worlds in a call.
        memory_mb: MB that the program may use on top of what the interpreter needs.
        length: bytes of the opening message.
    """
    _die_with(parent)
    opening = json.loads(_read_exactly(length))
    layout = Layout(TaskSpec.from_json(opening["spec"]), capacity)
    arguments = mmap.mmap(inputs, layout.input_bytes, prot=mmap.PROT_READ)
    results = mmap.mmap(outputs, layout.output_bytes)
    os.close(inputs)
    os.close(outputs)
    np.seterr(all="ignore")
    np.median(np.zeros(1))  # it imports more of NumPy at its first use, when no file can be opened any more
    _limit(memory_mb)
    _reply(0, READY, b"")
    try:
        reward = CompiledReward(build(opening["text"], layout.spec, NUMPY), layout.spec)
    except RewardFault as fault:
        _reply(0, FAULT, _spoken(fault))
        return
    _reply(0, DONE, b"")
    _serve(reward, layout, arguments, results)


def _serve(reward: CompiledReward, layout: Layout, arguments: mmap.mmap, results: mmap.mmap) -> None:
    prepared = -1
    while request := os.read(0, REQUEST.size):
        call, batch = REQUEST.unpack(request)
        if batch != prepared:
            obs, action, next_obs = layout.inputs(arguments, batch)
            views = FieldView(obs), action, FieldView(next_obs)
            rows = layout.rows(results, batch)
            prepared = batch
        try:
            value, terms = reward.raw(*views)
            write(value, terms, rows[: 1 + len(terms)])
        except RewardFault as fault:
            _reply(call, FAULT, _spoken(fault))
        else:
            _reply(call, DONE, "\n".join(terms).encode())


def _spoken(fault: RewardFault) -> bytes:
    return one_line(fault.reason).encode("ascii", "replace")


def _reply(call: int, status: int, payload: bytes) -> None:
    os.write(1, REPLY.pack(call, status, len(payload)) + payload)


def _read_exactly(length: int) -> bytes:
    parts = []
    while length:
        part = os.read(0, length)
        if not part:
            raise EOFError("the parent closed the pipe before the program was sent")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _die_with(parent: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took effect
        raise SystemExit(1)


def _limit(memory_mb: int) -> None:
    """Take away what a reward has no need of. Lowered for good: hard limits cannot be raised again."""
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - pathlib is one more import to wait for
        used = int(statm.read().split()[0]) * mmap.PAGESIZE
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
    for what, limit in (
        (resource.RLIMIT_AS, used + memory_mb * 2**20),
        (resource.RLIMIT_CPU, _DAY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
