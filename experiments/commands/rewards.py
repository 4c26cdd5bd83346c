"""The commands that look at one reward: ``check``, ``translate`` and ``follow``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

from ...envs import UserError, random_transitions, task_class
from ...reward_gen import RewardProgram, resolve_reward
from ...reward_gen.language import parse_command, program
from ...reward_gen.published.translate import translate
from ..evolution.gate import Gate
from ..follow import follow

Task = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="TASK")]


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
        from ...reward_gen import Accepted, Rejected, RewardProgram, check, extract_sealed, probe_isolation

        task = task_class(self.task)
        text = _read(self.file) if self.file.suffix == ".py" else extract_sealed(_read(self.file))
        if isinstance(text, Rejected):
            verdict: Accepted | Rejected = text
        else:
            samples = random_transitions(task, Gate.PROBES, np.random.default_rng(0))
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
class Translate:
    """Turn a reward in Text2Reward's or Eureka's style into a program of ours, and print it."""

    file: Annotated[Path, tyro.conf.Positional]
    """The published reward."""
    task: Task
    """The task that it shall be used in."""

    def run(self) -> int:
        """Print the program; a remark of why it is not vectorised goes before it as a comment."""
        found = translate(_read(self.file), task_class(self.task))
        if found.note:
            print(f"# {found.form}: {found.note}")
        print(found.text.rstrip())
        return 0


@dataclass(frozen=True)
class Follow:
    """See at once what a reward asks for: plan on it for one episode, without training (robot tasks)."""

    task: Task
    """The task's name."""
    reward: str | None = None
    """``human``, others that come with the task, or the path of a program."""
    command: str | None = None
    """Words instead of a program, e.g. "open the drawer" or "height 1.2 and upright"."""
    horizon: int | None = None
    """Most steps to play; none takes the task's own."""
    seed: int = 0
    """Seed of the start and of the plans."""

    def run(self) -> int:
        """Print where the episode ended; exit code 1 if the task's own goal is not met there."""
        found = follow(
            task_class(self.task), self._program(), seed=self.seed, horizon=self.horizon, trusted=False
        )
        for name, values in found.reached.arrays().items():
            print(f"{name:24} {np.array2string(values[0], precision=3, suppress_small=True)}")
        goal = "met" if found.succeeded else "not met"
        print(
            f"{found.steps} steps, mean reward {found.mean_reward:.3g}, {found.cpu_seconds:.1f} s of CPU; "
            f"the task's own goal is {goal}"
        )
        return 0 if found.succeeded else 1

    def _program(self) -> RewardProgram:
        task = task_class(self.task)
        if (self.reward is None) == (self.command is None):
            raise UserError("give either --reward, a program, or --command, words; not both and not neither")
        if self.command is not None:
            return program(task.spec, parse_command(self.command, task.spec))
        assert self.reward is not None
        chosen = resolve_reward(self.reward, task)
        if chosen is None:
            raise UserError(
                "the sparse reward says nothing on the way to the goal: give a dense one to follow"
            )
        return chosen


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"expected a reward program in {path}, could not read it: {error}") from error
