"""Every function that the machine computes in so many lines and not in fewer, with a program for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .machine import CONTENTS, IDENTITY, LINES, READ, WRITTEN, content_after

# A register's content that fewer functions have is too rare to be learnt from those that training draws.
LEAST = 4
_PLACES = CONTENTS ** np.arange(len(IDENTITY))


@dataclass(frozen=True)
class Functions:
    """The functions of one length.

    Attributes:
        contents: (n, 3) int64, what each register has to hold in the end.
        programs: (n, length) int64, lines of a shortest program for each.
    """

    contents: np.ndarray
    programs: np.ndarray


@cache
def functions_of_length(length: int) -> Functions:
    """The functions whose shortest program has `length` lines, found breadth first."""
    reached = np.zeros(CONTENTS ** len(IDENTITY), bool)
    contents, programs = IDENTITY[None], np.zeros((1, 0), np.int64)
    reached[contents @ _PLACES] = True
    for _ in range(length):
        lines = np.tile(np.arange(len(LINES)), len(contents))
        before = np.repeat(np.arange(len(contents)), len(LINES))
        after, everyone = contents[before], np.arange(len(before))
        after[everyone, WRITTEN[lines]] = content_after(after[everyone, READ[lines]], lines)
        codes, first = np.unique(after @ _PLACES, return_index=True)
        first = first[~reached[codes]]
        reached[codes] = True
        contents = after[first]
        programs = np.concatenate([programs[before[first]], lines[first, None]], axis=1)
    return Functions(contents, programs)


@cache
def wanted_functions(length: int) -> Functions:
    """Of the functions of one length, those of which every register's content is met in others as well.

    What is met in a held-out function, one register at a time, can so be learnt from the rest.
    """
    found = functions_of_length(length)
    common = np.ones(len(found.contents), bool)
    while True:
        kept = found.contents[common]
        counts = [np.bincount(column, minlength=CONTENTS) for column in kept.T]
        enough = np.stack([count[column] >= LEAST for count, column in zip(counts, kept.T, strict=True)])
        if enough.all():
            return Functions(kept, found.programs[common])
        common[common] = enough.all(axis=0)
