"""What a latent reward is worth where only the return is told: dense, episodic and decoded, side by side.

Run as ``python -m rewardsmith.experiments.benchmarks.latent --out DIR [--write FILE]``; run it again to go on
after an interruption.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import tyro

from ...agents import TrainResult, evaluate, selection_seeds, test_seeds, train, training_seed
from ...envs import Task, random_transitions, task_class
from ...reward_gen import Rejected, RewardProgram, open_reward
from ...reward_gen.latent import draw_factors, verify_factors
from ..comparison.statistics import estimate
from ..latent.learn import Setting, train_episodic, train_latent
from ..machine import describe_machine
from ..store.whole import write_whole

Arm = Literal["dense", "episodic", "linear", "mlp"]
_LOOKS = {
    "dense": "human reward, each step",
    "episodic": "its sum, at the end",
    "linear": "decoded, linear",
    "mlp": "decoded, MLP",
}
_DRAWS = 20


@dataclass(frozen=True)
class Settings:
    """Train agents on an episode's return, as it comes and decoded, beside agents that see every step."""

    out: Path
    """Folder for the results."""
    tasks: tuple[str, ...] = ("tool-call-easy", "arithmetic-chain")
    """Tasks with a human reward, whose sum over an episode is the return."""
    arms: tuple[Arm, ...] = ("dense", "episodic", "linear")
    """What the agents are paid."""
    steps: int = 300_000
    """Environment steps for each run."""
    seeds: int = 5
    """Training seeds for each arm."""
    episodes: int = 100
    """Test episodes for each run."""
    write: Path | None = None
    """Markdown file to write the table to."""


@dataclass(frozen=True)
class Row:
    """One run.

    Attributes:
        task: the task's name.
        arm: what the agent was paid.
        seed: the run's number.
        steps: environment steps taken.
        success: of each test episode.
        curve: success on selection episodes at each checkpoint.
        explained: share of the returns' variance that the decoder explained in its last fit.
    """

    task: str
    arm: str
    seed: int
    steps: int
    success: tuple[bool, ...]
    curve: tuple[float, ...]
    explained: float | None = None


def main(settings: Settings) -> None:
    """Train what is not yet trained, print the table, and write it where asked."""
    rows = [
        _row(settings, task, arm, seed)
        for task in settings.tasks
        for seed in range(settings.seeds)
        for arm in settings.arms
    ]
    text = table(rows)
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def _row(settings: Settings, task: str, arm: Arm, seed: int) -> Row:
    file = settings.out / f"{task}-{arm}-{settings.steps}-{seed}.json"
    if file.is_file():
        return Row(**json.loads(file.read_text(encoding="utf-8")))
    setting = Setting(settings.steps, training_seed(seed), selection_seeds(seed, 50))
    trained, explained = _trained(task_class(task), arm, setting, seed)
    success = evaluate(trained.model, task, seeds=test_seeds(seed, settings.episodes)).success
    curve = tuple(trained.trace.success.tolist())
    row = Row(task, arm, seed, trained.steps, tuple(success.tolist()), curve, explained)
    write_whole(file, json.dumps(asdict(row)).encode())
    return row


def _trained(task: type[Task], arm: Arm, setting: Setting, seed: int) -> tuple[TrainResult, float | None]:
    human = open_reward("human", task)
    if arm == "dense":
        return (
            train(task, human, steps=setting.steps, seed=setting.seed, eval_seeds=setting.eval_seeds),
            None,
        )
    if arm == "episodic":
        return train_episodic(task, human, setting), None
    factors = open_reward(verified_factors(task, seed), task, trusted=True)
    assert factors is not None
    found = train_latent(task, factors, human, setting, arm)
    return found.trained, found.explained[-1] if found.explained else None


def verified_factors(task: type[Task], seed: int) -> RewardProgram:
    """The first program of factors drawn from the grammar, with `seed`, that passes the gate."""
    rng = np.random.default_rng(seed)
    samples = random_transitions(task, 512, rng)
    for _ in range(_DRAWS):
        program = draw_factors(task.spec, rng)
        if not isinstance(verify_factors(program, task.spec, samples), Rejected):
            return program
    raise RuntimeError(f"none of {_DRAWS} drawn factor programs for {task.spec.name} passes the gate")


def table(rows: Iterable[Row]) -> str:
    """Success of each arm on each task, with 95 % intervals, and what the decoders explained."""
    rows, rng = list(rows), np.random.default_rng(0)
    arms = [arm for arm in get_args(Arm) if any(row.arm == arm for row in rows)]
    lines = [f"| task | steps | {' | '.join(_LOOKS[arm] for arm in arms)} |", "|---" * (2 + len(arms)) + "|"]
    for task in dict.fromkeys(row.task for row in rows):
        own = [row for row in rows if row.task == task]
        cells = []
        for arm in arms:
            runs = [row for row in own if row.arm == arm]
            told = [row.explained for row in runs if row.explained is not None]
            note = f", {np.mean(told):.0%} of variance" if told else ""
            cells.append(f"{estimate([np.array(row.success) for row in runs], rng)}{note}" if runs else "-")
        lines.append(f"| {task} | {own[0].steps:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _preface(settings: Settings) -> str:
    return (
        "# Latent rewards\n\n"
        "Success of agents that are told the human reward at every step, of agents that are told only its\n"
        "sum at the end of an episode, and of agents that are told that sum and learn from a reward decoded\n"
        "from factors (Qu et al. 2024, LaRe). The factors are drawn from the grammar, by the task's\n"
        "declaration alone, and have passed the gate; no model was asked. Mean over training seeds,\n"
        f"two-level bootstrap, {settings.episodes} test episodes each; written by\n"
        "`python -m rewardsmith.experiments.benchmarks.latent --out DIR --write FILE`.\n"
        f"{describe_machine('torch', 'stable-baselines3', 'sb3-contrib', 'numpy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
