"""An evolution that is killed, stopped, starved and spoilt ends like one that was left alone."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from chat_server import Server
from disturbed import SCRIPT, acknowledged, answered, contents, finish, kill, start

from rewardsmith.experiments.cli import main
from rewardsmith.experiments.faultpoints import FAULT_POINTS

KILLS, MOST_OF_ONE = 200, 12
ORDER = ("proposed", "accepted", "rejected", "failed", "trained")
POINTS = [point for point in FAULT_POINTS if not point.startswith("repair")]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[tuple, float]:
    """What the store holds in the end, and the seconds that it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Server(SCRIPT) as server:
        started = time.monotonic()
        finish(folder, server)
        seconds = time.monotonic() - started
        assert len(server.requests) == len(answered(folder))
    return contents(folder), seconds


def check_nothing_was_lost(folder: Path, known: dict[int, str], answers: list[str]) -> None:
    now = acknowledged(folder)
    assert all(ORDER.index(now[number]) >= ORDER.index(state) for number, state in known.items())
    assert answered(folder)[: len(answers)] == answers


def check_it_ended_alike(folder: Path, server: Server, undisturbed: tuple, interruptions: int) -> None:
    assert contents(folder) == undisturbed[0]
    answers = answered(folder)
    assert len(set(answers)) == len(answers)
    # An answer may be lost on its way from the server; one that has arrived is never asked for again.
    assert len(server.requests) <= len(answers) + 2 * interruptions


def after_a_fault(folder: Path, server: Server, point: str, number: int) -> bool:
    """Whether the command met the fault point so often, and died there."""
    process = start(folder, server, REWARDSMITH_FAULT=f"{point}:{number}")
    _, stderr = process.communicate(timeout=600)
    kill(process)
    assert process.returncode in (0, -signal.SIGKILL), stderr.decode()[-3000:]
    return process.returncode != 0


@pytest.mark.slow
def test_killed_between_two_changes_it_ends_alike(undisturbed, tmp_path):
    with Server(SCRIPT) as server:
        assert after_a_fault(tmp_path, server, "change stored", 4)
        known, answers = acknowledged(tmp_path), answered(tmp_path)
        finish(tmp_path, server)
        check_nothing_was_lost(tmp_path, known, answers)
        check_it_ended_alike(tmp_path, server, undisturbed, 1)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_fault_point_again_and_again_it_ends_alike(undisturbed, tmp_path, point):
    kills = 0
    with Server(SCRIPT) as server:
        # Each command gets further than the one before it, or meets the point no more and ends.
        for passing in (1, 2, 3, 5, 8):
            known, answers = acknowledged(tmp_path), answered(tmp_path)
            died = after_a_fault(tmp_path, server, point, passing)
            check_nothing_was_lost(tmp_path, known, answers)
            kills += died
            if not died:
                break
        else:
            finish(tmp_path, server)
        assert kills or point.startswith("backup")
        check_it_ended_alike(tmp_path, server, undisturbed, kills)


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_alike(undisturbed, tmp_path):
    chance, kills, rounds = random.Random(0), 0, 0
    while kills < KILLS:
        folder, own = tmp_path / str(rounds), 0
        known, answers = {}, []
        with Server(SCRIPT) as server:
            # What was done is not done again, so short lives too come to every moment of an evolution.
            while own < MOST_OF_ONE and killed_after(
                chance.uniform(0.0, 0.7 * undisturbed[1]), folder, server
            ):
                own += 1
                check_nothing_was_lost(folder, known, answers)
                known, answers = acknowledged(folder), answered(folder)
            finish(folder, server)
            check_nothing_was_lost(folder, known, answers)
            check_it_ended_alike(folder, server, undisturbed, own)
        kills += own
        shutil.rmtree(folder)
        rounds += 1
        print(f"{kills} kills in {rounds} evolutions", flush=True)


def killed_after(seconds: float, folder: Path, server: Server) -> bool:
    """Run the command for `seconds`; whether it was killed before it came to its end."""
    process = start(folder, server)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        process.communicate()
        return True
    assert process.returncode == 0
    return False


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_by_a_signal_at_random_moments_it_ends_alike(undisturbed, tmp_path, number):
    chance, stops = random.Random(1), 0
    with Server(SCRIPT) as server:
        for attempt in range(12):
            process = start(tmp_path, server)
            try:
                process.communicate(timeout=chance.uniform(0.3, 1.0) * undisturbed[1])
            except subprocess.TimeoutExpired:
                stops += 1
                kill(process, number)
                if attempt % 2:
                    time.sleep(0.2)
                    kill(process, number)
                process.communicate(timeout=300)
                assert process.returncode in (0, 128 + number, -number)
        finish(tmp_path, server)
        assert stops
        check_it_ended_alike(tmp_path, server, undisturbed, stops)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing_but_time(undisturbed, tmp_path):
    with Server(SCRIPT) as server:
        process, killed = start(tmp_path, server), 0
        training = psutil.Process(process.pid)
        while process.poll() is None and killed < 2:
            if "accepted" in acknowledged(tmp_path).values():
                workers = [p for p in training.children(recursive=True) if busy(p)]
                if workers:
                    workers[0].kill()
                    killed += 1
            time.sleep(0.5)
        _, stderr = process.communicate(timeout=600)
        assert process.returncode == 0, stderr.decode()[-3000:]
        assert killed
        check_it_ended_alike(tmp_path, server, undisturbed, 0)


def busy(process: psutil.Process) -> bool:
    """Whether it is a training process: a child of the server that they are forked from."""
    try:
        parent = process.parent()
        return parent is not None and "forkserver" in " ".join(parent.cmdline())
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_ten_commands_on_one_folder_are_one_evolution(undisturbed, tmp_path):
    with Server(SCRIPT) as server:
        processes = [start(tmp_path, server) for _ in range(10)]
        ends = [(process.communicate(timeout=900)[1].decode(), process.returncode) for process in processes]
        refused = [stderr for stderr, code in ends if code == 2]
        assert [code for _, code in ends].count(0) == 1 and len(refused) == 9
        assert all("in use by process" in line or "another run records" in line for line in refused)
        check_it_ended_alike(tmp_path, server, undisturbed, 0)


@pytest.mark.slow
def test_a_full_disk_is_a_pause(undisturbed, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        with Server(SCRIPT) as server:
            process = start(disk / "out", server)
            paused = b""
            while b"is full" not in paused and process.poll() is None:
                paused += os.read(process.stderr.fileno(), 4096)
            assert b"is full" in paused, paused[-3000:]
            time.sleep(3.0)
            subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
            _, stderr = process.communicate(timeout=600)
            assert process.returncode == 0, stderr.decode()[-3000:]
            check_it_ended_alike(disk / "out", server, undisturbed, 1)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["flipped", "truncated"])
def test_a_spoilt_file_is_named_and_repaired(undisturbed, tmp_path, fault, capsys):
    chance, begun = random.Random(2), tmp_path / "begun"
    with Server(SCRIPT) as server:
        assert after_a_fault(begun, server, "trained", 2)
    for number, path in enumerate(sorted(p for p in begun.rglob("*") if p.is_file())):
        folder = tmp_path / f"copy{number}"
        shutil.copytree(begun, folder)
        spoil(folder / path.relative_to(begun), fault, chance)
        with Server(SCRIPT) as server:
            go_on(folder, server, capsys)
            check_it_ended_alike(folder, server, undisturbed, 2)
        shutil.rmtree(folder)


def spoil(path: Path, fault: str, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    if not content:
        return
    place = chance.randrange(len(content))
    if fault == "truncated":
        del content[place:]
    else:
        content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content))


def go_on(folder: Path, server: Server, capsys) -> None:
    """Run the command as a person would: where it refuses, do what its one line says."""
    process = start(folder, server)
    _, stderr = process.communicate(timeout=600)
    line = stderr.decode().strip().splitlines()[-1] if process.returncode else ""
    assert process.returncode in (0, 2), stderr.decode()[-3000:]
    if "rewardsmith repair" in line:
        assert main(["repair", str(folder)]) == 0, capsys.readouterr()
    elif "answers.jsonl" in line:
        tape = folder / "answers.jsonl"
        spoilt = int(line.split("line ")[1].split()[0])
        lines = tape.read_bytes().splitlines(keepends=True)
        tape.write_bytes(b"".join(lines[: spoilt - 1] + lines[spoilt:]))
    elif "recorded episodes" in line:
        (folder / "trajectories" / Path(line.split(" in ")[1].split(",")[0]).name).unlink()
    else:
        assert not line, line
        return
    go_on(folder, server, capsys)
