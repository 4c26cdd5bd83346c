"""What a proposer is told and what it hands back: `Parent`, `Failure`, `Proposal`, `Proposer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ...envs import TaskSpec, UserError
from ..program import RewardProgram
from ..reflection import Reflection
from ..seal.reading import extract_sealed
from ..verdict import Rejected


class ProposerError(UserError):
    """A proposer that cannot work at all, such as a server without a key; the message says what to do."""


@dataclass(frozen=True)
class Parent:
    """A reward program that was trained, with what was found out about it.

    Attributes:
        program: the program.
        fitness: what the search maximises; larger is better.
        feedback: plain text for the next prompt; empty when only the reflection speaks.
        reflection: per-term findings, where there are any.
        id: number under which the store knows the candidate.
    """

    program: RewardProgram
    fitness: float
    feedback: str
    reflection: Reflection | None
    id: int


@dataclass(frozen=True)
class Failure:
    """An answer that was rejected.

    Attributes:
        text: the program, or the raw answer where no program was found in it.
        stage: the stage of the verdict: ``extract``, ``static``, ``probe`` or ``runtime``.
        reason: one line for the next prompt.
    """

    text: str
    stage: str
    reason: str


@dataclass(frozen=True)
class Findings:
    """What is known of a task's rewards when new ones are asked for.

    Attributes:
        parents: programs to start from, best first; empty for a first generation.
        failures: answers that were rejected, latest last.
        credit: operator -> what each candidate that it made gained in fitness over its best parent; a
            candidate that was rejected gained nothing.
        comments: what a person said about candidates, latest last.
        tried: texts of all programs that were proposed before, which need not be proposed again.
    """

    parents: tuple[Parent, ...] = ()
    failures: tuple[Failure, ...] = ()
    credit: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """One requested candidate; an answer without a program is one too, for a failure is data.

    Attributes:
        answer: the raw answer, kept whole.
        outcome: the program, or why there is none.
        parents: ids of the parents that were used.
        operator: how it was made, e.g. ``fresh``, ``mutate``, ``cross``.
        usage: what it cost, e.g. ``prompt_tokens``, ``completion_tokens``, ``seconds``.
    """

    answer: str
    outcome: RewardProgram | Rejected
    parents: tuple[int, ...] = ()
    operator: str = ""
    usage: dict[str, float] = field(default_factory=dict)


class Proposer(Protocol):
    """Anything that writes reward programs from a task's spec and the feedback alone."""

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Write `n` candidates, in an order that the same `rng` repeats.

        Args:
            spec: the task, as data.
            findings: what earlier candidates taught.
            n: number of candidates.
            rng: source of every draw.

        Raises:
            ProposerError: no candidate can be made at all.
        """


def read_answer(
    answer: str,
    *,
    origin: str,
    parents: tuple[int, ...] = (),
    operator: str = "",
    usage: dict[str, float] | None = None,
) -> Proposal:
    """The proposal that a raw `answer` amounts to; stored answers are read again in the same way."""
    found = extract_sealed(answer)
    outcome = found if isinstance(found, Rejected) else RewardProgram(found, origin=origin)
    return Proposal(answer, outcome, parents, operator, usage or {})
