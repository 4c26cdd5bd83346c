"""The formulas of `sat-repair`, and what is worth knowing of each of their assignments.

An assignment is a number: bit i says whether variable i is true. With 14 variables there are only 16,384, so
every question about one is answered by a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Formulas:
    """F formulas over n variables, each m clauses of three literals: +v for variable v, -v for its negation.

    Attributes:
        literals: (F, m, 3) int, variables counted from 1.
        satisfied: (F, 2 ** n) bool, the assignments that satisfy each formula, as a solver listed them.
        starts: (F, k) int, assignments to start from.
    """

    literals: np.ndarray
    satisfied: np.ndarray
    starts: np.ndarray

    @cached_property
    def unsatisfied(self) -> np.ndarray:
        """(F, 2 ** n) int8: the number of clauses that do not hold."""
        formulas, size = self.satisfied.shape
        variables = size.bit_length() - 1
        counts = np.zeros((formulas, *(2,) * variables), np.int8)
        for formula, clauses in zip(counts, self.literals, strict=True):
            for clause in clauses:
                # A clause fails on a subcube: where each of its literals is false. Axis 0 is the highest bit.
                fails: list[int | slice] = [slice(None)] * variables
                for literal in clause:
                    fails[variables - abs(literal)] = int(literal < 0)
                formula[tuple(fails)] += 1
        return counts.reshape(formulas, size)

    @cached_property
    def distances(self) -> np.ndarray:
        """(F, 2 ** n) int8: flips to the nearest satisfying assignment."""
        return distances_to(self.satisfied)


def distances_to(satisfied: np.ndarray) -> np.ndarray:
    """Flips from each assignment to the nearest of the `satisfied` (F, 2 ** n) bool, (F, 2 ** n) int8.

    >>> distances_to(np.array([[False, True, False, False]])).tolist()
    [[1, 0, 2, 1]]
    """
    formulas, size = satisfied.shape
    variables = size.bit_length() - 1
    distances = np.where(satisfied, 0, variables + 1).astype(np.int8)
    # A nearest solution differs in some bits, and the bits can be settled one after another.
    for bit in range(variables):
        pairs = distances.reshape(formulas, -1, 2, 1 << bit)
        distances = np.minimum(pairs, pairs[:, :, ::-1] + 1).reshape(formulas, size)
    return distances


@cache
def load_formulas(path: Path) -> Formulas:
    """The pool in `path`, with its tables."""
    with np.load(path) as pool:
        literals, starts = pool["literals"].astype(np.int64), pool["starts"].astype(np.int64)
        satisfied = np.unpackbits(pool["solutions"], axis=1).astype(bool)
    return Formulas(literals, satisfied, starts)
