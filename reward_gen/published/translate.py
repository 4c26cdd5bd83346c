"""A file in a published style -> a program of our contract."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ...envs.task import Task
from ..checking.allowlist import too_long
from ..checking.parsing import UnparsableError, parse
from ..verdict import RewardFault
from .agreement import STATES, disagreement, random_states
from .batched_style import read_batched_style
from .refusal import UntranslatableError
from .step_style import METHODS, StepReward, read_step_style

Style = Literal["step", "batched"]
Form = Literal["vectorised", "per world"]
_STEP = re.compile(r"^def (?:compute_dense_reward\(|compute_reward\(\s*self\b)", re.MULTILINE)
_BATCHED = re.compile(r"^def compute_reward\((?!\s*obs\b)", re.MULTILINE)
_TORCH = re.compile(r"\btorch\b")


@dataclass(frozen=True)
class Translation:
    """A published reward as a program of our contract.

    Attributes:
        text: the program.
        style: ``step`` for a method that pays one world, ``batched`` for a function over torch tensors.
        form: ``vectorised``, or ``per world`` where the program calls the method for each world in turn.
        note: why it is not vectorised; else empty.
    """

    text: str
    style: Style
    form: Form = "vectorised"
    note: str = ""


def style_of(text: str) -> Style | None:
    r"""The published style that `text` is written in; None for any other text.

    >>> style_of("def compute_dense_reward(self, action, obs) -> float:\n    return 0.0\n")
    'step'
    """
    if _STEP.search(text):
        return "step"
    return "batched" if _BATCHED.search(text) and _TORCH.search(text) else None


def translate(text: str, task: type[Task], *, states: int = STATES) -> Translation:
    """The program that stands for the published reward `text` in `task`.

    A batched form of a per-world method is taken only where it pays the same as the method itself, to
    1e-6, on `states` states of random play, both run behind the seal. The text is read here, not run.

    Args:
        text: source in one of the two styles, see `style_of`.
        task: the task, for its fields, its names and its random play.
        states: number of states to compare on.

    Raises:
        UntranslatableError: where the text reads what the task does not have, or is no Python.
    """
    return _translated(text, task, states)


@lru_cache(maxsize=64)
def _translated(text: str, task: type[Task], states: int) -> Translation:
    reason = too_long(text)
    if reason:
        raise UntranslatableError(reason)
    try:
        tree = parse(text)
        if style_of(text) == "batched":
            return Translation(read_batched_style(tree, task.spec), "batched")
        if not any(isinstance(node, ast.FunctionDef) and node.name in METHODS for node in tree.body):
            raise UntranslatableError("there is no method compute_dense_reward(self, action, obs)")
        return _chosen(read_step_style(tree, task.spec), task, states)
    except UnparsableError as error:
        raise UntranslatableError(str(error)) from None
    except RecursionError:
        raise UntranslatableError("the reward is nested too deeply to be read") from None


def _chosen(reward: StepReward, task: type[Task], states: int) -> Translation:
    """The batched form where there is one that agrees, else the form that runs world by world."""
    if not reward.vectorised:
        return Translation(reward.looped, "step", "per world", reward.why_not)
    try:
        found = disagreement(reward.looped, reward.vectorised, task.spec, random_states(task, states))
    except RewardFault as fault:
        raise UntranslatableError(f"the reward fails in {task.spec.name}: {fault.reason}") from None
    if found:
        return Translation(reward.looped, "step", "per world", f"the batched form disagrees: {found}")
    return Translation(reward.vectorised, "step")
