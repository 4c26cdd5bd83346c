"""A tape of every request to a model and of its raw answer, on which a run is repeated without a server.

A file of JSON lines. A line is on the disk before its answer is used, so that no answer is paid for twice:
recording goes on with a tape that is there already, and asks only for what it does not hold.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..proposer import ProposerError
from .difference import closest

Mode = Literal["record", "replay"]


class Slot(NamedTuple):
    """The place of a request on the tape.

    Attributes:
        scope: number of the round of requests that it belongs to.
        key: hash of scope and request.
        occurrence: how often the same request was made before in that scope.
    """

    scope: int
    key: str
    occurrence: int


@dataclass(frozen=True)
class Recording:
    """What came of one request.

    Attributes:
        body: the response's body, as the server sent it; empty where none came.
        fault: why there is no body.
        usage: seconds and retries.
        unreachable: whether no connection could be had.
    """

    body: str = ""
    fault: str = ""
    usage: dict[str, float] = field(default_factory=dict)
    unreachable: bool = False


class Cassette:
    """The tape.

    Args:
        path: its file, e.g. ``run.jsonl``.
        mode: ``record`` asks for what the tape does not hold and adds it; requests that went unanswered
            are asked again. ``replay`` asks nobody and writes nothing.

    Raises:
        ProposerError: there is no tape to replay, it is damaged, or another process records on it.
    """

    def __init__(self, path: str | Path, mode: Mode = "record") -> None:
        self.path = Path(path)
        self.mode = mode
        self._recordings: dict[tuple[str, int], Recording] = {}
        self._requests: dict[tuple[str, int], dict[str, Any]] = {}
        self._asked: Counter[str] = Counter()
        if mode == "replay" and not self.path.is_file():
            raise ProposerError(f"expected a cassette in {self.path}, which is no file; record one first")
        self._file = None if mode == "replay" else self._open()
        self._load()

    @property
    def replays(self) -> bool:
        """Whether every answer comes from the tape."""
        return self.mode == "replay"

    def slots(self, requests: Sequence[Mapping[str, Any]], scope: int = 0) -> list[Slot]:
        """The places of `requests`, which are made in this order.

        Args:
            requests: the requests' bodies.
            scope: tells rounds apart that may make the same requests; a run that is interrupted and
                continued numbers its rounds alike, however many it makes.
        """
        found = []
        for request in requests:
            key = _digest(scope, request)
            found.append(Slot(scope, key, self._asked[key]))
            self._asked[key] += 1
        return found

    def recall(self, slot: Slot, request: Mapping[str, Any]) -> Recording | None:
        """What came of the request at `slot`; None where it is to be asked.

        Raises:
            ProposerError: it is not on a tape that is replayed; says how it differs from the closest one.
        """
        known = self._recordings.get((slot.key, slot.occurrence))
        if self.replays and known is None:
            raise ProposerError(
                f"{self.path} holds no answer to a request of this run: {self._missing(slot, request)}; "
                "repeat the command that was recorded, or record again without --replay"
            )
        return known if known is not None and (known.body or self.replays) else None

    def record(self, slot: Slot, request: Mapping[str, Any], recording: Recording) -> None:
        """Add what came of the request at `slot`; it is on the disk when this returns."""
        assert self._file is not None, "a tape that is replayed is not written to"
        line = {**slot._asdict(), "request": request, **asdict(recording)}
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._recordings[slot.key, slot.occurrence] = recording

    def close(self) -> None:
        """Let others record on the tape."""
        if self._file is not None:
            self._file.close()

    def _open(self):
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self.path.open("a+b")
        except OSError as error:
            raise ProposerError(
                f"cannot record on {self.path}: {error.strerror}; name another file"
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise ProposerError(f"another run records on {self.path}; wait for it, or name another") from None
        # A line without its end was being written when the machine stopped: nobody has used its answer.
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        return file

    def _load(self) -> None:
        whole = self.path.read_bytes().rpartition(b"\n")[0]
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                slot, request, recording = _parse(line)
            except (ValueError, KeyError, TypeError):
                raise ProposerError(
                    f"line {number} of {self.path} is not what was recorded; restore the file, or delete the "
                    "line to have its request asked again"
                ) from None
            # A request that went unanswered may stand there again, answered: the later line counts.
            self._recordings[slot.key, slot.occurrence] = recording
            self._requests[slot.key, slot.occurrence] = request

    def _missing(self, slot: Slot, request: Mapping[str, Any]) -> str:
        again = sum(key == slot.key for key, _ in self._recordings)
        if again:
            return f"it is made {slot.occurrence + 1} times, and was made {again} times"
        return closest(request, list(self._requests.values()))


def _parse(line: bytes) -> tuple[Slot, dict[str, Any], Recording]:
    data = json.loads(line)
    slot = Slot(data.pop("scope"), data.pop("key"), data.pop("occurrence"))
    request = data.pop("request")
    if slot.key != _digest(slot.scope, request):
        raise ValueError("the key is another request's")
    return slot, request, Recording(**data)


def _digest(scope: int, request: Mapping[str, Any]) -> str:
    text = json.dumps([scope, request], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
