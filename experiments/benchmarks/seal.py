"""What the seal costs: per call beside the same program in this process, at the start, and in memory.

Run as ``python -m rewardsmith.experiments.benchmarks.seal [--write FILE]``. Both run the same program on the
same arrays, taking turns in every round; figures are medians over the rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import tyro

from ...envs.records import RewardFn, Transition
from ...envs.spec import ActionSpec, Field, TaskSpec
from ...envs.views import FieldView
from ...reward_gen.program import RewardProgram
from ...reward_gen.running.compile import compile_program
from ...reward_gen.seal.isolation import probe_isolation
from ...reward_gen.seal.sealed import SealedReward
from ..machine import describe_machine

PROGRAM = RewardProgram(
    """
def compute_reward(obs, action, next_obs, xp):
    reach = xp.linalg.norm(next_obs.hand_pos - next_obs.object_pos, axis=-1)
    carry = xp.linalg.norm(next_obs.object_pos - next_obs.goal_pos, axis=-1)
    effort = xp.sum(action ** 2, axis=-1)
    near = 1.0 - xp.tanh(5.0 * reach)
    placed = xp.where(carry < 0.05, 1.0, 0.0)
    return near - carry + 2.0 * placed - 0.01 * effort, {"near": near, "carry": -carry, "placed": placed}
"""
)
_POINTS = tuple(Field(name, "a point", (3,), "m") for name in ("hand_pos", "object_pos", "goal_pos"))
SPEC = TaskSpec(
    "arm", "bring the object to the goal", (*_POINTS, Field("joint_vel", "speeds", (7,))),
    ActionSpec("box", 4, "motion"), 100,
)  # fmt: skip
MICRO = 1e6
TARGETS = {"cost": "25", "start": "0.3", "memory": "4"}


@dataclass(frozen=True)
class Settings:
    """Measure the cost of the seal."""

    batches: tuple[int, ...] = (64, 1024)
    """Worlds in a call."""
    calls: int = 2000
    """Calls of each contestant in a round."""
    rounds: int = 5
    """Turns that each contestant takes."""
    workers: int = 64
    """Workers alive at once, for their memory."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


@dataclass(frozen=True)
class Cost:
    """Microseconds per call in each round, while the machine's other cores are `others`."""

    others: str
    batch: int
    open: list[float]
    sealed: list[float]

    @property
    def extra(self) -> float:
        """Median over the rounds of what the seal adds, in microseconds."""
        return median(sealed - open_ for sealed, open_ in zip(self.sealed, self.open, strict=True))


def main(settings: Settings) -> None:
    """Measure, print the tables, and write them where asked."""
    costs = [call_cost("idle", batch, settings) for batch in settings.batches]
    with busy_cores(max(1, len(os.sched_getaffinity(0)) - 1)):
        costs += [call_cost("busy", batch, settings) for batch in settings.batches]
    starts = [start_seconds() for _ in range(settings.rounds)]
    megabytes, together = memory_of_workers(settings.workers)
    text = "\n".join([*_cost_table(costs), "", *_rest_table(starts, megabytes, together, settings)])
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


@contextmanager
def busy_cores(count: int) -> Iterator[None]:
    """Keep `count` cores busy, as training processes beside this one would."""
    processes = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def call_cost(others: str, batch: int, settings: Settings) -> Cost:
    """Time the program in this process and behind the seal, in turns."""
    transition = sample(batch)
    cost = Cost(others, batch, [], [])
    with SealedReward(PROGRAM, SPEC) as sealed:
        contestants: list[tuple[RewardFn, list[float]]] = [
            (compile_program(PROGRAM, SPEC), cost.open),
            (sealed, cost.sealed),
        ]
        for reward, _ in contestants:
            timed(reward, transition, settings.calls // 10 + 1)
        for number in range(settings.rounds):
            for reward, found in contestants if number % 2 else reversed(contestants):
                found.append(timed(reward, transition, settings.calls))
    return cost


def timed(reward: RewardFn, transition: Transition, calls: int) -> float:
    """Microseconds per call."""
    start = time.perf_counter()
    for _ in range(calls):
        reward(*transition)
    return MICRO * (time.perf_counter() - start) / calls


def start_seconds() -> float:
    """Seconds from nothing to a worker whose program is checked and compiled."""
    start = time.perf_counter()
    with SealedReward(PROGRAM, SPEC) as sealed:
        sealed.wait_until_ready()
        return time.perf_counter() - start


def memory_of_workers(count: int) -> tuple[float, float]:
    """Proportional set size in MB of `count` workers that have all been used, and seconds to open them."""
    transition = sample(1024)
    start = time.perf_counter()
    workers = [SealedReward(PROGRAM, SPEC) for _ in range(count)]
    try:
        for worker in workers:
            worker.wait_until_ready()
        seconds = time.perf_counter() - start
        for worker in workers:
            worker(*transition)
        return sum(proportional_megabytes(worker.pid) for worker in workers), seconds
    finally:
        for worker in workers:
            worker.close()


def proportional_megabytes(pid: int) -> float:
    """Memory of a process, what it shares with others counted by its share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/smaps_rollup names no Pss; Linux 4.14 or later does")


def sample(batch: int) -> Transition:
    """A random transition of `batch` worlds."""
    rng = np.random.default_rng(0)
    halves = [
        FieldView({field.name: rng.normal(size=(batch, *field.shape)) for field in SPEC.fields})
        for _ in range(2)
    ]
    return Transition(halves[0], rng.uniform(-1, 1, (batch, SPEC.action.size)), halves[1])


def _cost_table(costs: list[Cost]) -> list[str]:
    columns = ("in process", "sealed", "the seal adds", "sealed, all rounds", "aim")
    head = f"| other cores | worlds | {' | '.join(f'{column}, us' for column in columns)} |"
    rows = [
        f"| {cost.others} | {cost.batch} | {median(cost.open):.1f} | {median(cost.sealed):.1f} | "
        f"{cost.extra:.1f} | {min(cost.sealed):.1f} to {max(cost.sealed):.1f} | {TARGETS['cost']} |"
        for cost in costs
    ]
    return [head, "|---|---:|---:|---:|---:|---:|---:|", *rows]


def _rest_table(starts: list[float], megabytes: float, together: float, settings: Settings) -> list[str]:
    return [
        "| | measured | aim |",
        "|---|---:|---:|",
        f"| start of a worker, s | {median(starts):.3f} | {TARGETS['start']} |",
        f"| {settings.workers} workers alive, GB (PSS) | {megabytes / 1024:.2f} | {TARGETS['memory']} |",
        f"| {settings.workers} workers opened, s | {together:.1f} | |",
    ]


def _preface(settings: Settings) -> str:
    return (
        "# The seal\n\n"
        "Written by `python -m rewardsmith.experiments.benchmarks.seal --write FILE`. The same program on\n"
        f"the same arrays, in this process and behind the seal, {settings.calls} calls in turns; medians of "
        f"{settings.rounds} rounds.\n"
        f"Isolation level: {probe_isolation()}. {describe_machine('numpy')}.\n"
        "The seal's cost is a wake-up and one copy of the arguments. Waking a core that sleeps costs\n"
        "tens of microseconds in a virtual machine: hence figures beside idle cores, and beside busy ones.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
