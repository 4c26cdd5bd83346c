"""The few bytes that pass between a parent and its sealed process: requests one way, replies the other."""

from __future__ import annotations

import os
import struct
from typing import cast

from ..faults import one_line
from ..verdict import RewardFault, Stage

REQUEST = struct.Struct("<QQ")  # number of the call, worlds
REPLY = struct.Struct("<QII")  # number of the call, status, bytes that follow
LENGTH = struct.Struct("<Q")
READY, CHECKED, DONE, FAULT = 0, 1, 2, 3
LONGEST_REPLY = 8192
_STAGES = ("extract", "static", "runtime")


def reply(call: int, status: int, payload: bytes = b"") -> None:
    """Answer the parent; at most LONGEST_REPLY bytes of payload."""
    os.write(1, REPLY.pack(call, status, len(payload)) + payload)


def read_exactly(length: int) -> bytes:
    """The next `length` bytes from the parent.

    Raises:
        EOFError: where the parent closes the pipe before.
    """
    parts = []
    while length:
        part = os.read(0, length)
        if not part:
            raise EOFError("the parent closed the pipe before all was sent")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def spoken_fault(stage: Stage, reason: str) -> bytes:
    """The payload of a FAULT."""
    return f"{stage}\n{one_line(reason)}".encode("ascii", "replace")


def heard_fault(payload: bytes) -> RewardFault:
    """Read what `spoken_fault` wrote, or whatever else a corrupted process sent."""
    stage, _, reason = payload.decode("ascii", "replace").partition("\n")
    known = cast(Stage, stage) if stage in _STAGES else "runtime"
    return RewardFault(known, one_line(reason))
