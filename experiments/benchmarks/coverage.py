"""How often a 95 % interval holds the true value, where the truth is known.

Run as ``python -m rewardsmith.experiments.benchmarks.coverage [--write FILE]``. Runs are drawn from known
distributions; a method keeps its word where 95 % of many such experiments' intervals cover.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import tyro
from tqdm import tqdm

from ..comparison.statistics import improvement_interval, iqm, performance_profile, stratified_interval
from ..machine import describe_machine
from .interval_methods import METHODS, Resampled

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
Intervals = Iterator[tuple[tuple[str, str], tuple[float, float]]]
LEAST, MOST = 0.93, 0.97


@dataclass(frozen=True)
class Settings:
    """Measure the coverage of intervals on synthetic runs."""

    runs: tuple[int, ...] = (3, 5, 10, 20)
    """Runs of each task."""
    tasks: tuple[int, ...] = (1, 4, 10)
    """Numbers of tasks."""
    others: tuple[int, ...] = (4,)
    """Numbers of tasks for which quantities other than the IQM are measured too."""
    replications: int = 2_000
    """Synthetic experiments of each kind."""
    resamples: int = 1_000
    """Bootstrap resamples of each."""
    truth: int = 400_000
    """Runs of each task from which the true values are taken."""
    seed: int = 0
    """Seed of everything."""
    write: Path | None = None
    """Markdown file to write the tables to as well; the CSV goes beside it."""


@dataclass(frozen=True)
class Coverage:
    """How one kind of interval did on one kind of experiment.

    Attributes:
        scores: name of the runs' distribution.
        runs: N.
        tasks: M.
        quantity: what the intervals are of.
        method: how they were made.
        share: of the replications whose interval covers the true value.
        above: of those whose interval lies above it.
        width: mean width.
    """

    scores: str
    runs: int
    tasks: int
    quantity: str
    method: str
    share: float
    above: float
    width: float


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Tasks of unequal difficulty and unequal spread."""
    levels, spreads = _levels(shape[-1]), np.linspace(0.05, 0.3, shape[-1])
    return levels + spreads * rng.standard_normal(shape)


def rates(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Success rates of 50 episodes, of agents whose skill differs between seeds."""
    levels = _levels(shape[-1])
    return rng.binomial(50, rng.beta(8 * levels, 8 * (1 - levels), shape)) / 50


def skewed(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Exponential scores: a few lucky runs."""
    return _levels(shape[-1]) * rng.exponential(1.0, shape)


def all_or_nothing(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Runs that learn the task or do not: near 0.95 or near 0.05."""
    learnt = rng.random(shape) < _levels(shape[-1])
    return np.where(learnt, 0.95, 0.05) + 0.03 * rng.standard_normal(shape)


SCORES: dict[str, Draw] = {
    "normal": normal,
    "success rates": rates,
    "skewed": skewed,
    "all or nothing": all_or_nothing,
}


def main(settings: Settings) -> None:
    """Measure, print the tables, and write them where asked."""
    kinds = [(name, runs, tasks) for name in SCORES for runs in settings.runs for tasks in settings.tasks]
    found = [one for kind in tqdm(kinds, unit="kind") for one in measure(*kind, settings)]
    others = [one for one in found if one.quantity != "IQM"]
    text = "\n\n".join([iqm_table(found), verdict(found), *([others_table(others)] if others else [])])
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")
        _write_csv(settings.write.with_suffix(".csv"), found)


def measure(name: str, runs: int, tasks: int, settings: Settings) -> list[Coverage]:
    """Coverage of every interval on experiments of `runs` runs of each of `tasks` tasks."""
    draw = SCORES[name]
    truths = true_values(draw, tasks, settings.truth, settings.seed + 1)
    rng = np.random.default_rng(settings.seed)
    ends: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for _ in range(settings.replications):
        sample = draw(rng, (runs, tasks))
        for key, interval in _iqm_intervals(sample, rng, settings.resamples):
            ends.setdefault(key, []).append(interval)
        if tasks in settings.others:
            for key, interval in _other_intervals(sample, rival(draw, rng, sample.shape), rng, settings):
                ends.setdefault(key, []).append(interval)
    return [
        _coverage(np.array(own), truths[quantity], (name, runs, tasks, quantity, method))
        for (quantity, method), own in ends.items()
    ]


@cache
def true_values(draw: Draw, tasks: int, runs: int, seed: int) -> dict[str, float]:
    """What the intervals should cover, from very many runs of each task."""
    many = draw(np.random.default_rng(seed), (runs, tasks))
    rivals = rival(draw, np.random.default_rng(seed + 1), many.shape)
    # Runs in either array are independent, so comparing them one by one is enough.
    better = (rivals > many) + 0.5 * (rivals == many)
    return {
        "IQM": iqm(many),
        "mean": float(many.mean()),
        "improvement": float(better.mean()),
        "profile": float((many > 0.5).mean()),
    }


def rival(draw: Draw, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Runs of another method: the same distribution a little higher."""
    return draw(rng, shape) + 0.1


def _levels(tasks: int) -> np.ndarray:
    return np.linspace(0.2, 0.8, tasks) if tasks > 1 else np.array([0.5])


def _iqm_intervals(sample: np.ndarray, rng: np.random.Generator, resamples: int) -> Intervals:
    drawn = Resampled(sample, rng, resamples)
    for method, interval in METHODS.items():
        yield ("IQM", method), interval(drawn)


def _other_intervals(
    sample: np.ndarray, other: np.ndarray, rng: np.random.Generator, settings: Settings
) -> Intervals:
    resamples = settings.resamples
    yield ("mean", "expanded"), stratified_interval(sample, np.mean, rng, resamples)
    yield ("improvement", "expanded"), improvement_interval(other, sample, rng, resamples)
    profile = performance_profile(sample, np.array([0.5]))
    yield ("profile", "Wilson"), (float(profile.low[0]), float(profile.high[0]))


def _coverage(ends: np.ndarray, truth: float, kind: tuple[str, int, int, str, str]) -> Coverage:
    low, high = ends.T
    share = float(((low <= truth) & (truth <= high)).mean())
    return Coverage(*kind, share, float((low > truth).mean()), float((high - low).mean()))


def iqm_table(found: list[Coverage]) -> str:
    """A row for each kind of experiment, the methods beside each other."""
    own = [one for one in found if one.quantity == "IQM"]
    lines = [f"| scores | runs | tasks | {' | '.join(METHODS)} | width, expanded / percentile |"]
    lines.append("|---|---:|---:|" + "---:|" * (len(METHODS) + 1))
    for kind in dict.fromkeys((one.scores, one.runs, one.tasks) for one in own):
        row = {one.method: one for one in own if (one.scores, one.runs, one.tasks) == kind}
        cells = " | ".join(_cell(row[method].share) for method in METHODS)
        lines.append(f"| {' | '.join(map(str, kind))} | {cells} | {_ratio(row):.2f} |")
    return "## IQM\n\n" + "\n".join(lines)


def others_table(found: list[Coverage]) -> str:
    """The other quantities that the package gives intervals for."""
    columns = list(dict.fromkeys(one.quantity for one in found))
    lines = [f"| scores | runs | tasks | {' | '.join(columns)} |", "|---|---:|---:|" + "---:|" * len(columns)]
    for kind in dict.fromkeys((one.scores, one.runs, one.tasks) for one in found):
        row = {one.quantity: one.share for one in found if (one.scores, one.runs, one.tasks) == kind}
        cells = " | ".join(_cell(row[column]) for column in columns)
        lines.append(f"| {' | '.join(map(str, kind))} | {cells} |")
    return "## Mean, probability of improvement, a profile at 0.5\n\n" + "\n".join(lines)


def verdict(found: list[Coverage]) -> str:
    """In how many kinds of experiment with at least five runs each method of the IQM keeps its word."""
    lines = ["| method | kinds of 5 runs or more within 93 to 97 % | least | most |", "|---|---:|---:|---:|"]
    for method in METHODS:
        shares = [o.share for o in found if o.quantity == "IQM" and o.method == method and o.runs >= 5]
        if shares:
            kept = sum(LEAST <= share <= MOST for share in shares)
            lines.append(f"| {method} | {kept} of {len(shares)} | {min(shares):.3f} | {max(shares):.3f} |")
    return "## Which hold\n\n" + "\n".join(lines)


def _cell(share: float) -> str:
    return f"{share:.3f}" if LEAST <= share <= MOST else f"**{share:.3f}**"


def _ratio(row: dict[str, Coverage]) -> float:
    narrow = row["percentile"].width
    return row["expanded"].width / narrow if narrow else float("nan")


def _write_csv(path: Path, found: list[Coverage]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(vars(found[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows(vars(one) for one in found)


def _preface(settings: Settings) -> str:
    return (
        "# Do the intervals cover?\n\n"
        f"Share of {settings.replications:,} synthetic experiments whose 95 % interval holds the true value; "
        f"{settings.resamples:,} resamples each.\nBold: outside 93 to 97 %. The true IQM is that of the "
        "tasks' distributions mixed in equal parts. Runs are drawn\nfor each task separately, and resampled "
        "within it. `expanded` is what `stratified_interval` gives; `percentile`\nis what rliable gives. "
        "Tasks differ in level (0.2 to 0.8), and for normal scores in spread (0.05 to 0.3).\n"
        "Success rates are of 50 episodes of agents whose skill is drawn from a beta distribution. The rival "
        "in the\nprobability of improvement has the same scores plus 0.1.\n"
        "With three runs of one task no interval from resamples can reach beyond the runs themselves, which "
        "lie on both\nsides of their median in 3 of 4 experiments: take five. The profile's intervals count "
        "all runs as one sample and are\nwide where tasks differ.\n"
        "Written by `python -m rewardsmith.experiments.benchmarks.coverage --write FILE`, seed "
        f"{settings.seed}.\n{describe_machine('numpy', 'scipy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
