"""Which scores of an untrained reward foretell how well a policy trained on it succeeds.

Run as ``python -m rewardsmith.experiments.benchmarks.worth --folders DIR... [--recorded TASK...] [--write
FILE]``. It holds the candidates of finished experiments, whose outcome is known, against episodes of others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tyro

from ...envs import UserError, task_class
from ...reward_gen import RewardFault, RewardProgram, resolve_reward
from ..machine import describe_machine
from ..screening import discount_of
from ..worth import Evidence, Scorer, gathered
from ..worth.evidence import random_play, scripted_play
from ..worth.finished import Experiment, Trained, read_folder, without_repeats
from .planted import planted_rows
from .recorded import load
from .worth_data import recorded_rows
from .worth_tables import Row, correlation_table, mismatch_table, read_csv, written

DATA = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "generations.json"


@dataclass(frozen=True)
class Settings:
    """Hold trained rewards against what could be known of them before."""

    folders: tuple[Path, ...] = ()
    """Folders of finished `rewardsmith evolve` runs; of each task at least two with different seeds."""
    recorded: tuple[str, ...] = ()
    """Tasks whose candidates in the file of recorded generations are scored on scripted episodes."""
    data: Path = DATA
    """File of recorded generations."""
    planted: int = 0
    """Environment steps to train a planted reward for, which ranks well and trains badly; 0: none."""
    players: int = 6
    """Candidates of each folder whose agents play."""
    each: int = 3
    """Episodes of each outcome that each of them plays."""
    most: int = 120
    """Episodes that rewards are scored on, beside those of random play."""
    random: int = 30
    """Episodes of random play."""
    csv: Path | None = None
    """File for the scores, a row for each candidate; None writes it beside --write."""
    again: bool = False
    """Make the tables from that file, without scoring anything."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


def main(settings: Settings) -> None:
    """Score all candidates, print the tables, and write them where asked."""
    file = settings.csv or (settings.write.with_suffix(".csv") if settings.write else None)
    if settings.again:
        if file is None:
            raise UserError("--again reads the scores of an earlier run: give its --csv or --write")
        rows = read_csv(file)
    else:
        rows = list(scored(settings)) if file is None else written(scored(settings), file)
    text = "\n\n".join([correlation_table(rows), mismatch_table(rows)])
    print(text)
    if settings.write is not None:
        settings.write.write_text(f"{_preface()}\n{text}\n", encoding="utf-8")


def scored(settings: Settings) -> Iterator[Row]:
    """All candidates with their scores."""
    experiments = [read_folder(folder, settings.players, settings.each) for folder in settings.folders]
    for task in sorted({experiment.task for experiment in experiments}):
        yield from _of_folders([e for e in experiments if e.task == task], settings)
    for task in settings.recorded:
        shown = scripted_play(task_class(task), settings.most, 0, _horizon(settings, task))
        random = random_play(task_class(task), settings.random, 0, _horizon(settings, task))
        evidence = Evidence(task_class(task), shown, random, discount_of(task_class(task).spec))
        yield from _scored(recorded_rows(load(settings.data), task), evidence)


def _of_folders(group: list[Experiment], settings: Settings) -> Iterator[Row]:
    """Each experiment's candidates on episodes of those with other seeds, so that none judges itself."""
    if len({experiment.seed for experiment in group}) < 2:
        raise UserError(
            f"expected experiments of {group[0].task} with at least two seeds: one is judged by the others"
        )
    task = task_class(group[0].task)
    random = random_play(task, settings.random, 0, group[0].horizon)
    for number, experiment in enumerate(without_repeats(group)):
        shown = gathered([e.episodes for e in group if e.seed != experiment.seed], settings.most)
        evidence = Evidence(task, shown, random, discount_of(task.spec, experiment.algo))
        planted = planted_rows(experiment.task, settings.planted) if number == 0 else []
        yield from _scored([*planted, *experiment.trained], evidence)


def _scored(candidates: list[Trained], evidence: Evidence) -> Iterator[Row]:
    human = resolve_reward("human", evidence.task)
    assert isinstance(human, RewardProgram)
    scorer = Scorer(evidence, human)
    start = time.perf_counter()
    for candidate in candidates:
        try:
            scores = scorer(candidate.program)
        except RewardFault as fault:
            raise UserError(f"{candidate.name} was trained, and fails now: {fault}") from fault
        yield Row(
            candidate.task,
            candidate.source,
            candidate.name,
            candidate.independent,
            candidate.success,
            candidate.during,
            *scores,
        )
    if candidates:
        seconds = (time.perf_counter() - start) / len(candidates)
        episodes = evidence.all.episodes
        print(
            f"{candidates[-1].task}, {candidates[-1].source}: {len(candidates)} candidates, "
            f"{len(episodes)} episodes ({int(episodes.success.sum())} successes), {seconds:.2f} s each",
            flush=True,
        )


def _horizon(settings: Settings, task: str) -> int | None:
    found = {g.horizon for g in load(settings.data) if g.task == task}
    if len(found) != 1:
        raise UserError(
            f"expected recorded generations of {task} with one horizon, found {sorted(map(str, found))}"
        )
    return found.pop()


def _preface() -> str:
    return (
        "# What a reward is worth without training\n\n"
        "Rank correlation between scores of a reward program that cost no training and the success of the\n"
        "policy that was trained on it. Written by `python -m rewardsmith.experiments.benchmarks.worth "
        "--folders DIR...\n--recorded TASK... --write FILE`, with a row for each candidate in the CSV file "
        "beside it.\n\n"
        "Candidates of an experiment are scored on episodes that agents of experiments with other seeds\n"
        "played, from their best to their worst, and on random play; those of "
        "[generations.json](generations.json),\nwhose agents were not kept, on episodes of the task's script "
        "with slips, from none to nothing but slips,\nand on random play. A program that two experiments of "
        "one seed proposed counts once. Distances are to the\nhuman reward (Gleave et al. 2021; Skalse et "
        "al. 2024) and counted as 1 less the distance; STARC is estimated\nfrom the steps of those episodes, "
        "with potentials linear in the fields and random waves of them, and one\nnext state for each.\n\n"
        "Intervals are 95% percentile bootstraps over candidates; those of an evolution descend from each\n"
        "other, so independent ones are also shown alone.\n\n"
        f"{describe_machine('torch', 'stable-baselines3', 'mujoco', 'metaworld', 'numpy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
