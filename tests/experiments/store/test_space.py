import errno
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from small_experiment import contents, end_of, go_on

from rewardsmith.experiments.stopping import Stopped
from rewardsmith.experiments.store import Store, space
from rewardsmith.experiments.store.space import when_space


def failing(*errors: Exception):
    left = list(errors)

    def action() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return action


def test_it_waits_while_the_disk_is_full_and_says_so_once(tmp_path, capfd):
    pauses = []
    full = [OSError(code, "full") for code in (errno.ENOSPC, errno.EDQUOT, errno.ENOSPC)]
    assert when_space(failing(*full), tmp_path, lambda: pauses.append(1)) == "done"
    assert len(pauses) == 3
    (line,) = capfd.readouterr().err.splitlines()
    assert f"the disk of {tmp_path} is full: waiting for space" in line


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), sqlite3.OperationalError("locked")])
def test_other_errors_are_not_waited_for(tmp_path, error):
    with pytest.raises(type(error)):
        when_space(failing(error), tmp_path, pytest.fail)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_the_wait(tmp_path, number):
    before = signal.getsignal(number)

    def pause() -> None:
        os.kill(os.getpid(), number)

    with pytest.raises(Stopped) as stopped:
        when_space(failing(OSError(errno.ENOSPC, "full")), tmp_path, pause)
    assert stopped.value.exit_code == 128 + number
    assert signal.getsignal(number) is before


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 4 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill the disk of `folder` but for `leave` bytes."""
    ballast = folder.parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC
        file.truncate(max(0, file.tell() - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 4096, 16384, 40960])
@pytest.mark.parametrize("after", [0, 1, 10, 23])
def test_a_full_disk_is_a_pause_and_the_end_is_the_same(small_disk, tmp_path, monkeypatch, after, leave):
    undisturbed = end_of(tmp_path / "undisturbed")
    folder = small_disk / "out"
    store, paused = None, []
    ballasts = []

    def make_room(_: float) -> None:
        paused.append(contents_of_rows(store))
        ballasts.pop().unlink()

    monkeypatch.setattr(space.time, "sleep", make_room)
    store = Store.open_to_write(folder)
    for number, _ in enumerate(go_on(store)):
        if number == after:
            ballasts.append(fill(folder, leave))
        if ballasts:
            known = contents_of_rows(store)
        elif paused:
            assert paused[0] == known or number == after
            known = paused[0]
    store.close()
    assert contents(folder)[:3] == undisturbed
    assert paused, "the disk was to be full"


def contents_of_rows(store: Store) -> list[str]:
    return [c.to_json() for c in store.candidates()] + [run.to_json() for run in store.runs()]


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from small_experiment import go_on
from rewardsmith.experiments.store import Store
store = Store.open_to_write(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for _ in go_on(store):
    pass
store.close()
"""


def test_ctrl_c_while_it_waits_leaves_with_what_was_stored(small_disk, tmp_path):
    folder = small_disk / "out"
    support = Path(__file__).parents[2] / "support"
    command = [sys.executable, "-c", PROGRAM, str(folder), str(support)]
    process = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True)
    assert process.stdout.readline() == "open\n"
    ballast = fill(folder, leave=300_000)
    process.stdin.write("go\n")
    process.stdin.flush()
    assert any("is full: waiting for space" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode != 0
    ballast.unlink()
    assert len(contents(folder)[1]) > 0
    assert end_of(folder) == end_of(tmp_path / "undisturbed")
