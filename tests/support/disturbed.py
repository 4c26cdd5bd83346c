"""A small evolution that asks a server, as a command, to be disturbed and run again until it is done."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from chat_server import answer, completion

from rewardsmith.experiments import Store

COMMAND = [
    *(sys.executable, "-m", "rewardsmith.experiments.cli", "evolve", "arithmetic-chain"),
    *("--proposer", "llm", "--model", "tiny", "--generations", "2", "--samples", "2", "--steps", "4096"),
    *("--selection-episodes", "4", "--final-seeds", "1", "--final-episodes", "4"),
]


def program(weight: int) -> str:
    return (
        "```python\ndef compute_reward(obs, action, next_obs, xp):\n"
        f"    correct = {weight}.0 * next_obs.step_correct\n"
        '    return correct, {"correct": correct}\n```\n'
    )


def spoken(request: dict) -> str:
    """What the model says to `request`, always the same; now and then it holds no program."""
    weight = request["seed"] % 997
    return completion(program(weight) if weight % 5 else "I would rather talk about the weather.")


SCRIPT = answer(spoken)


def environment(server, **more: str) -> dict[str, str]:
    told = {"OPENAI_API_KEY": "secret", "OPENAI_BASE_URL": server.url, "NO_PROXY": "127.0.0.1"}
    return {**os.environ, **told, "OMP_NUM_THREADS": "1", **more}


def start(out: Path, server, **more: str) -> subprocess.Popen:
    return subprocess.Popen(
        [*COMMAND, "--out", str(out)],
        env=environment(server, **more),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(out: Path, server) -> str:
    """Run it to its end; what it wrote to stderr."""
    process = start(out, server)
    _, stderr = process.communicate(timeout=600)
    assert process.returncode == 0, stderr.decode()[-3000:]
    return stderr.decode()


def kill(process: subprocess.Popen, number: int = signal.SIGKILL) -> None:
    """Send a signal to the driver and all that it started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        assert process.poll() is not None


def contents(folder: Path) -> tuple:
    """All that the store holds but durations."""
    with Store.existing(folder) as store:
        candidates, runs = store.candidates(), [replace(run, seconds=None) for run in store.runs()]
    whole = []
    for found in candidates:
        usage = {name: value for name, value in found.usage.items() if name not in ("seconds", "retries")}
        whole.append(replace(found, seconds=0.0, usage=usage).to_json())
    return whole, sorted((run.method, run.seed, run.to_json()) for run in runs)


def acknowledged(folder: Path) -> dict[int, str]:
    """Candidate -> state, as far as the store says."""
    if not (folder / Store.FILE).is_file():
        return {}
    with Store.existing(folder) as store:
        return {candidate.id: candidate.state for candidate in store.candidates()}


def answered(folder: Path) -> list[str]:
    """The requests whose answers are on the tape."""
    tape = folder / "answers.jsonl"
    lines = tape.read_bytes().split(b"\n")[:-1] if tape.is_file() else []
    return [f"{json.loads(line)['key']}/{json.loads(line)['occurrence']}" for line in lines]
