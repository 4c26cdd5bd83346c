"""Whether a population's members learn as well as SB3's own PPO: the same rewards, seeds and episodes.

Run as ``python -m rewardsmith.experiments.benchmarks.members [--write FILE]``. Tests show that the arithmetic
is the same to rounding; rounding errors grow in training, so here the trained agents' success is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from ...agents import selection_seeds, test_seeds, training_seed
from ...envs import task_class
from ...reward_gen import resolve_reward
from ..comparison.statistics import estimate
from ..machine import describe_machine
from ..training import LocalExecutor, Trained, TrainJob


@dataclass(frozen=True)
class Settings:
    """Train the human reward with SB3's PPO and as members of a population."""

    tasks: tuple[str, ...] = ("window-open", "tool-call")
    """Names of tasks with a human reward."""
    steps: tuple[int, ...] = (60_000, 200_000)
    """Environment steps for each task."""
    horizons: tuple[int | None, ...] = (150, None)
    """Episode length for each task; none takes its own."""
    seeds: int = 5
    """Training seeds."""
    episodes: int = 100
    """Test episodes for each seed."""
    logs: Path = Path("runs/benchmark-members")
    """Folder for the runs' logs."""
    write: Path | None = None
    """Markdown file to write the table to as well."""


def main(settings: Settings) -> None:
    """Train, print the table, and write it where asked."""
    lines = [
        "| task | steps | trained by | success on test seeds [95 %] | each seed |",
        "|---|---:|---|---|---|",
    ]
    for task, steps, horizon in zip(settings.tasks, settings.steps, settings.horizons, strict=True):
        jobs = [_job(task, steps, horizon, seed, settings.episodes) for seed in range(settings.seeds)]
        for name, together in (("SB3", False), ("population", True)):
            successes = _train(jobs, LocalExecutor(settings.logs, together=together))
            each = ", ".join(f"{success.mean():.2f}" for success in successes)
            found = estimate(successes, np.random.default_rng(0))
            lines.append(f"| {task} | {steps:,} | {name} | {found} | {each} |")
    text = "\n".join(lines)
    print(text)
    if settings.write is not None:
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def _train(jobs: list[TrainJob], executor: LocalExecutor) -> Sequence[np.ndarray]:
    """For each job the success (N,) of its agent's test episodes."""
    outcomes = {job.key: result for job, result in executor.run(jobs, lambda job, steps, success: None)}
    results = [outcomes[job.key] for job in jobs]
    for result in results:
        if not isinstance(result, Trained):
            raise RuntimeError(f"a run failed ({result.stage}): {result.reason}")
    return [result.evaluation.success for result in results if isinstance(result, Trained)]


def _job(task: str, steps: int, horizon: int | None, seed: int, episodes: int) -> TrainJob:
    return TrainJob(
        key=f"{task}/{seed}",
        task=task,
        reward=resolve_reward("human", task_class(task)),
        trusted=True,
        algo=None,
        steps=steps,
        seed=training_seed(0, "final", seed),
        selection_seeds=selection_seeds(0, 20),
        final_seeds=test_seeds(0, episodes),
        horizon=horizon,
    )


def _preface(settings: Settings) -> str:
    machine = describe_machine("torch", "stable-baselines3", "sb3_contrib", "mujoco", "numpy")
    return (
        "# Members beside SB3\n\n"
        "Success of agents trained with the human reward, by SB3's PPO (MaskablePPO for `tool-call`) in\n"
        "processes of their own and as members of one population; written by\n"
        "`python -m rewardsmith.experiments.benchmarks.members --write FILE`.\n"
        f"{settings.seeds} training seeds, {settings.episodes} test episodes each, two-level bootstrap. "
        f"{machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
