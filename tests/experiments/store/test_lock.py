import json
import os
import signal
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from rewardsmith.envs import UserError
from rewardsmith.experiments.store import Opinion, Store
from rewardsmith.experiments.store.backup import Backup
from rewardsmith.experiments.store.lock import FolderLock

# A driver that trains: its worker sleeps for ever, as far as the test is concerned.
DRIVER = """
import os, sys, time
from multiprocessing import get_context
from pathlib import Path
from rewardsmith.experiments.store.lock import FolderLock

def work():
    time.sleep(600)

if __name__ == "__main__":
    lock = FolderLock(Path(sys.argv[1]))
    workers = [get_context(kind).Process(target=work) for kind in ("forkserver", "fork", "spawn")]
    for worker in workers:
        worker.start()
    print(*(worker.pid for worker in workers), flush=True)
    time.sleep(600)
"""


FORK = get_context("fork")


def write(folder: Path, number: int, barrier, said, end) -> None:
    barrier.wait()
    try:
        store = Store.open_to_write(folder)
        store.bind({"writer": number})
        said.put((number, "writes"))
    except UserError as error:
        said.put((number, str(error)))
    end.wait()


def test_of_ten_processes_one_writes_and_the_others_say_who(tmp_path):
    barrier, said, end = FORK.Barrier(10), FORK.Queue(), FORK.Event()
    processes = [
        FORK.Process(target=write, args=(tmp_path, number, barrier, said, end)) for number in range(10)
    ]
    for process in processes:
        process.start()
    lines = dict(said.get(timeout=60) for _ in processes)
    (winner,) = [number for number, line in lines.items() if line == "writes"]
    owner = json.loads((tmp_path / "lock").read_text())
    assert owner["pid"] == processes[winner].pid
    for number in lines.keys() - {winner}:
        # Those who came while the winner wrote its name know only that there is one.
        assert f"process {owner['pid']} on {owner['host']} since" in lines[number] or (
            "in use by another process" in lines[number]
        )
    with pytest.raises(
        UserError, match=rf"{tmp_path} is in use by process {owner['pid']} on .* choose another"
    ):
        FolderLock(tmp_path)
    end.set()
    for process in processes:
        process.join()
    assert Store.existing(tmp_path).settings() == {"writer": winner}
    FolderLock(tmp_path).close()


def test_a_killed_driver_leaves_no_lock_though_its_workers_live(tmp_path):
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    command = [sys.executable, str(script), str(tmp_path)]
    driver = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    workers = [int(pid) for pid in driver.stdout.readline().split()]
    try:
        with pytest.raises(UserError, match=f"process {driver.pid} on"):
            FolderLock(tmp_path)
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        assert any(alive(pid) for pid in workers)
        FolderLock(tmp_path).close()
    finally:
        for pid in workers:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_lock_is_one_within_a_process_and_ends_with_the_last(tmp_path):
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.close()
    assert other_process_says(tmp_path) != "free"
    second.close()
    assert other_process_says(tmp_path) == "free"


def test_a_store_is_closed_at_the_end_of_its_block_however_that_ends(tmp_path):
    with pytest.raises(KeyError), Store.open_to_write(tmp_path) as store:
        store.bind({"a": 1})
        assert "is in use" in other_process_says(tmp_path)
        raise KeyError
    assert other_process_says(tmp_path) == "free"
    assert (tmp_path / Backup.FILE).is_file()


def test_what_is_written_in_the_file_opens_no_lock_and_closes_none(tmp_path):
    for torn in (b"", b"\xff\x00", b'{"pid": 1', b"[]", b"null", b'{"pid": 1, "host": 2, "since": 3}'):
        (tmp_path / "lock").write_bytes(torn)
        with FolderLock(tmp_path):
            (tmp_path / "lock").write_bytes(torn)
            assert "is in use by another process" in other_process_says(tmp_path)
        assert other_process_says(tmp_path) == "free"


def ask(folder: Path, answer) -> None:
    try:
        with FolderLock(folder):
            answer.send("free")
    except UserError as error:
        answer.send(str(error))


def other_process_says(folder: Path) -> str:
    answer, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=ask, args=(folder, sender))
    process.start()
    process.join()
    return answer.recv()


def say(folder: Path) -> None:
    Store.existing(folder).add_opinion(Opinion(0, 1, "first"))


def test_people_say_their_opinion_while_another_process_writes(tmp_path):
    with Store.open_to_write(tmp_path) as store:
        store.bind({"a": 1})
        process = FORK.Process(target=say, args=(tmp_path,))
        process.start()
        process.join()
        assert process.exitcode == 0 and len(store.opinions()) == 1
