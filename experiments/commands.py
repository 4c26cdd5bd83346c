"""What each command takes and does. A command is a record of its arguments with one verb, `run`."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import tyro

from ..envs import Task as BaseTask
from ..envs import TaskSpec, UserError, adapted_task_names, random_transitions, task_class, task_names
from .compare import Protocol, compare, methods_from
from .evolve import Evolution
from .evolve_settings import EvolveSettings
from .executor import LocalExecutor
from .jobs import Failed, TrainJob, run_job
from .limits import Limits
from .outputs import comparison_table, write_outputs
from .plots import save_plots
from .progress import StepBar
from .proposers import asks_a_model, make_proposer
from .reward_commands import Follow, Translate
from .store import Store

if TYPE_CHECKING:
    from ..reward_gen import Cassette

FAMILIES = {
    "metaworld": "Meta-World's Sawyer arm",
    "fetch": "Fetch arm",
    "dexterous": "dexterous hands: Adroit, Shadow",
    "maze": "mazes: a ball, an ant",
    "locomotion": "Gymnasium's walkers",
    "text": "text",
    "control": "official environments, declared",
}
Task = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="TASK")]


@dataclass(frozen=True)
class Tasks:
    """List the tasks, or show one of them as a proposer sees it."""

    task: Annotated[str | None, tyro.conf.Positional] = None
    """A task's name, or file.py:name for one of your own; none lists all."""
    json: bool = False
    """Print machine-readable specs."""
    markdown: bool = False
    """Print a table for a page, a row for each family."""
    adapted: bool = False
    """List the tasks of official suites (metaworld-*, robotics-*), which run the official code."""

    def run(self) -> int:
        """Print to standard output."""
        if self.adapted:
            print("\n".join(adapted_task_names()))
            return 0
        names = task_names() if self.task is None else [self.task]
        specs = [task_class(name).spec for name in names]
        if self.json:
            print(json.dumps([json.loads(spec.to_json()) for spec in specs], indent=1))
        elif self.markdown:
            print("| family | tasks |", "|---|---|", *_families(specs), sep="\n")
        elif self.task is None:
            print("\n".join(_lines(specs)))
            count = len(adapted_task_names())
            print(f"and {count} tasks of official suites by their own code: rewardsmith tasks --adapted")
        else:
            print(_page(task_class(names[0])))
        return 0


@dataclass(frozen=True)
class Check:
    """Check a reward program against a task: exit code 0 if it is accepted, 1 if not."""

    file: Annotated[Path, tyro.conf.Positional]
    """A program (.py), or a language model's raw answer that holds one (any other file)."""
    task: str
    """The task that it is meant for."""
    json: bool = False
    """Print the verdict as JSON."""

    def run(self) -> int:
        """Print the verdict."""
        from ..reward_gen import Accepted, Rejected, RewardProgram, check, extract_sealed, probe_isolation

        task = task_class(self.task)
        text = _read(self.file) if self.file.suffix == ".py" else extract_sealed(_read(self.file))
        if isinstance(text, Rejected):
            verdict: Accepted | Rejected = text
        else:
            samples = random_transitions(task, Evolution.PROBES, np.random.default_rng(0))
            verdict = check(RewardProgram(text, name=self.file.stem), task.spec, samples)
        accepted = isinstance(verdict, Accepted)
        if self.json:
            found = {"file": str(self.file), "task": task.spec.name, "accepted": accepted}
            if isinstance(verdict, Rejected):
                found |= {"stage": verdict.stage, "reason": verdict.reason}
            print(json.dumps(found | {"isolation": str(probe_isolation())}))
        else:
            print(f"{self.file}: {verdict}")
        return 0 if accepted else 1


@dataclass(frozen=True)
class Train:
    """Train one agent on one reward and report its success on episodes that training never saw."""

    task: Task
    """The task's name; file.py:name for one of your own."""
    reward: str = "sparse"
    """``sparse``, ``human``, or a reward program's path."""
    algo: str | None = None
    """ppo, sac, td3, dqn or maskable-ppo; none takes what suits the task."""
    steps: int = 100_000
    """Environment steps."""
    seed: int = 0
    """Seed of networks and worlds."""
    horizon: int | None = None
    """Episode length in steps; none takes the task's own."""
    episodes: int = 50
    """Test episodes."""
    trust: bool = False
    """Run the reward program unsealed, in the training process."""
    out: Path | None = None
    """Folder for the agent and its logs; none keeps nothing."""

    def run(self) -> int:
        """Train, and print the success rate."""
        from ..agents import selection_seeds, test_seeds, training_seed

        (method,) = methods_from({self.reward: self.reward}, self.task)
        job = TrainJob(
            key="train",
            task=self.task,
            reward=method.program,
            trusted=method.trusted or self.trust,
            algo=self.algo,
            steps=self.steps,
            seed=training_seed(self.seed, "train", 0),
            selection_seeds=selection_seeds(self.seed, 20),
            final_seeds=test_seeds(self.seed, self.episodes),
            horizon=self.horizon,
            out=self.out,
        )
        with StepBar(f"training {self.task}", self.steps) as bar:
            outcome = run_job(job, lambda steps, success: bar(job, steps, success))
        if isinstance(outcome, Failed):
            print(f"the reward failed ({outcome.stage}): {outcome.reason}")
            return 1
        rate = outcome.evaluation.success_rate
        print(
            f"success {rate:.2f} in {self.episodes} test episodes, "
            f"after {self.steps} steps in {outcome.seconds:.0f} s"
        )
        return 0


@dataclass(frozen=True)
class Evolve:
    """Evolve reward programs for a task, then test the best one against sparse and human rewards.

    Run the same command again to go on after Ctrl-C, a crash or kill -9.
    """

    settings: tyro.conf.PositionalRequiredArgs[EvolveSettings]
    out: Path
    """Folder for the store, the best program, tables and plots."""
    workers: int | None = None
    """Training processes at a time; none takes one for each core."""
    cassette: Path | None = None
    """File that keeps every request to a language model with its answer; what it holds is not asked again."""
    replay: bool = False
    """Take all answers from the cassette: no server, no key, the same run."""
    limits: Limits = dataclasses.field(default_factory=Limits)

    def run(self) -> int:
        """Evolve, write the results, print the comparison."""
        self.limits.check()
        purse = self.limits.purse(self.settings.model or "")
        proposer = make_proposer(self.settings, self._cassette(), purse)
        executor = LocalExecutor(self.out / "logs", self.workers)
        evolution = Evolution(self.settings, self.out, proposer, executor, self.limits, purse)
        runs = evolution.run()
        written = write_outputs(evolution.store)
        print(comparison_table(runs), *_summary(evolution), _list(written), sep="\n")
        return 1 if evolution.best is None or any(run.reason for run in runs) else 0

    def _cassette(self) -> Cassette | None:
        from ..reward_gen import Cassette

        if self.cassette is None:
            if self.replay:
                raise UserError("--replay takes the answers from a cassette: give --cassette FILE")
            return None
        if not asks_a_model(self.settings):
            raise UserError(
                f"a cassette keeps a language model's answers, not the {self.settings.proposer} "
                "proposer's: leave --cassette out, or give --proposer llm"
            )
        return Cassette(self.cassette, "replay" if self.replay else "record")


@dataclass(frozen=True)
class Bench:
    """Compare rewards on a task: the same budget, several seeds, tested on unseen episodes.

    Run the same command again to go on after an interruption.
    """

    task: Task
    """The task's name."""
    out: Path
    """Folder for the store, tables and plots."""
    rewards: tuple[str, ...] = ("sparse", "human")
    """``sparse``, ``human``, others that come with the task, and paths of reward programs."""
    steps: int = 100_000
    """Environment steps for each run."""
    seeds: int = 3
    """Training seeds for each reward."""
    episodes: int = 50
    """Test episodes for each run."""
    seed: int = 0
    """The experiment's seed, from which all others are derived."""
    algo: str | None = None
    """ppo, sac, td3, dqn or maskable-ppo; none takes what suits the task."""
    horizon: int | None = None
    """Episode length in steps; none takes the task's own."""
    workers: int | None = None
    """Training processes at a time; none takes one for each core."""

    def run(self) -> int:
        """Train, test, write the results, print the table; exit code 1 if a run failed."""
        methods = methods_from({_name(source): source for source in self.rewards}, self.task)
        protocol = Protocol(
            self.task, self.steps, self.seeds, self.episodes, self.seed, self.algo, self.horizon
        )
        digests = {m.name: m.program.digest if m.program else "" for m in methods}
        store = Store(self.out)
        store.bind({"kind": "bench", "rewards": digests, **vars(protocol)})
        runs = compare(store, methods, protocol, LocalExecutor(self.out / "logs", self.workers))
        written = write_outputs(store)
        print(comparison_table(runs), _list(written), sep="\n")
        return 1 if any(run.reason for run in runs) else 0


@dataclass(frozen=True)
class Plot:
    """Draw the plots of an experiment again, as PNG and PDF."""

    folder: Annotated[Path, tyro.conf.Positional]
    """The folder that was --out."""

    def run(self) -> int:
        """Draw, and print where the pictures are."""
        paths = save_plots(Store.existing(self.folder))
        if not paths:
            raise UserError(
                f"{self.folder} holds no finished training yet; run its command on until one is done"
            )
        print(_list(paths))
        return 0


@dataclass(frozen=True)
class Feedback:
    """Open a page that shows the agents of two candidates; what you say there enters the next prompt."""

    folder: Annotated[Path, tyro.conf.Positional]
    """The folder that was --out of an evolution, running or not."""
    port: int = 8765
    """Port on 127.0.0.1; 0 takes a free one."""
    open: bool = True
    """Open the page in the browser."""

    def run(self) -> int:
        """Serve the page until Ctrl-C."""
        from .feedback import serve

        serve(self.folder, self.port, open_page=self.open)
        return 0


Command = Tasks | Check | Translate | Follow | Train | Evolve | Bench | Plot | Feedback


def _summary(evolution: Evolution) -> list[str]:
    counts = {s: sum(c.state == s for c in evolution.candidates) for s in ("trained", "rejected", "failed")}
    lines = [f"{len(evolution.candidates)} candidates: " + ", ".join(f"{n} {s}" for s, n in counts.items())]
    if evolution.purse.spent:
        lines.append(f"the language model took {evolution.purse.spent}")
    if evolution.ended_by:
        lines.append(f"ended early: {evolution.ended_by}, and run the same command again to go on")
    best = evolution.best
    if best is None:
        return [*lines, "no candidate could be trained; candidates.csv holds the reasons"]
    return [*lines, f"best: {best.name}, success {best.success_rate:.2f} on the selection seeds"]


def _list(paths: list[Path]) -> str:
    return "written:\n" + "\n".join(f"  {path}" for path in paths)


def _name(source: str) -> str:
    return Path(source).name.removesuffix(".py").removesuffix(".reward")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"expected a reward program in {path}, could not read it: {error}") from error


def _lines(specs: list[TaskSpec]) -> list[str]:
    """A line for each task, in columns."""
    rows = [(spec.name, ", ".join(spec.tags), _short_goal(spec)) for spec in specs]
    name, tags = (max(len(row[column]) for row in rows) for column in (0, 1))
    return [f"{row[0]:{name}}  {row[1]:{tags}}  {row[2]}" for row in rows]


def _families(specs: list[TaskSpec]) -> list[str]:
    """A row for each family; a task belongs to the first one that it has the tag of."""
    rows, left = [], list(specs)
    for tag, title in FAMILIES.items():
        names = [f"`{spec.name}`" for spec in left if tag in spec.tags]
        left = [spec for spec in left if tag not in spec.tags]
        if names:
            rows.append(f"| {title} | {', '.join(names)} |")
    return rows + [f"| {', '.join(spec.tags)} | `{spec.name}` |" for spec in left]


def _short_goal(spec: TaskSpec) -> str:
    return textwrap.shorten(spec.goal, width=80, placeholder=" ...")


def _page(task: type[BaseTask]) -> str:
    spec = task.spec
    lines = [f"{spec.name}   ({spec.gym_id})", f"goal: {spec.goal}", f"action: {spec.action.meaning}"]
    lines += [
        f"horizon: {spec.horizon} steps; metric: {spec.metric}",
        f"tags: {', '.join(spec.tags)}",
        f"rewards: {', '.join(('sparse', *task.shipped_rewards()))}",
        *(f"after: {paper}" for paper in spec.papers),
        *(["held-out instances: yes"] if task.has_held_out else []),
        "fields:",
    ]
    for field in spec.fields:
        unit = f" {field.unit}" if field.unit else ""
        seen = "" if field.observed else " (hidden from the policy)"
        lines.append(f"  {field.name:24} {field.shape!s:8} {field.kind}{unit}: {field.meaning}{seen}")
    return "\n".join(lines)
