"""The shelves that readers are advised from: what a book looks like, and what it is worth to whom."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..instances import Instances

READERS = ("has one evening", "goes on a long voyage")
SUBJECTS = ("unrelated", "related", "as asked")
LENGTHS = ("short", "long")
TITLES = (
    "The Lighthouse Keeper's Cat",
    "Salt and Cinnamon",
    "A Map of Small Rivers",
    "The Clockmaker's Holiday",
    "Letters to a Glacier",
    "Eleven Umbrellas",
    "The Quiet Orchestra",
    "Bread for the Night Train",
    "An Owl in the Archive",
    "The Last Tram to Harbour Street",
)
BEST_GRADE = 4
# A book's look is one number: subject, then length, then whether others praise it, then whether it is known.
_SHAPE = (len(SUBJECTS), len(LENGTHS), 2, 2)
SUBJECT_OF, LENGTH_OF, PRAISED_OF, KNOWN_OF = np.unravel_index(np.arange(np.prod(_SHAPE)), _SHAPE)
_HOW_OFTEN = (np.array([0.4, 0.3, 0.3])[SUBJECT_OF] * np.array([0.75, 0.25])[KNOWN_OF] / 4).cumsum()
# A reader's wish is the length with the same number.
GRADES = np.where(
    (SUBJECT_OF == 0) | (KNOWN_OF == 1),
    0,
    1 + (SUBJECT_OF == 2) + (PRAISED_OF == 1) + (np.arange(len(READERS))[:, None] == LENGTH_OF),
)
_POOL_SEED, _POOL_SIZE = 90210, 30_000


@cache
def shelves(candidates: int, relevant: int) -> tuple[np.ndarray, np.ndarray, Instances]:
    """Readers (N,), looks of the books on offer in sorted order (N, candidates), and their split.

    Every shelf has at least `relevant` relevant books, not all of the same worth, and an irrelevant one.
    """
    rng = np.random.default_rng(_POOL_SEED)
    looks = np.sort(np.searchsorted(_HOW_OFTEN[:-1], rng.random((_POOL_SIZE, candidates)), "right"), axis=1)
    readers = rng.integers(0, len(READERS), _POOL_SIZE)
    grades = GRADES[readers[:, None], looks]
    differ = grades.max(axis=1) > np.where(grades > 0, grades, BEST_GRADE).min(axis=1)
    fit = differ & ((grades > 0).sum(axis=1) >= relevant) & (grades == 0).any(axis=1)
    found = np.unique(np.column_stack([readers, looks])[fit], axis=0)
    return found[:, 0], found[:, 1:], Instances(len(found))
