"""Learnt judges of episodes, attacked and taught what fooled them, round by round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ...envs import Episodes, task_class
from ..audit import Judge, attacks_on
from ..worth import Judged
from ..worth.evidence import random_play, scripted_play

ROUNDS = 3
_SHOWN, _FRESH = 2_000, 600
# Seeds below this one are shown to judges; test episodes and the attacks that are kept back begin here.
_TEST = 1_000_000


class Round(NamedTuple):
    """How a judge does that knows the attacks of all rounds before.

    Attributes:
        known: attacks that it learnt from.
        kept_back: for each attack on the first judge that no judge is shown, whether this one accepts it.
        fooled: for each new search of the red team, whether it found a failure that is accepted.
        successes: for each honest success on fresh starts, whether it is accepted.
        failures: the same for honest failures.
    """

    known: int
    kept_back: np.ndarray
    fooled: np.ndarray
    successes: np.ndarray
    failures: np.ndarray


def hardened(name: str, searches: int, seed: int) -> Iterator[Round]:
    """A judge of a task, then the judges that learn from what fooled the ones before.

    What is shown is the script with slips, from none to nothing but slips, and random play.

    Args:
        name: the task's.
        searches: of the red team in each round; as many again find the attacks that are kept back.
        seed: of all that is drawn.
    """
    task, rng = task_class(name), np.random.default_rng(seed)
    shown, fresh = _honest(name, _SHOWN, seed), _honest(name, _FRESH, _TEST + seed)
    judge = Judge(task, shown)
    kept_back = attacks_on(judge, task, searches, np.random.default_rng(_TEST + seed))
    known: list[Episodes] = []
    for number in range(ROUNDS + 1):
        if number > 0:
            judge = Judge(task, shown, known)
        found, accepted = attacks_on(judge, task, searches, rng), judge.accepts(fresh)
        yield Round(
            len(known),
            np.array([judge.accepts(attack)[0] for attack in kept_back], bool),
            np.arange(searches) < len(found),
            accepted[fresh.success],
            accepted[~fresh.success],
        )
        known += found


def _honest(name: str, count: int, seed: int) -> Episodes:
    task, random = task_class(name), count // 4
    parts = [scripted_play(task, count - random, seed), random_play(task, random, seed)]
    return Judged.concatenate(parts).episodes
