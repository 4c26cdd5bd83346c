"""A cached result as bytes: an outcome, the files of its agent, and a checksum over both."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ...envs import Evaluation, TrainingTrace
from ...envs.episodes import Episodes
from .jobs import Trained

_RECORDS: dict[str, Any] = {"trace": TrainingTrace, "evaluation": Evaluation, "held_out": Evaluation}


class Damaged(ValueError):
    """Bytes that are no whole entry; the message says what is wrong with them."""


@dataclass(frozen=True)
class Entry:
    """What the cache holds under one key.

    Attributes:
        key: the job's key.
        outcome: what came of the training.
        files: name -> content of each file in the job's folder; None where the job kept none.
    """

    key: str
    outcome: Trained
    files: dict[str, bytes] | None

    def to_bytes(self) -> bytes:
        """Two lines: the SHA-256 of the second one in hex, and everything else as JSON."""
        packed = (
            None if self.files is None else {name: _packed(content) for name, content in self.files.items()}
        )
        data = {"key": self.key, "outcome": _plain(self.outcome), "files": packed}
        line = json.dumps(data).encode()
        return hashlib.sha256(line).hexdigest().encode() + b"\n" + line

    @classmethod
    def from_bytes(cls, content: bytes, key: str) -> Entry:
        """Read what `to_bytes` wrote for `key`.

        Raises:
            Damaged: if it is anything else.
        """
        checksum, _, line = content.partition(b"\n")
        if hashlib.sha256(line).hexdigest().encode() != checksum:
            raise Damaged("its checksum is wrong")
        data = json.loads(line)
        if data["key"] != key:
            raise Damaged("it belongs to another job")
        packed = data["files"]
        if any(Path(name).name != name for name in packed or ()):
            raise Damaged("it holds a file that would stand elsewhere")
        files = None if packed is None else {name: _unpacked(text) for name, text in packed.items()}
        return cls(data["key"], _outcome(data["outcome"]), files)


def _plain(outcome: Trained) -> dict[str, Any]:
    """The outcome as JSON takes it: records as their plain values, episodes as their bytes."""
    values = {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    for name in _RECORDS:
        values[name] = values[name] and values[name].to_dict()
    if outcome.episodes is not None:
        values["episodes"] = _packed(outcome.episodes.to_bytes())
    return values


def _outcome(values: dict[str, Any]) -> Trained:
    for name, record in _RECORDS.items():
        values[name] = values[name] and record.from_dict(values[name])
    if values["episodes"] is not None:
        values["episodes"] = Episodes.from_bytes(_unpacked(values["episodes"]))
    return Trained(**values)


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode()


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
