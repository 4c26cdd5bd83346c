import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from small_experiment import contents, end_of, whole_history

from rewardsmith.envs import UserError
from rewardsmith.experiments import faultpoints
from rewardsmith.experiments.store import Run, Store
from rewardsmith.experiments.store.backup import Backup
from rewardsmith.experiments.store.repair import repair

OLD_SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE candidates (
    id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE runs (method TEXT, seed INTEGER, record TEXT NOT NULL, PRIMARY KEY (method, seed));
"""


def backup_of(folder: Path) -> Path:
    return folder / Backup.FILE


def test_backups_take_their_share_of_the_time_and_no_more(tmp_path):
    now = [0.0]

    def clock() -> float:
        now[0] += 0.5
        return now[0]

    store = Store(tmp_path)
    backup = Backup(store._file._db, tmp_path / Store.FILE, clock)
    store.bind({"a": 1})
    backup.when_due()
    first = backup_of(tmp_path).stat().st_ino
    store.put_run(Run("sparse", 0, reason="no"))
    backup.when_due()
    assert backup_of(tmp_path).stat().st_ino == first
    now[0] += 50
    backup.when_due()
    assert backup_of(tmp_path).stat().st_ino != first


def test_a_closed_store_has_an_equal_backup(tmp_path):
    whole_history(tmp_path / "a", tmp_path / "copies", every=1000)
    (tmp_path / "b").mkdir()
    backup_of(tmp_path / "a").rename(tmp_path / "b" / Store.FILE)
    assert contents(tmp_path / "b") == contents(tmp_path / "a")


def test_damage_of_the_store_never_reaches_its_backup(tmp_path):
    whole_history(tmp_path, tmp_path / "copies", every=1000)
    before = backup_of(tmp_path).read_bytes()
    db = sqlite3.connect(tmp_path / Store.FILE)
    db.execute("UPDATE candidates SET record = replace(record, 'made', 'laid') WHERE id = 3")
    db.commit()
    db.close()
    store = Store.open_to_write(tmp_path)
    with pytest.raises(UserError, match=r"row 3 of the table candidates does not match.* repair"):
        store.candidates()
    with pytest.raises(UserError, match="row 3 of the table candidates"):
        store.put_run(Run("late", 0, reason="no"))
    with pytest.raises(UserError, match="row 3 of the table candidates"):
        store.close()
    assert backup_of(tmp_path).read_bytes() == before


def test_a_lost_row_and_an_outdated_one_are_noticed(tmp_path):
    whole_history(tmp_path, tmp_path / "copies", every=1000)
    db = sqlite3.connect(tmp_path / Store.FILE)
    old = db.execute("SELECT * FROM candidates WHERE id = 15").fetchone()
    db.execute("DELETE FROM candidates WHERE id = 15")
    db.commit()
    with pytest.raises(UserError, match="the table candidates lacks rows"):
        Store.existing(tmp_path).candidates()
    db.execute("INSERT INTO candidates VALUES (?, ?, ?, ?, ?)", old)
    db.commit()
    assert len(Store.existing(tmp_path).candidates()) == 16


def test_a_lost_file_is_not_taken_for_a_new_experiment(tmp_path):
    end = end_of(tmp_path)
    for spoil in (Path.unlink, lambda path: path.write_bytes(b"")):
        spoil(tmp_path / Store.FILE)
        with pytest.raises(UserError, match="rewardsmith repair"):
            Store.open_to_write(tmp_path)
        repair(tmp_path)
        assert contents(tmp_path)[:3] == end


def test_repairing_what_is_whole_changes_nothing(tmp_path):
    end_of(tmp_path)
    before = (tmp_path / Store.FILE).read_bytes()
    (line,) = repair(tmp_path)
    assert "is whole, with 16 candidates: nothing to do" in line
    assert (tmp_path / Store.FILE).read_bytes() == before
    with pytest.raises(UserError, match="expected a folder"):
        repair(tmp_path / "nothing")
    store = Store.open_to_write(tmp_path)
    assert repair(tmp_path)
    store.close()


def test_what_nothing_can_be_restored_of_is_left_alone(tmp_path):
    (tmp_path / Store.FILE).write_text("my diary, which is not a database at all")
    with pytest.raises(UserError, match="nothing can be restored"):
        repair(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name != "lock"] == [Store.FILE]


def test_a_store_without_checksums_gets_some(tmp_path):
    end_of(tmp_path / "new")
    new = sqlite3.connect(tmp_path / "new" / Store.FILE)
    (tmp_path / "old").mkdir()
    old = sqlite3.connect(tmp_path / "old" / Store.FILE)
    old.executescript(OLD_SCHEMA)
    for table in ("settings", "candidates", "runs"):
        rows = [row[:-1] for row in new.execute(f"SELECT * FROM {table}")]
        old.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    old.commit()
    old.close()
    assert "nothing to do" in repair(tmp_path / "old")[0]
    assert contents(tmp_path / "old") == contents(tmp_path / "new")


def test_another_kind_of_database_is_refused_and_left_alone(tmp_path):
    db = sqlite3.connect(tmp_path / Store.FILE)
    db.execute("CREATE TABLE songs (title TEXT)")
    db.close()
    before = (tmp_path / Store.FILE).read_bytes()
    with pytest.raises(UserError, match="its tables are not a store's"):
        Store.open_to_write(tmp_path)
    assert (tmp_path / Store.FILE).read_bytes() == before


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from small_experiment import end_of
from rewardsmith.experiments.store.repair import repair
{"run": end_of, "repair": repair}[sys.argv[2]](Path(sys.argv[1]))
"""


def killed_at(place: str, folder: Path, action: str) -> bool:
    """Run `action` until the fault point kills it; whether it did."""
    support = Path(__file__).parents[2] / "support"
    command = [sys.executable, "-c", PROGRAM, str(folder), action, str(support)]
    done = subprocess.run(command, env={**os.environ, "REWARDSMITH_FAULT": place}, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


@pytest.mark.parametrize(
    "place",
    ["change begun:1", "change stored:1", "change begun:17", "backup written:1", "backup done:1"],
)
def test_killed_anywhere_it_ends_as_undisturbed(tmp_path, place):
    assert killed_at(place, tmp_path / "killed", "run")
    assert end_of(tmp_path / "killed") == end_of(tmp_path / "whole")


@pytest.mark.parametrize("place", ["repair restored:1", "repair moved:1", "backup written:1"])
def test_a_killed_repair_is_done_again(tmp_path, place):
    end = end_of(tmp_path)
    content = (tmp_path / Store.FILE).read_bytes()
    (tmp_path / Store.FILE).write_bytes(content[: len(content) // 2])
    assert killed_at(place, tmp_path, "repair")
    with pytest.raises(UserError, match="rewardsmith repair"):
        contents(tmp_path)
    repair(tmp_path)
    assert end_of(tmp_path) == end


def test_fault_points_are_known_by_name(monkeypatch):
    monkeypatch.setenv("REWARDSMITH_FAULT", "nowhere:1")
    with pytest.raises(UserError, match="NAME:NUMBER"):
        faultpoints.fault_point("proposed")
