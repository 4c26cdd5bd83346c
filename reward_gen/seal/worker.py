"""The inside of the seal: runs one program on shared arrays until its parent is gone.

Imported by `bootstrap` in a process of its own, never by the rest of the package.
"""

from __future__ import annotations

import mmap
import os

from ...envs.spec import TaskSpec
from ...envs.views import FieldView
from ..running.compile import CompiledReward, assemble, checked
from ..running.namespace import NUMPY
from ..running.outputs import write
from ..verdict import RewardFault
from .confine import confine, die_with
from .shared import Layout
from .warm import warm_up
from .warm_parser import warm_up_parser
from .wire import CHECKED, DONE, FAULT, READY, REQUEST, read_exactly, reply, spoken_fault


def main(
    parent: int, inputs: int, outputs: int, capacity: int, memory_mb: int, spec_length: int, text_length: int
) -> None:
    """Serve until the parent closes the pipe. The program's text is read last, from behind the seal.

    Args:
        parent: process id of the parent.
        inputs: descriptor of the memory with the arguments.
        outputs: descriptor of the memory for the results.
        capacity: the most worlds in a call.
        memory_mb: MB that the program may use on top of what the interpreter needs.
        spec_length: bytes of the task's spec, which come first.
        text_length: bytes of the program's text, which follow.
    """
    die_with(parent)
    layout = Layout(TaskSpec.from_json(read_exactly(spec_length).decode()), capacity)
    arguments = mmap.mmap(inputs, layout.input_bytes, prot=mmap.PROT_READ)
    results = mmap.mmap(outputs, layout.output_bytes)
    os.close(inputs)
    os.close(outputs)
    warm_up()
    warm_up_parser()
    reply(0, READY, confine(parent, memory_mb).spoken())
    reward = _open(read_exactly(text_length), layout.spec)
    if reward is not None:
        _serve(reward, layout, arguments, results)
    os._exit(0)  # the interpreter's own way out makes system calls that are gone


def _open(text: bytes, spec: TaskSpec) -> CompiledReward | None:
    try:
        tree = checked(text.decode("utf-8", "surrogatepass"), spec)
        reply(0, CHECKED)
        reward = CompiledReward(assemble(tree, NUMPY), spec)
    except RewardFault as fault:
        reply(0, FAULT, spoken_fault(fault.stage, fault.reason))
        return None
    reply(0, DONE)
    return reward


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
            reply(call, FAULT, spoken_fault("runtime", fault.reason))
        else:
            reply(call, DONE, "\n".join(terms).encode())
