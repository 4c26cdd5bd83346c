import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from rewardsmith.experiments import Store
from rewardsmith.experiments.stopping import Stop, Stopped

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.fixture(autouse=True)
def heard():
    """SIGINT as at a terminal, even where the tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_noted_with_a_line(number, capfd):
    stop = Stop()
    stop.check()
    with stop.listening():
        stop.running = 3
        send(number)
        assert stop.asked
    line = capfd.readouterr().err.strip()
    assert line.startswith("finishing what is training (3 runs), then saving; ")
    assert line.endswith("again to leave at once") or line.endswith("another SIGTERM to leave at once")
    with pytest.raises(Stopped) as stopped:
        stop.check()
    assert stopped.value.exit_code == SIGNALS[number]


@pytest.mark.parametrize("number", SIGNALS)
def test_the_second_signal_leaves_at_once(number):
    with pytest.raises(KeyboardInterrupt) as left, Stop().listening():
        send(signal.SIGINT)
        send(number)
    assert left.value.exit_code == SIGNALS[number]


def test_the_handlers_from_before_come_back():
    before = [signal.getsignal(number) for number in SIGNALS]
    stop = Stop()
    with stop.listening(), stop.listening():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_what_the_process_ignores_stays_ignored():
    stop, before = Stop(), signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stop.listening():
            send(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert not stop.asked


def test_outside_the_main_thread_it_does_nothing():
    def listen() -> None:
        with Stop().listening():
            handlers.append(signal.getsignal(signal.SIGTERM))

    handlers: list = []
    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGTERM)]


# Agents that cannot be stacked: each run has a process of its own, one after the other.
BENCH = [
    *(sys.executable, "-m", "rewardsmith.experiments.cli", "bench", "arithmetic-chain"),
    *("--algo", "dqn", "--methods", "sparse", "human", "--seeds", "2", "--episodes", "4"),
    *("--workers", "1"),
]


class Bench:
    """The command as a process group of its own, as a shell starts it."""

    def __init__(self, folder: Path, steps: int) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [*BENCH, "--steps", str(steps), "--out", str(folder)],
            start_new_session=True,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, agents: int, logs: int) -> None:
        """Wait until `agents` are trained and `logs` trainings have begun."""
        until = threading.Event()
        while self.process.poll() is None:
            trained = len(list(self.folder.rglob("model.zip")))
            # The last one is under way when SB3 writes its table.
            begun = len([f for f in self.folder.rglob("progress.csv") if f.stat().st_size])
            if trained >= agents and begun >= logs:
                return
            until.wait(0.02)
        raise AssertionError(self.process.communicate()[1])

    def signal(self, number: int) -> None:
        """Send a signal to all processes of the command, as terminals and schedulers do."""
        os.killpg(self.process.pid, number)

    def end(self) -> tuple[int, str]:
        """Exit code and what it said."""
        try:
            _, said = self.process.communicate(timeout=300)
        finally:
            self.process.kill()
        return self.process.returncode, said

    def group(self) -> list[int]:
        """The processes of the command that still exist."""
        return [p.pid for p in psutil.process_iter() if _group(p.pid) == self.process.pid]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def runs(folder: Path) -> dict[tuple[str, int], str]:
    """All that the store holds of each run but its duration."""
    return {
        (run.method, run.seed): replace(run, seconds=None).to_json()
        for run in Store.existing(folder / "arithmetic-chain").runs()
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[tuple[str, int], str]:
    bench = Bench(tmp_path_factory.mktemp("undisturbed"), 1000)
    assert bench.end()[0] == 0
    return runs(bench.folder)


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_a_stopped_comparison_stores_what_was_training_and_goes_on_from_there(tmp_path, undisturbed, number):
    bench = Bench(tmp_path, 1000)
    bench.wait_for(agents=1, logs=2)
    bench.signal(number)
    code, said = bench.end()
    assert code == SIGNALS[number]
    assert "finishing what is training (1 run), then saving" in said
    assert "the same command goes on from there" in said
    assert 2 <= len(runs(tmp_path)) < 4, said
    assert Bench(tmp_path, 1000).end()[0] == 0
    assert runs(tmp_path) == undisturbed and len(undisturbed) == 4


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_a_second_signal_leaves_with_all_its_processes(tmp_path, number):
    bench = Bench(tmp_path, 10_000_000)
    bench.wait_for(agents=0, logs=1)
    bench.signal(number)
    assert bench.process.stderr is not None
    while "then saving" not in bench.process.stderr.readline():
        pass
    bench.signal(number)
    code, said = bench.end()
    assert code == SIGNALS[number]
    assert "the same command goes on from there" in said
    gone = threading.Event()
    while bench.group():
        gone.wait(0.02)
    assert runs(tmp_path) == {}


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_its_processes_are_starting_does_no_harm(tmp_path, number):
    bench = Bench(tmp_path, 100)
    # The driver, and the server that is about to import torch.
    while len(bench.group()) < 3 and bench.process.poll() is None:
        threading.Event().wait(0.01)
    bench.signal(number)
    code, said = bench.end()
    assert code == SIGNALS[number]
    assert "Traceback" not in said
    assert runs(tmp_path) == {}
