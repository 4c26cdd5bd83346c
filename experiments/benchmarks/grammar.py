"""How much of what the grammar writes is accepted, and how much of it differs.

Run as ``python -m rewardsmith.experiments.benchmarks.grammar``; a minute for all tasks that have no official
code. What its programs teach is measured by `benchmarks.evolution`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro
from tqdm import tqdm

from ...envs import random_transitions, task_class, task_names
from ...reward_gen import Accepted, Findings, GrammarProposer, RewardProgram, check
from ..machine import describe_machine

PROBES = 64


@dataclass(frozen=True)
class Settings:
    """Draw programs for every task, without parents, and check them as an evolution would."""

    tasks: tuple[str, ...] = ()
    """Names of tasks; none takes all."""
    programs: int = 200
    """Programs for each task."""
    seed: int = 0
    """Seed of the drawing."""
    write: Path | None = None
    """Markdown file to write the table to as well."""


@dataclass(frozen=True)
class Shares:
    """What became of one task's programs, as shares of all that were drawn."""

    accepted: float
    distinct: float


def main(settings: Settings) -> None:
    """Draw, check, print the table, and write it where asked."""
    names = settings.tasks or task_names()
    found = {name: shares(name, settings.programs, settings.seed) for name in tqdm(names, unit="task")}
    text = table(found)
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def shares(name: str, programs: int, seed: int) -> Shares:
    """Draw `programs` for the task called `name`, and check each."""
    task = task_class(name)
    rng = np.random.default_rng(seed)
    samples = random_transitions(task, PROBES, rng)
    proposals = GrammarProposer().propose(task.spec, Findings(), programs, rng)
    texts = [proposal.outcome for proposal in proposals if isinstance(proposal.outcome, RewardProgram)]
    accepted = [isinstance(check(text, task.spec, samples), Accepted) for text in texts]
    return Shares(sum(accepted) / programs, len({normalised(text.text) for text in texts}) / programs)


def normalised(text: str) -> str:
    """The program's syntax tree as text: comments and layout gone, numbers to one significant digit.

    >>> normalised("x = 0.31  # why") == normalised("x = 0.29")
    True
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            node.value = float(f"{node.value:.1g}")
    return ast.dump(tree)


def table(found: dict[str, Shares]) -> str:
    """A row for each task, and the least of all."""
    lines = ["| task | accepted | distinct |", "|---|---|---|"]
    lines += [f"| {name} | {one.accepted:.2f} | {one.distinct:.2f} |" for name, one in found.items()]
    least = [min(getattr(one, part) for one in found.values()) for part in ("accepted", "distinct")]
    return "\n".join([*lines, f"| *least* | {least[0]:.2f} | {least[1]:.2f} |"])


def _preface(settings: Settings) -> str:
    return (
        "# What the grammar writes\n\n"
        f"{settings.programs} programs for each task, without parents: the share that the checks accept "
        "(static and on recorded\nstates), and the share of different ones, numbers counted as equal where "
        "their first digit is. Written by\n"
        "`python -m rewardsmith.experiments.benchmarks.grammar --write FILE`.\n"
        f"{describe_machine('numpy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
