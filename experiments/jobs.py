"""One training run: what it needs, what comes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..agents import evaluate, train
from ..envs import Evaluation, TrainingTrace, close_reward, task_class
from ..reward_gen import RewardFault, RewardProgram, open_reward


@dataclass(frozen=True)
class TrainJob:
    """A training run, fully determined by these values.

    Attributes:
        key: readable name within the experiment, e.g. ``g1-c3`` or ``final/human/0``.
        task: the task's name.
        reward: the reward program; None for the task's own sparse reward.
        trusted: whether the program may run in the training process itself.
        algo: algorithm name; None for the task's default.
        steps: environment steps to train for.
        seed: seed of the networks and of the training worlds.
        selection_seeds: episodes that the checkpoints are evaluated on.
        final_seeds: episodes that the trained agent is judged on.
        horizon: episode length; None for the task's own.
        hyperparameters: overrides of the algorithm's hyperparameters.
        out: folder for the agent and its logs; None keeps nothing.
    """

    key: str
    task: str
    reward: RewardProgram | None
    trusted: bool
    algo: str | None
    steps: int
    seed: int
    selection_seeds: tuple[int, ...]
    final_seeds: tuple[int, ...]
    horizon: int | None = None
    hyperparameters: dict[str, Any] | None = None
    out: Path | None = None


@dataclass(frozen=True)
class Trained:
    """A finished run: its trace, and the trained agent's evaluation on the job's final seeds."""

    trace: TrainingTrace
    evaluation: Evaluation
    seconds: float


@dataclass(frozen=True)
class Failed:
    """A run that did not finish, and why."""

    stage: str
    reason: str


Outcome = Trained | Failed


def run_job(job: TrainJob, progress: Any = None) -> Outcome:
    """Train and judge one agent in this process; `progress` is called with (steps done, success rate)."""
    started = time.monotonic()
    task = task_class(job.task)
    reward = open_reward(job.reward or "sparse", task, trusted=job.trusted)
    try:
        result = train(
            task,
            reward,
            algo=job.algo,
            steps=job.steps,
            seed=job.seed,
            out=job.out,
            hyperparameters=job.hyperparameters,
            eval_seeds=job.selection_seeds,
            horizon=job.horizon,
            progress=progress,
        )
    except RewardFault as fault:
        return Failed(fault.stage, fault.reason)
    finally:
        close_reward(reward)
    evaluation = result.evaluation
    if job.final_seeds != job.selection_seeds:
        evaluation = evaluate(result.model, task, job.final_seeds, horizon=job.horizon)
    return Trained(result.trace, evaluation, time.monotonic() - started)
