"""Leading programs are trained again before much is built on them."""

from __future__ import annotations

from collections.abc import Iterable

from ...reward_gen import Proposal
from ..store import AGAIN, Standing

MOST_TRAININGS = 4


def trained_again(best_first: Iterable[Standing], count: int) -> list[Proposal]:
    """At most `count` programs that another training is spent on, the best first.

    These are the leader, and those that would lead if their trainings so far could be trusted. None is
    trained more than a few times, and none that never succeeded.
    """
    found = list(best_first)
    least = max((standing.believed for standing in found), default=0.0)
    unsure = [s for s in found if s.success_rate > 0 and s.success_rate >= least]
    return [_proposal(s) for s in unsure if len(s.trainings) < MOST_TRAININGS][:count]


def _proposal(standing: Standing) -> Proposal:
    first = standing.candidate
    assert first.program is not None
    return Proposal(first.program.text, first.program, (first.id,), AGAIN)
