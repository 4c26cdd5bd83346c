"""Trained results in a folder, found by what they depend on."""

from __future__ import annotations

from pathlib import Path

from ...envs import UserError
from ..store.space import when_space
from ..store.whole import write_whole
from .entry import Damaged, Entry
from .jobs import Trained
from .progress import say

# Its presence says that the folder of a run is complete, so it is taken away first and comes back last.
_MODEL_FILE = "model.zip"
_LOG_FILES = "events.out.tfevents.*"
_TEMPORARY = (".partial", ".tmp")


class ResultCache:
    """Results of training in a folder, one file for each key: ``ab/abcdef....json``.

    Any number of processes, also on several machines that share the folder, may use it at once: an entry
    appears whole or not at all, and of two equal ones the later stands. An entry that is damaged counts as
    none. It holds saved agents, which SB3 unpickles when they are loaded: share a cache with those only whose
    code you would run.

    Args:
        folder: where the results stand; made if it is missing.

    Raises:
        UserError: if the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"expected a folder for trained results, got {folder} ({error.strerror}); "
                "choose another --cache"
            ) from None

    def get(self, key: str, out: Path | None = None) -> Trained | None:
        """The result under `key`, its agent's files put into the folder `out`; None where there is none.

        Where `out` is wanted, a result that was kept without its agent is none. While the disk of `out` is
        full, it waits for space.
        """
        entry = self._read(key)
        if entry is None or (out is not None and entry.files is None):
            return None
        if out is not None and entry.files is not None:
            files = entry.files
            when_space(lambda: _unpack(files, out), out)
        return entry.outcome

    def put(self, key: str, outcome: Trained, out: Path | None = None) -> None:
        """Keep `outcome`, and the agent's files in the folder `out`, under `key`.

        Should the cache's disk be full, one line on stderr says so: the result itself is not lost by it.
        """
        kept = out is not None and (out / _MODEL_FILE).is_file()
        content = Entry(key, outcome, _pack(out) if out and kept else None).to_bytes()
        try:
            write_whole(self._path(key), content)
        except OSError as error:
            reason = f"{self._path(key)} cannot be written ({error.strerror})"
            say(f"rewardsmith: {reason}: the result is not cached")

    def size(self) -> int:
        """Bytes that all entries take together."""
        return sum(path.stat().st_size for path in self.folder.glob("??/*.json"))

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def _read(self, key: str) -> Entry | None:
        path = self._path(key)
        try:
            return Entry.from_bytes(path.read_bytes(), key)
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = f"cannot be read ({error.strerror})"
        except Damaged as damage:
            reason = f"is damaged ({damage})"
        say(f"rewardsmith: the cached result {path} {reason}: it is trained again")
        return None


def _pack(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return {path.name: path.read_bytes() for path in files if not any(t in path.name for t in _TEMPORARY)}


def _unpack(files: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stale in [*folder.glob(_MODEL_FILE), *folder.glob(_LOG_FILES)]:
        stale.unlink()
    for name in sorted(files, key=lambda name: name == _MODEL_FILE):
        write_whole(folder / name, files[name])
