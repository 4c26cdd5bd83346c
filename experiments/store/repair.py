"""Restores a damaged store to its newest good state, from which the same command goes on."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path

from ...envs import UserError
from ..faultpoints import fault_point
from .backup import Backup, copy, sync
from .change import Change
from .file import NAME, RESTORED, StoreFile, connect
from .lock import FolderLock
from .merge import Merged, merge
from .salvage import salvage
from .schema import bring_up_to_date
from .space import when_space

_SCRATCH = "repair"
_PARTS = ("", "-wal", "-shm")


def repair(folder: Path) -> list[str]:
    """Restore the store in `folder`; what was found and done, in lines.

    Rows that are as they were written are kept, from the store or else from its backup, up to the first
    generation that is not whole: candidates of later ones were made from it, and the same command makes them
    again. The damaged file is moved aside and never deleted. Killed at any moment, it can be run again.

    Raises:
        UserError: if the folder holds no store, another process writes there, or nothing can be restored.
    """
    path, backup = folder / NAME, folder / Backup.FILE
    if not any(place.is_file() for place in (path, backup, folder / RESTORED)):
        raise UserError(f"expected a folder that `rewardsmith evolve` or `bench` has written, got {folder}")
    with FolderLock(folder):
        lines: list[str] = []
        if not (folder / RESTORED).exists():
            scratch = folder / _SCRATCH
            shutil.rmtree(scratch, ignore_errors=True)
            main, other = salvage(path, scratch / "store"), salvage(backup, scratch / "backup")
            if not main.damage and (other.damage or other.changed <= main.changed):
                shutil.rmtree(scratch)
                return [f"{path} is whole, with {len(main.rows['candidates'])} candidates: nothing to do"]
            merged = merge(main, other)
            if merged is None:
                shutil.rmtree(scratch)
                raise UserError(
                    f"nothing can be restored of {path} ({main.damage}) or its backup ({other.damage}); "
                    "both are left as they are: choose another --out"
                )
            lines += [f"{path}: {main.damage or 'it is older than its backup'}", *merged.lines]
            when_space(lambda: _write(merged, path, scratch / NAME), folder)
            shutil.rmtree(scratch)
        return [*lines, *_put_in_place(path)]


def _write(merged: Merged, path: Path, scratch: Path) -> None:
    """Write the state `merged` to the file that stands for a finished restoration."""
    scratch.unlink(missing_ok=True)
    db = connect(scratch)
    try:
        db.execute("BEGIN")
        bring_up_to_date(db)
        change = Change(db)
        for table, rows in merged.rows.items():
            change.put_all(table, rows)
        change.close(at_least=merged.changed)
        db.execute("COMMIT")
        copy(db, scratch, path.with_name(RESTORED))
    finally:
        db.close()
    fault_point("repair restored")


def _put_in_place(path: Path) -> list[str]:
    """Move what is damaged aside and what is restored in its place."""
    lines = []
    number = next(n for n in itertools.count(1) if not any(p.exists() for p in _aside(path, n).values()))
    for part, aside in _aside(path, number).items():
        if part.exists():
            part.rename(aside)
            lines.append(f"moved {part.name} aside, to {aside.name}")
    sync(path.parent)
    fault_point("repair moved")
    path.with_name(RESTORED).rename(path)
    sync(path.parent)
    file = StoreFile(path, has_backup=True)
    count = len(file.rows("candidates"))
    file.close()
    return [*lines, f"restored {path}, with {count} candidates; run the same command again to go on"]


def _aside(path: Path, number: int) -> Mapping[Path, Path]:
    name = f"{path.stem}.damaged-{number}{path.suffix}"
    return {path.with_name(path.name + part): path.with_name(name + part) for part in _PARTS}
