"""What evolution is worth: the grammar's evolved reward beside the sparse and the human one, task after task.

Run as ``python -m rewardsmith.experiments.benchmarks.evolution --out DIR``; run it again to go on after an
interruption. It writes a table, every run as CSV, and the evolved programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tyro

from ...reward_gen import GrammarProposer
from ..comparison.outputs import write_outputs
from ..comparison.statistics import Estimate
from ..evolution.loop import Evolution
from ..evolution.settings import EvolveSettings
from ..machine import describe_machine
from ..store import Candidate, Run
from ..training import LocalExecutor
from .human import estimates, runs_csv

METHODS = ("sparse", "human", "evolved")


@dataclass(frozen=True)
class Settings:
    """Evolve a reward for each of several tasks with the grammar proposer, and test it on fresh seeds."""

    out: Path
    """Folder for the evolutions, one below it for each task."""
    tasks: tuple[str, ...] = (
        "tool-call", "sql", "router", "gameable-tests", "format-answer", "clarify",
    )  # fmt: skip
    """Names of the tasks."""
    generations: int = 2
    """Rounds of propose, train, reflect."""
    samples: int = 8
    """Candidates in each."""
    steps: int = 300_000
    """Environment steps for each candidate, and for each run of the final test."""
    seeds: int = 5
    """Training seeds of the final test."""
    episodes: int = 50
    """Test episodes for each run."""
    seed: int = 0
    """The evolutions' seed."""
    write: Path | None = None
    """Markdown file to write the table to; the CSV and a folder of programs go beside it."""


@dataclass(frozen=True)
class Evolved:
    """What one evolution came to."""

    best: Candidate | None
    runs: list[Run]


def main(settings: Settings) -> None:
    """Evolve what is not yet evolved, print the table, and write it where asked."""
    found = {task: evolve(task, settings) for task in settings.tasks}
    text = table(found)
    print(text)
    if settings.write is not None:
        _write(found, text, settings.write, settings)


def evolve(task: str, settings: Settings) -> Evolved:
    """One evolution and its final test; what its folder already holds is not done again."""
    chosen = EvolveSettings(
        task=task,
        generations=settings.generations,
        samples=settings.samples,
        steps=settings.steps,
        seed=settings.seed,
        final_seeds=settings.seeds,
        final_episodes=settings.episodes,
    )
    folder = settings.out / task
    evolution = Evolution(chosen, folder, GrammarProposer(), LocalExecutor(folder / "logs"))
    with evolution.store as store:
        runs = evolution.run()
        write_outputs(store)
    return Evolved(evolution.best, runs)


def table(found: dict[str, Evolved]) -> str:
    """Success of each method on each task, and whether the evolved reward is clearly above the sparse one."""
    lines = [
        "| task | sparse [95 %] | human [95 %] | evolved [95 %] | evolved clearly above sparse | made by |",
        "|---|---|---|---|---|---|",
    ]
    for task, one in found.items():
        known = estimates(one.runs)
        cells = [str(known.get(method, "-")) for method in METHODS]
        made = "nothing could be trained" if one.best is None else f"{one.best.name}, {one.best.operator}"
        lines.append(f"| {task} | {' | '.join(cells)} | {_clearly_above(known)} | {made} |")
    return "\n".join(lines)


def _clearly_above(known: dict[str, Estimate]) -> str:
    if "evolved" not in known or "sparse" not in known:
        return "unknown"
    return "yes" if known["evolved"].low > known["sparse"].high else "no"


def _write(found: dict[str, Evolved], text: str, path: Path, settings: Settings) -> None:
    programs = path.with_suffix("")
    programs.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")
    path.with_suffix(".csv").write_text(runs_csv({task: one.runs for task, one in found.items()}))
    for task, one in found.items():
        if one.best is not None and one.best.program is not None:
            (programs / f"{task}.reward.py").write_text(one.best.program.text, encoding="utf-8")


def _preface(settings: Settings) -> str:
    machine = describe_machine("torch", "stable-baselines3", "sb3-contrib", "numpy")
    return (
        "# Evolved beside sparse and human rewards\n\n"
        f"The grammar proposer, {settings.generations} generations of {settings.samples} candidates, each "
        f"trained for {settings.steps:,} environment\nsteps behind the seal; the best one then re-trained on "
        f"{settings.seeds} fresh seeds beside the sparse and the human reward, at\nthe same number of steps "
        f"each, {settings.episodes} test episodes, two-level bootstrap. Written by\n"
        "`python -m rewardsmith.experiments.benchmarks.evolution --out DIR --write FILE`.\n"
        f"{machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
