"""What the process that leads an evolution costs beside the training that it leads.

Run as ``python -m rewardsmith.experiments.benchmarks.driver [--candidates N] [--write FILE]``. A store is
filled with candidates as large as real ones, and an evolution goes on from there with real training. It is
led by a process of its own, since a process's peak of memory is that of its whole life.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tyro

from ..evolution.settings import EvolveSettings
from ..machine import describe_machine
from .cost import Stopwatch, peak_memory

# What an evolution does in a generation; `_findings` is a part of `_propose`, and `_keep` of the others.
PHASES = ("_propose", "_findings", "_check", "_train", "_keep")


@dataclass(frozen=True)
class Settings:
    """Lead an evolution that has many candidates behind it."""

    candidates: tuple[int, ...] = (8, 1_000)
    """Candidates that the store holds at the start, one evolution for each number."""
    task: str = "tool-call"
    """The task's name."""
    generations: int = 3
    """Generations that are really led."""
    samples: int = 8
    """Candidates in each of them."""
    steps: int = 300_000
    """Environment steps to train each candidate for."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""
    lead: Path | None = None
    """Only lead the evolution in this folder, and print what it cost as JSON; for the benchmark's own use."""


def main(settings: Settings) -> None:
    """Measure, print the tables, and write them where asked."""
    if settings.lead is not None:
        print(json.dumps(lead(settings.lead, settings.candidates[0], settings)))
        return
    found = {number: _measured(number, settings) for number in settings.candidates}
    text = "\n".join([*_summary(found), "", *_phases(found)])
    print(text)
    if settings.write is not None:
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def evolve_settings(candidates: int, settings: Settings) -> EvolveSettings:
    """The evolution with so many candidates behind it, and `settings.generations` to come."""
    behind = -(-candidates // settings.samples)
    return EvolveSettings(
        settings.task,
        generations=behind + settings.generations,
        samples=settings.samples,
        steps=settings.steps,
    )


def _measured(candidates: int, settings: Settings) -> dict[str, Any]:
    from .driver_store import fill

    with TemporaryDirectory() as folder:
        fill(Path(folder), candidates, evolve_settings(candidates, settings))
        size = sum(file.stat().st_size for file in Path(folder).glob("*.sqlite*"))
        command = [sys.executable, "-m", __spec__.name, "--lead", folder, "--candidates", str(candidates)]
        for name in ("task", "generations", "samples", "steps"):
            command += [f"--{name}", str(getattr(settings, name))]
        with (Path(folder) / "progress").open("w") as progress:
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=progress, text=True)
    return {**json.loads(done.stdout.splitlines()[-1]), "store": size}


def lead(folder: Path, candidates: int, settings: Settings) -> dict[str, Any]:
    """Lead the evolution in `folder` for its last generations.

    Returns:
        ``import``: seconds of the processor; and those, with the seconds by the clock, for ``resume``, which
        is opening the store and the first generation, for ``later``, the other generations, and for each of
        `PHASES` in these; ``generations``: how many these are; ``peak`` memory in bytes; ``torch``: whether
        it was imported.
    """
    from ...reward_gen import GrammarProposer
    from ..evolution.loop import Evolution
    from ..training import LocalExecutor

    imported = time.process_time()
    resume, later = Stopwatch(), Stopwatch()
    phases = {name: Stopwatch() for name in PHASES}
    first = led = -(-candidates // settings.samples)
    resume.start()
    wanted = evolve_settings(candidates, settings)
    evolution = Evolution(wanted, folder, GrammarProposer(), LocalExecutor(folder / "logs"))
    propose = evolution._propose

    def proposed(generation: int) -> None:
        nonlocal led
        led = max(led, generation)
        if generation == first + 1:
            resume.stop()
            later.start()
            for name in PHASES[1:]:
                setattr(evolution, name, phases[name].around(getattr(evolution, name)))
        if generation > first:
            phases["_propose"].around(propose)(generation)
        else:
            propose(generation)

    evolution._propose = proposed  # type: ignore[method-assign]
    evolution.search()
    later.stop()
    return {
        "import": imported,
        "resume": asdict(resume),
        "later": asdict(later),
        "generations": led - first,
        "phases": {name: asdict(watch) for name, watch in phases.items()},
        "peak": peak_memory(),
        "torch": "torch" in sys.modules,
    }


def _summary(found: dict[int, dict[str, Any]]) -> list[str]:
    rows = [
        "| candidates in the store | store | resuming | a generation | processor time of leading it | share "
        "| peak memory |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for number, one in found.items():
        wall, cpu = (one["later"][kind] / one["generations"] for kind in ("wall", "cpu"))
        rows.append(
            f"| {number:,} | {one['store'] / 1e6:.1f} MB | {one['resume']['cpu']:.2f} s | {wall:.0f} s "
            f"| {cpu:.2f} s | {cpu / wall:.2%} | {one['peak'] / 1e6:.0f} MB |"
        )
    return rows


def _phases(found: dict[int, dict[str, Any]]) -> list[str]:
    rows = ["| processor time of a generation, s | " + " | ".join(f"{n:,}" for n in found) + " |"]
    rows.append("|---|" + "---:|" * len(found))
    for name in PHASES:
        cells = [f"{one['phases'][name]['cpu'] / one['generations']:.3f}" for one in found.values()]
        rows.append(f"| {name.removeprefix('_')} | {' | '.join(cells)} |")
    rows.append("| importing | " + " | ".join(f"{one['import']:.3f}" for one in found.values()) + " |")
    return rows


def _preface(settings: Settings) -> str:
    machine = describe_machine("torch", "stable-baselines3", "mujoco", "numpy")
    return (
        "# What leading an evolution costs\n\n"
        "The process that proposes, checks, keeps and chooses, without the processes that it lets check and\n"
        "train; written by `python -m rewardsmith.experiments.benchmarks.driver --write FILE`.\n"
        f"{settings.task}, {settings.generations} generations of {settings.samples} candidates, "
        f"{settings.steps:,} steps each, led on from a store\nof so many. Resuming is the processor time of "
        "opening the store and of the first generation, in which every\nolder program is looked at once; "
        f"the other figures are of the generations after it. {machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
