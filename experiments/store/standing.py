"""What a program is worth by all of its trainings, so that a lucky one does not stand for the program.

A search takes the largest of many noisy successes, and so the luckiest; training the leaders again, and
trusting the more what was seen the oftener, undoes this (Jin and Branke 2005, "Evolutionary optimization in
uncertain environments", section II, on resampling).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from .candidate import Candidate

# As if every program had also failed in half a training: of one training two thirds are believed.
DOUBT = 0.5
# The operator of a candidate that trains an earlier one's program on another seed.
AGAIN = "again"


@dataclass(frozen=True)
class Standing:
    """A program and all of its trainings.

    Attributes:
        trainings: the candidates that trained it, in the order of proposal; at least one.
    """

    trainings: tuple[Candidate, ...]

    @property
    def candidate(self) -> Candidate:
        """The one that trained it first."""
        return self.trainings[0]

    @property
    def success_rate(self) -> float:
        """Mean success of the trained agents on the selection seeds."""
        return fmean(c.success_rate for c in self.trainings)

    @property
    def told(self) -> str:
        """Its success in words: of several trainings the mean, and each."""
        rates = [f"{c.success_rate:.2f}" for c in self.trainings]
        each = f", the mean of {len(rates)} trainings ({', '.join(rates)})" if rates[1:] else ""
        return f"success {self.success_rate:.2f} on the selection seeds{each}"

    @property
    def believed(self) -> float:
        """Success that may be expected of another training."""
        return self.success_rate * self._trust

    @cached_property
    def rank(self) -> tuple[float, float, float]:
        """What programs are compared by: mean ranks of the trainings; the success of few is trusted less."""
        success, during, metric = map(fmean, zip(*(c.rank for c in self.trainings), strict=True))
        return (success * self._trust, during * self._trust, metric)

    @property
    def _trust(self) -> float:
        return len(self.trainings) / (len(self.trainings) + DOUBT)


def standings(candidates: Iterable[Candidate]) -> list[Standing]:
    """Every program that was trained, best first; of equals, the one that was proposed first."""
    trainings: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.state == "trained" and candidate.program is not None:
            trainings.setdefault(candidate.program.text, []).append(candidate)
    found = [Standing(tuple(own)) for own in trainings.values()]
    return sorted(found, key=lambda standing: standing.rank, reverse=True)


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The first training of every program, the best program first."""
    return [standing.candidate for standing in standings(candidates)]


def leading(candidates: Iterable[Candidate]) -> Standing | None:
    """The best program; None while there is none."""
    return next(iter(standings(candidates)), None)


def best_of(candidates: Iterable[Candidate]) -> Candidate | None:
    """The first training of the best program; None while there is none."""
    found = leading(candidates)
    return None if found is None else found.candidate
