"""What racing costs and what it loses, on recorded generations and in live runs.

Run as ``python -m rewardsmith.experiments.benchmarks.racing [--write FILE]``. Replaying recorded learning
curves costs nothing. A live run trains a recorded generation again, once to the end and once as a race.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tyro

from ...agents import Racing, selection_seeds, training_seed
from ...agents.population import replay
from ...envs import UserError
from ...reward_gen import RewardProgram
from ..machine import describe_machine
from ..training import LocalExecutor, Trained, TrainJob
from .recorded import RecordedGeneration, load, read_experiment, save

DATA = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "generations.json"


@dataclass(frozen=True)
class Settings:
    """Replay recorded generations as races, and run some of them live."""

    data: Path = DATA
    """File of recorded generations."""
    record: tuple[Path, ...] = ()
    """Folders of finished `rewardsmith evolve` runs to make that file from, in this order."""
    tuned: int = 0
    """Generations, the first of the file, that the rules were chosen on; they are reported apart."""
    live: tuple[int, ...] = ()
    """Numbers of generations in the file to train again, with and without racing."""
    racing: Racing = field(default_factory=Racing)
    """The rules."""
    logs: Path = Path("runs/benchmark-racing")
    """Folder for the live runs' logs."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


def main(settings: Settings) -> None:
    """Replay, run live where asked, print the tables, and write them where asked."""
    if settings.record:
        save([g for folder in settings.record for g in read_experiment(folder)], settings.data)
    generations = load(settings.data)
    parts = [replay_table(generations, settings)]
    if settings.live:
        parts.append(live_table([_numbered(generations, number) for number in settings.live], settings))
    text = "\n\n".join(parts)
    print(text)
    if settings.write is not None:
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def replay_table(generations: Sequence[RecordedGeneration], settings: Settings) -> str:
    """How often the winner went on and what share of the steps was spent, task by task and in all."""
    tuned, fresh = generations[: settings.tuned], generations[settings.tuned :]
    groups = {task: [g for g in fresh if g.task == task] for task in sorted({g.task for g in fresh})}
    groups["all"] = list(fresh)
    if tuned:
        groups["those that the rules were chosen on"] = list(tuned)
    lines = [
        "| recorded generations | number | somebody succeeds | winner kept | share of steps spent |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, group in groups.items():
        result = replay(settings.racing, [g.curves for g in group], group[0].episodes)
        able = sum(g.curves[:, -1].max() > 0 for g in group)
        lines.append(f"| {name} | {len(group)} | {able} | {result.winner_kept:.0%} | {result.cost:.0%} |")
    return "\n".join(lines)


class Course(NamedTuple):
    """How training a generation went: each candidate's final success and steps, and the whole's seconds."""

    success: np.ndarray
    steps: np.ndarray
    seconds: float


def live_table(generations: Sequence[RecordedGeneration], settings: Settings) -> str:
    """Generations trained to the end and as a race, beside each other."""
    lines = [
        "| trained live | candidates | best success, all to the end | best success, raced | steps | time |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for generation in generations:
        full = _train(generation, settings, None)
        raced = _train(generation, settings, settings.racing)
        lines.append(
            f"| {generation.task}, seed {generation.seed}, generation {generation.generation} "
            f"| {len(full.success)} | {full.success.max():.2f} | {raced.success.max():.2f} "
            f"| {raced.steps.sum() / full.steps.sum():.0%} | {raced.seconds / full.seconds:.0%} |"
        )
    return "\n".join(lines)


def _train(generation: RecordedGeneration, settings: Settings, racing: Racing | None) -> Course:
    jobs = [_job(generation, candidate.id, candidate.program) for candidate in generation.candidates]
    start = time.perf_counter()
    outcomes = dict(_keyed(LocalExecutor(settings.logs), jobs, racing))
    seconds = time.perf_counter() - start
    results = [outcomes[job.key] for job in jobs]
    success = np.array([r.evaluation.success_rate if isinstance(r, Trained) else 0.0 for r in results])
    steps = np.array([r.steps if isinstance(r, Trained) else 0 for r in results])
    return Course(success, steps, seconds)


def _keyed(executor: LocalExecutor, jobs: list[TrainJob], racing: Racing | None):
    for job, outcome in executor.run(jobs, lambda job, steps, success: None, racing):
        yield job.key, outcome


def _job(generation: RecordedGeneration, number: int, program: str) -> TrainJob:
    seeds = selection_seeds(generation.seed, generation.episodes)
    return TrainJob(
        key=f"g{generation.generation}-c{number}",
        task=generation.task,
        reward=RewardProgram(program),
        trusted=False,
        algo=None,
        steps=generation.steps,
        seed=training_seed(generation.seed, "candidate", number),
        selection_seeds=seeds,
        final_seeds=seeds,
        horizon=generation.horizon,
    )


def _numbered(generations: Sequence[RecordedGeneration], number: int) -> RecordedGeneration:
    if not 0 <= number < len(generations):
        raise UserError(f"--live takes numbers from 0 to {len(generations) - 1}, got {number}")
    return generations[number]


def _preface(settings: Settings) -> str:
    racing = settings.racing
    rungs = ", ".join(f"{rung:.0%}" for rung in racing.rungs)
    return (
        "# Racing\n\n"
        "Successive halving by success in held-out episodes, written by\n"
        "`python -m rewardsmith.experiments.benchmarks.racing --write FILE`.\n"
        f"Compared after {rungs} of the budget; the better {racing.keep:.0%} goes on in any case, the\n"
        f"others unless they are behind the leader with a probability of error below {racing.risk:.0%}.\n"
        "The winner is kept if the best success at the end is that of a candidate that went on.\n"
        f"{describe_machine('torch', 'stable-baselines3', 'mujoco', 'metaworld', 'numpy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
