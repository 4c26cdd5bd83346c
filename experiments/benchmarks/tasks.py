"""The table of all tasks: what each is, that it can be done, and how fast it steps.

Run as ``python -m rewardsmith.experiments.benchmarks.tasks [--tasks ...] [--write FILE]``. In every round all
contestants of a task take a turn each; every rate is the median over the rounds, every ratio the median of
the rounds' own ratios. EnvPool takes part where it is installed (``pip install rewardsmith[envpool]``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
import tyro
from tqdm import tqdm

from ...envs import Task, UserError, Worlds, demonstrate, task_class, task_names
from ...envs.play import random_actions
from ...envs.robots.mujoco_task import MujocoTask
from ..machine import describe_machine
from .contestants import (
    ENVPOOL,
    OFFICIAL,
    ONE,
    RAW,
    TWO,
    Contestant,
    Size,
    array_contestants,
    physics_contestants,
)

Rates = dict[str, list[float]]
NONE = "-"


@dataclass(frozen=True)
class Settings:
    """Measure every task: how often random play and the demonstration succeed, and steps per second."""

    tasks: tuple[str, ...] = ()
    """Names of tasks; none measures all that `tag` leaves."""
    tag: str | None = None
    """Measure the tasks with this tag, such as ``robot`` or ``text``."""
    worlds: int = 64
    """Worlds in a batch of a simulated task."""
    batches: tuple[int, ...] = (1, 64, 1024)
    """Worlds in a batch of a task without physics."""
    steps: int = 20
    """Steps of each world in a round."""
    rounds: int = 5
    """Turns that each contestant takes."""
    episodes: int = 100
    """Episodes of random play, and of the script where there is one."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


@dataclass(frozen=True)
class Measured:
    """What was found out about one task.

    Attributes:
        task: the task's class.
        random: share of episodes of random play that succeed.
        shown: how its demonstration fares, in words.
        rates: contestant -> steps per second in each round.
    """

    task: type[Task]
    random: float
    shown: str
    rates: Rates


def main(settings: Settings) -> None:
    """Measure, print the tables, and write them where asked."""
    tasks = [task_class(name) for name in settings.tasks or _tagged(settings.tag)]
    found: list[Measured] = []
    try:
        with tqdm(tasks, unit="task") as bar:
            for task in bar:
                bar.set_postfix_str(task.spec.name)
                found.append(measure(task, settings))
    finally:
        text = "\n\n".join(tables(found))
        print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def _tagged(tag: str | None) -> list[str]:
    names = task_names(lambda task: tag is None or tag in task.spec.tags)
    if not names:
        raise UserError(f"no task has the tag {tag!r}; `rewardsmith tasks NAME` shows a task's tags")
    return names


def measure(task: type[Task], settings: Settings) -> Measured:
    """All that the tables say of `task`."""
    contestants = (
        physics_contestants(task, Size(settings.worlds, settings.steps))
        if issubclass(task, MujocoTask)
        else array_contestants(task, settings.batches, settings.steps)
    )
    return Measured(
        task,
        random_success(task, settings.episodes, np.random.default_rng(0)),
        _shown(task, settings.episodes),
        take_turns(contestants, settings.rounds),
    )


def take_turns(contestants: dict[str, Contestant], rounds: int) -> Rates:
    """Contestant -> steps per second in each round."""
    rates: Rates = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            rates[name].append(run())
    return rates


def random_success(task: type[Task], episodes: int, rng: np.random.Generator) -> float:
    """Share of `episodes` in which uniformly random legal actions meet the goal at some step."""
    worlds = Worlds(task, episodes)
    worlds.seed(rng.spawn(episodes))
    worlds.reset()
    over, succeeded = np.zeros((2, episodes), bool)
    while not over.all():
        step = worlds.step(random_actions(task.spec.action, worlds.action_masks(), episodes, rng))
        succeeded |= (step.task_reward > 0) & ~over
        over |= step.terminated | step.truncated
    worlds.close()
    return float(succeeded.mean())


def tables(found: Sequence[Measured]) -> list[str]:
    """The tables as Markdown: what the tasks are, then the rates of each kind of task."""
    simulated = [one for one in found if issubclass(one.task, MujocoTask)]
    others = [one for one in found if one not in simulated]
    parts = ["## What they are\n\nNames in italics are fields that rewards see and the policy does not."]
    parts.append(
        _table(("task", "tags", "horizon", "fields", "human reward", "random", "shown"), map(_what, found))
    )
    if simulated:
        names, ratios = (RAW, ONE, TWO, OFFICIAL, ENVPOOL), (RAW, OFFICIAL, ENVPOOL)
        head = ("task", *names, *(f"ours / {name}" for name in ratios))
        parts.append("## How fast the simulated ones step")
        parts.append(_table(head, ((*_rates(one, names), *_ratios(one, ratios)) for one in simulated)))
    if others:
        sizes = tuple(dict.fromkeys(size for one in others for size in one.rates))
        parts.append("## How fast the others step, by worlds in the batch")
        parts.append(_table(("task", *sizes), (_rates(one, sizes) for one in others)))
    return parts


def _shown(task: type[Task], episodes: int) -> str:
    try:
        succeeded = demonstrate(task, episodes, np.random.default_rng(1))
    except UserError:
        return NONE
    if task.scripted_actions is Task.scripted_actions:
        return "recording" if succeeded.all() else "recording fails"
    return f"script {succeeded.mean():.2f}"


def _what(one: Measured) -> tuple[str, ...]:
    spec = one.task.spec
    fields = ", ".join(field.name if field.observed else f"*{field.name}*" for field in spec.fields)
    human = "yes" if one.task.human_reward_path().is_file() else NONE
    return spec.name, ", ".join(spec.tags), str(spec.horizon), fields, human, f"{one.random:.2f}", one.shown


def _rates(one: Measured, names: Sequence[str]) -> tuple[str, ...]:
    cells = (f"{median(one.rates[name]):,.0f}" if name in one.rates else NONE for name in names)
    return one.task.spec.name, *cells


def _ratios(one: Measured, names: Sequence[str]) -> tuple[str, ...]:
    def ratio(other: str) -> str:
        if other not in one.rates:
            return NONE
        pairs = zip(one.rates[ONE], one.rates[other], strict=True)
        return f"{median(mine / theirs for mine, theirs in pairs):.2f}"

    return tuple(map(ratio, names))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _preface(settings: Settings) -> str:
    packages = ["mujoco", "metaworld", "gymnasium", "gymnasium-robotics", "numpy"]
    packages += ["envpool"] if find_spec("envpool") else []
    chosen = f" --tag {settings.tag}" if settings.tag else ""
    return f"""# Tasks{f": {settings.tag}" if settings.tag else ""}

Written by `python -m rewardsmith.experiments.benchmarks.tasks{chosen} --write FILE` on
{describe_machine(*packages)}.

*random*: share of {settings.episodes} episodes of uniformly random legal actions that succeed. *shown*:
share of {settings.episodes} random starts from which the task's script succeeds, or whether its recorded
episode does.

Rates are environment steps per second in random play, all fields computed: medians of {settings.rounds}
rounds in which all took turns. Simulated tasks: {settings.worlds} worlds, {settings.steps} steps in a turn;
`mj_step` is MuJoCo's own loop from the same states under the same controls, with as many substeps and no
fields; the official environments and EnvPool compute their own rewards too; ratios compare one thread with
one thread. The others: one thread, with the human reward where there is one.
"""


if __name__ == "__main__":
    main(tyro.cli(Settings))
