"""What each command takes and does. A command is a record of its arguments with one verb, `run`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from ..envs import UserError
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
from .reward_commands import Check, Follow, Task, Translate
from .store import Store
from .task_commands import Tasks

if TYPE_CHECKING:
    from ..reward_gen import Cassette


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
