"""The inside of the seal for a model's raw answer: finds the program in it, and ends.

Imported by `bootstrap` in a process of its own, never by the rest of the package.
"""

from __future__ import annotations

import mmap
import os

from ..checking.extract import extract
from ..verdict import Rejected
from .confine import confine, die_with
from .warm_parser import warm_up_parser
from .wire import DONE, FAULT, LENGTH, READY, reply, spoken_fault


def main(parent: int, inputs: int, outputs: int, length: int, capacity: int, memory_mb: int) -> None:
    """Read one answer and reply with the program in it.

    Args:
        parent: process id of the parent.
        inputs: descriptor of the memory with the answer.
        outputs: descriptor of the memory for the program.
        length: bytes of the answer.
        capacity: bytes of each memory.
        memory_mb: MB that reading may take on top of what the interpreter needs.
    """
    die_with(parent)
    answer = mmap.mmap(inputs, capacity, prot=mmap.PROT_READ)
    results = mmap.mmap(outputs, capacity)
    os.close(inputs)
    os.close(outputs)
    warm_up_parser()
    reply(0, READY, confine(parent, memory_mb).spoken())
    found = extract(answer[:length].decode("utf-8", "surrogatepass"))
    if isinstance(found, Rejected):
        reply(0, FAULT, spoken_fault(found.stage, found.reason))
    else:
        text = found.encode("utf-8", "surrogatepass")
        results[: len(text)] = text
        reply(0, DONE, LENGTH.pack(len(text)))
    os._exit(0)  # the interpreter's own way out makes system calls that are gone
