"""How a model is asked for a reward program: the one thing in which published systems differ most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from ....envs import TaskSpec
from ..proposer import Findings, Parent
from .prompt import Messages

_RANK_DECAY = 0.6


class Plan(NamedTuple):
    """One candidate to ask for.

    Attributes:
        messages: the chat messages.
        parents: programs that they show to be improved on.
        operator: a word for what is asked, e.g. ``first``, ``improve``.
        seed: seed of the server's sampling.
    """

    messages: Messages
    parents: tuple[Parent, ...]
    operator: str
    seed: int


class Style(Protocol):
    """A way of asking."""

    def plan(self, spec: TaskSpec, findings: Findings, rng: np.random.Generator) -> Plan:
        """What to ask for the next candidate."""


def pick_parents(parents: Sequence[Parent], count: int, rng: np.random.Generator) -> tuple[Parent, ...]:
    """`count` different ones of `parents`, which stand best first; the better ranks more often."""
    chances = _RANK_DECAY ** np.arange(len(parents))
    picked = rng.choice(len(parents), size=count, replace=False, p=chances / chances.sum()) if count else ()
    return tuple(parents[rank] for rank in picked)
