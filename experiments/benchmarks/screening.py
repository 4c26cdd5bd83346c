"""What screening would have saved and lost, on finished evolutions that trained everything.

Run as ``python -m rewardsmith.experiments.benchmarks.screening --folders DIR... [--write FILE]``. Every
program after the first round is held against the episodes of earlier rounds; what became of it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from ..comparison.statistics.intervals import share_interval
from ..machine import describe_machine
from ..screening import ScreenSettings
from .screened import Screened, ScreenedExperiment, screen_experiment

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
Test = Callable[[Screened], bool]


@dataclass(frozen=True)
class Settings:
    """Screen finished evolutions in hindsight."""

    folders: tuple[Path, ...]
    """Folders of finished `rewardsmith evolve` runs without screening and without racing."""
    size: int = 8
    """Candidates in a round of independent samples."""
    threshold: float = ScreenSettings.threshold
    """Share of pairs to rank rightly that the table task by task is made for."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


def main(settings: Settings) -> None:
    """Screen all folders, print the tables, and write them where asked."""
    found = [screen_experiment(folder, ScreenSettings(), settings.size) for folder in settings.folders]
    parts = [threshold_table(found), terms_table(found), task_table(found, settings.threshold), costs(found)]
    text = "\n\n".join(parts)
    print(text)
    if settings.write is not None:
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def below(threshold: float, which: str) -> Test:
    """Rejects what ranks too few pairs rightly by ``plain`` returns, by ``discounted`` or by ``both``."""

    def rejects(candidate: Screened) -> bool:
        shares = {"plain": candidate.plain, "discounted": candidate.discounted}
        share = max(shares.values()) if which == "both" else shares[which]
        return share < threshold  # false where the pool told nothing

    return rejects


def threshold_table(found: Sequence[ScreenedExperiment]) -> str:
    """Winners lost and trainings saved for each threshold and each kind of return."""
    tests = {
        f"{which}, below {threshold:.0%}": below(threshold, which)
        for which in ("plain", "discounted", "both")
        for threshold in THRESHOLDS
    }
    return _table("rejected by returns", tests, found)


def terms_table(found: Sequence[ScreenedExperiment]) -> str:
    """The same for the tests of terms."""
    tests: dict[str, Test] = {
        "the reward never varies": lambda c: c.constant,
        "one term is over 99% of the size": lambda c: c.dominated,
        "a term never varies": lambda c: c.dead,
    }
    return _table("rejected by terms", tests, found)


def task_table(found: Sequence[ScreenedExperiment], threshold: float) -> str:
    """The same task by task for the tests that screening makes."""
    lines = [
        f"| below {threshold:.0%} by both, or constant | candidates | could be screened | "
        "later winners lost | near the best lost | trainings saved |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    by_returns = below(threshold, "both")
    groups = {task: [e for e in found if e.task == task] for task in sorted({e.task for e in found})}
    for task, group in (groups | {"all": list(found)}).items():
        everyone = [c for e in group for c in e.candidates]
        told = sum(not np.isnan(c.plain) for c in everyone)
        lines.append(
            f"| {task} | {len(everyone)} | {told} | "
            + " | ".join(_counts(group, lambda c: by_returns(c) or (c.constant and not np.isnan(c.plain))))
            + " |"
        )
    return "\n".join(lines)


def costs(found: Sequence[ScreenedExperiment]) -> str:
    """What recording costs."""
    everyone = [c for e in found for c in e.candidates]
    sizes = [c.kilobytes for c in everyone]
    text = (
        f"Recorded episodes of a candidate, compressed: {np.mean(sizes):.0f} kB on average, "
        f"{max(sizes):.0f} kB at most."
    )
    played = [c for c in everyone if not np.isnan(c.recording)]
    if not played:
        return text
    share = sum(c.recording for c in played) / sum(c.training for c in played)
    return f"{text} Playing them took {share:.1%} of the time of training."


def _table(title: str, tests: dict[str, Test], found: Sequence[ScreenedExperiment]) -> str:
    lines = [
        f"| {title} | later winners lost | near the best lost | trainings saved |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {' | '.join(_counts(found, rejects))} |" for name, rejects in tests.items()),
    ]
    return "\n".join(lines)


def _counts(found: Sequence[ScreenedExperiment], rejects: Test) -> list[str]:
    """Of later winners, of those near the best and of all later ones, how many are rejected."""
    later = [[i for i, c in enumerate(e.candidates) if c.round > 0] for e in found]
    of_interest = (
        [set(e.winners()) & set(i) for e, i in zip(found, later, strict=True)],
        [set(e.near_best()) & set(i) for e, i in zip(found, later, strict=True)],
        [set(i) for i in later],
    )
    return [
        _share([rejects(e.candidates[i]) for e, chosen in zip(found, groups, strict=True) for i in chosen])
        for groups in of_interest
    ]


def _share(rejected: Sequence[bool]) -> str:
    if not rejected:
        return "none there"
    share = float(np.mean(rejected))
    low, high = share_interval(np.array(share), len(rejected))
    return f"{share:.0%} [{low:.0%}, {high:.0%}] of {len(rejected)}"


def _preface(settings: Settings) -> str:
    return (
        "# Screening\n\n"
        "Programs held against episodes of earlier candidates before training, after the trajectory\n"
        "preference evaluation of CARD (Sun et al. 2024, arXiv:2410.14660). Written by\n"
        "`python -m rewardsmith.experiments.benchmarks.screening --folders DIR... --write FILE` from "
        f"{len(settings.folders)}\nfinished evolutions that trained everything. Later winners are "
        "candidates after the first round that rank\nwithin the best tenth of their evolution, by success "
        "at the end and then over training; near the best\nis at least nine tenths of the best success. "
        "Shares have 95% Wilson intervals.\n"
        f"{describe_machine('torch', 'stable-baselines3', 'mujoco', 'metaworld', 'numpy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
