"""What became of a program: accepted, or rejected at a stage for a reason that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .program import RewardProgram

Stage = Literal["extract", "static", "probe", "duplicate", "screening", "runtime"]


@dataclass(frozen=True)
class Accepted:
    """A program that passed every check so far."""

    program: RewardProgram

    def __str__(self) -> str:
        return f"accepted: {self.program.name or self.program.short}"


@dataclass(frozen=True)
class Rejected:
    """A program that was refused; data for the next prompt, never an exception.

    Attributes:
        stage: where it was stopped: ``extract``, ``static``, ``probe``, ``duplicate``, ``screening`` or
            ``runtime``.
        reason: one line: what was found, what was expected, what to write instead.
    """

    stage: Stage
    reason: str

    def __str__(self) -> str:
        return f"rejected at {self.stage}: {self.reason}"


Verdict = Accepted | Rejected


class RewardFault(Exception):
    """A reward failed: refused, crashed, too slow, of the wrong shape or not finite.

    Attributes:
        stage: where it happened.
        reason: one line for a person or for the next prompt.
    """

    def __init__(self, stage: Stage, reason: str) -> None:
        super().__init__(stage, reason)
        self.stage = stage
        self.reason = reason

    def __str__(self) -> str:
        return f"the reward failed ({self.stage}): {self.reason}"

    def rejected(self) -> Rejected:
        """The same as a verdict."""
        return Rejected(self.stage, self.reason)
