"""Which two candidates are most worth a person's time."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from ..store import Candidate, ranked

Pair = tuple[Candidate, Candidate]
_CONTENDERS = 6


def pair_to_compare(candidates: Sequence[Candidate], judged: Collection[frozenset[int]]) -> Pair | None:
    """The best candidate against the one that numbers can tell least from it; None where all are judged.

    A comparison teaches most where the success rates are close and the programs are not. The best few are
    considered: first the best against each, then the others among themselves.

    Args:
        candidates: all of the experiment.
        judged: pairs of ids that a person has compared already.
    """
    contenders = ranked(candidates)[:_CONTENDERS]
    open_pairs = [
        (first, second)
        for first, second in itertools.combinations(contenders, 2)
        if frozenset((first.id, second.id)) not in judged
    ]
    return max(open_pairs, key=lambda pair: (pair[0] is contenders[0], _worth(*pair)), default=None)


def difference(first: Candidate, second: Candidate) -> float:
    """How far apart two programs stand as sequences of words: 0 for equal ones, 1 for nothing in common."""
    one, other = (
        candidate.program.text.split() if candidate.program else [] for candidate in (first, second)
    )
    return 1.0 - SequenceMatcher(None, one, other, autojunk=False).ratio()


def _worth(first: Candidate, second: Candidate) -> float:
    return difference(first, second) - abs(first.success_rate - second.success_rate)
