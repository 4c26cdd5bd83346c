"""What went wrong, by stage, with one example of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..store import Candidate, Run
from .programs import coloured


@dataclass(frozen=True)
class Failure:
    """All failures at one stage.

    Attributes:
        what: what failed and where, in words.
        count: how often.
        reasons: the most frequent reasons, each with how often it came.
        name: whose program the example is.
        code: the example as coloured HTML; None where there was no program.
    """

    what: str
    count: int
    reasons: tuple[tuple[str, int], ...]
    name: str = ""
    code: Markup | None = None


_STATES = ("rejected", "failed")
_REASONS = 3


def failures_of(candidates: Sequence[Candidate], runs: Sequence[Run]) -> list[Failure]:
    """Failures of candidates by state and stage, most frequent first, then those of the final test."""
    counts = Counter((c.state, c.stage) for c in candidates if c.state in _STATES)
    found = [
        _failure(state, stage, [c for c in candidates if (c.state, c.stage) == (state, stage)])
        for (state, stage), _ in counts.most_common()
    ]
    failed = [run for run in runs if run.evaluation is None]
    if failed:
        reasons = Counter(f"{run.method}, seed {run.seed}: {run.reason}" for run in failed)
        found.append(Failure("final test failed", len(failed), tuple(reasons.most_common(_REASONS))))
    return found


def _failure(state: str, stage: str, own: Sequence[Candidate]) -> Failure:
    reasons = Counter(c.reason for c in own).most_common(_REASONS)
    example = next(c for c in own if c.reason == reasons[0][0])
    text = example.program.text if example.program is not None else example.answer
    what = f"{state} at {stage}" if stage else state
    return Failure(what, len(own), tuple(reasons), example.name, coloured(text))
