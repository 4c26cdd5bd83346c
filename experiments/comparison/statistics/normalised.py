"""Human-normalised scores: 0 is the sparse reward, 1 the human one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ....envs import UserError
from .intervals import table_of

LEAST_GAP = 0.05


@dataclass(frozen=True)
class Normalised:
    """Scores of several methods on the same tasks, raw and on the scale from sparse to human.

    The scale is of each task's means over seeds, so the means of the two references are 0 and 1 exactly.
    It is taken as given: intervals of normalised scores hold the luck of the method's runs, not of the
    references' runs.

    Attributes:
        tasks: names of the M tasks.
        raw: method -> (N, M) scores as measured.
        scores: method -> (N, M) human-normalised; nan for all runs of a task that has a flag.
        flags: for each task why its scale is undefined; empty where it is not.
    """

    tasks: tuple[str, ...]
    raw: dict[str, np.ndarray]
    scores: dict[str, np.ndarray]
    flags: tuple[str, ...]

    @property
    def defined(self) -> np.ndarray:
        """(M,) whether the task has a scale."""
        return np.array([not flag for flag in self.flags])

    def comparable(self) -> dict[str, np.ndarray]:
        """Normalised scores of the tasks that have a scale: what `iqm` and its interval take."""
        return {method: own[:, self.defined] for method, own in self.scores.items()}


def normalise(
    raw: Mapping[str, np.ndarray],
    tasks: Sequence[str],
    sparse: str = "sparse",
    human: str = "human",
    least_gap: float = LEAST_GAP,
) -> Normalised:
    """(score - sparse) / (human - sparse) for every run, where the two references differ.

    Where they are less than `least_gap` apart the quotient would be huge and mean nothing; where the human
    reward does worse than the sparse one it would count better as worse. Both leave the task without a scale
    and say why; its raw scores stay.

    Args:
        raw: method -> (N, M) scores, those of both references among them.
        tasks: names of the M tasks.
        sparse: the method that scores 0.
        human: the method that scores 1.
        least_gap: smallest difference of the references' means that makes a scale, in units of the score.

    Raises:
        UserError: if a reference is missing, or scores are not finite tables of these tasks.
    """
    for name in (sparse, human):
        if name not in raw:
            raise UserError(f"a human-normalised score needs runs of {name!r}, got those of {sorted(raw)}")
    tables = {method: table_of(own) for method, own in raw.items()}
    for method, own in tables.items():
        if own.shape[1] != len(tasks):
            raise UserError(f"{method!r} has scores of {own.shape[1]} tasks, expected {len(tasks)}")
    low, high = tables[sparse].mean(axis=0), tables[human].mean(axis=0)
    flags = tuple(_flag(*pair, least_gap) for pair in zip(low.tolist(), high.tolist(), strict=True))
    gap = np.where([not flag for flag in flags], high - low, np.nan)
    return Normalised(
        tuple(tasks), tables, {method: (own - low) / gap for method, own in tables.items()}, flags
    )


def _flag(sparse: float, human: float, least_gap: float) -> str:
    if abs(human - sparse) < least_gap:
        return f"human {human:.2f} and sparse {sparse:.2f} are within {least_gap:g}"
    return f"human {human:.2f} is below sparse {sparse:.2f}" if human < sparse else ""
