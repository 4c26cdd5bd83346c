"""TensorBoard's event file, written without torch and in whole records."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..store.space import when_space

if TYPE_CHECKING:
    from tensorboard.compat.proto.event_pb2 import Event


class TensorBoardFile:
    """One event file in `folder`, begun anew at the first write.

    What an interrupted process has left there goes then: the store knows all of it, and tells it again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Path | None = None
        self._size = 0

    def write(self, axis: str, step: int, values: Mapping[str, float]) -> None:
        """Append one record; where the disk is full, this waits for space."""
        # The process that leads an evolution imports nothing heavy before it needs it.
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        if self._file is None:
            self._file = when_space(self._begin, self._folder)
            self._append(Event(wall_time=time.time(), file_version="brain.Event:2"))
        scalars = [Summary.Value(tag=f"{axis}/{name}", simple_value=value) for name, value in values.items()]
        self._append(Event(wall_time=time.time(), step=step, summary=Summary(value=scalars)))

    def _begin(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        for stale in self._folder.glob("events.out.tfevents.*"):
            stale.unlink()
        file = self._folder / f"events.out.tfevents.{time.time():.0f}.{os.getpid()}"
        file.touch()
        return file

    def _append(self, event: Event) -> None:
        from tensorboard.summary.writer.record_writer import RecordWriter

        framed = io.BytesIO()
        RecordWriter(framed).write(event.SerializeToString())
        when_space(lambda: self._append_whole(framed.getvalue()), self._folder)

    def _append_whole(self, record: bytes) -> None:
        assert self._file is not None
        try:
            with self._file.open("ab") as file:
                file.write(record)
        except OSError:
            os.truncate(self._file, self._size)
            raise
        self._size += len(record)
