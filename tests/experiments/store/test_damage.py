"""Whatever happens to the files of a store: nothing wrong is read, and a repair leads to the same end."""

import random
import shutil
from pathlib import Path

import pytest
from small_experiment import contents, end_of, whole_history

from rewardsmith.envs import UserError
from rewardsmith.experiments.store import Store
from rewardsmith.experiments.store.repair import repair

MAIN, BACKUP = Store.FILE, "experiment.backup.sqlite"
FILES = (MAIN, f"{MAIN}-wal", f"{MAIN}-shm", BACKUP, "lock")


def flip(content: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ rng.randrange(1, 256)]) + content[place + 1 :]


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def blank(content: bytes, rng: random.Random) -> bytes:
    """A sector that reads as zeros."""
    start = rng.randrange(len(content)) // 512 * 512
    return content[:start] + bytes(len(content[start : start + 512])) + content[start + 512 :]


class Past:
    """An experiment that was run once, with what its folder looked like on the way."""

    def __init__(self, folder: Path) -> None:
        self.states = whole_history(folder / "whole", folder / "cut-short", every=9)
        self.end = contents(folder / "whole")
        self.folders = [folder / "whole", *sorted((folder / "cut-short").iterdir())]


@pytest.fixture(scope="module")
def past(tmp_path_factory) -> Past:
    return Past(tmp_path_factory.mktemp("past"))


def spoil_and_repair(past: Past, tmp_path: Path, names: tuple[str, ...], rng: random.Random) -> str:
    """Spoil files of one of the folders, read it, repair it and run it to its end; what was seen."""
    folder = tmp_path / "folder"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(rng.choice([f for f in past.folders if (f / names[0]).exists()]), folder)
    for name in names:
        content = (folder / name).read_bytes() if (folder / name).exists() else b""
        if content:
            (folder / name).write_bytes(rng.choice([flip, flip, cut, blank])(content, rng))
    try:
        seen = "read"
        assert contents(folder) in [*past.states, past.end]
        assert end_of(folder) == past.end[:3]
    except UserError as error:
        assert "rewardsmith repair" in str(error)
        seen = "repaired"
        try:
            repair(folder)
        except UserError as problem:
            assert "nothing can be restored" in str(problem) and len(names) > 1
            return "lost"
        known = {row for state in [*past.states, past.end] for row in state[1]}
        assert set(contents(folder)[1]) <= known
        assert end_of(folder) == past.end[:3]
        assert any(folder.glob("experiment.damaged-*"))
    return seen


@pytest.mark.parametrize("name", FILES)
def test_a_spoilt_file_is_noticed_or_harmless_and_repair_leads_to_the_same_end(past, tmp_path, name):
    rng = random.Random(name)
    seen = [spoil_and_repair(past, tmp_path, (name,), rng) for _ in range(12)]
    if name in ("lock", BACKUP):
        assert set(seen) == {"read"}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_many_spoilt_files(past, tmp_path, name):
    rng = random.Random(f"many {name}")
    seen = [spoil_and_repair(past, tmp_path, (name,), rng) for _ in range(200)]
    print(name, {kind: seen.count(kind) for kind in set(seen)})
    if name in ("lock", BACKUP):
        assert set(seen) == {"read"}


@pytest.mark.slow
def test_store_and_backup_spoilt_together(past, tmp_path):
    rng = random.Random(7)
    seen = [spoil_and_repair(past, tmp_path, (MAIN, BACKUP), rng) for _ in range(200)]
    print({kind: seen.count(kind) for kind in set(seen)})
    assert "repaired" in seen
