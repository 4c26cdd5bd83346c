"""Recorded episodes on the disk: one compressed file for each candidate, with its checksum beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ...envs import Episodes, UserError
from .space import when_space
from .whole import write_whole


class Trajectories:
    """The episodes of trained candidates in ``<folder>/trajectories``; only the driver writes there.

    A file appears under its name only when it is whole, and after its checksum: whatever moment a process
    is killed at, an episode is either there and right, or not there. Writing the same episodes again
    changes nothing.

    Args:
        folder: the experiment's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "trajectories"

    def put(self, name: str, episodes: Episodes) -> None:
        """Keep the episodes of candidate `name`; where the disk is full, wait for space."""
        content = episodes.to_bytes()
        checksum = f"{hashlib.sha256(content).hexdigest()}\n".encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        when_space(lambda: write_whole(self._checksum(name), checksum), self.folder)
        when_space(lambda: write_whole(self._file(name), content), self.folder)

    def get(self, name: str) -> Episodes | None:
        """The episodes of candidate `name`; None where none were kept.

        Raises:
            UserError: if they are not what was written.
        """
        if not self._file(name).is_file():
            return None
        content = self._file(name).read_bytes()
        found, expected = hashlib.sha256(content).hexdigest(), self._expected(name)
        if found != expected:
            raise UserError(
                f"expected recorded episodes with the checksum {expected[:12]} in {self._file(name)}, got "
                f"{found[:12]}; restore the file, or delete it to go on without these episodes"
            )
        return Episodes.from_bytes(content)

    def names(self) -> list[str]:
        """Candidates whose episodes are kept, by name."""
        return sorted(path.stem for path in self.folder.glob("*.npz"))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.npz"

    def _checksum(self, name: str) -> Path:
        return self.folder / f"{name}.sha256"

    def _expected(self, name: str) -> str:
        file = self._checksum(name)
        return file.read_text().strip() if file.is_file() else "that is lost"
