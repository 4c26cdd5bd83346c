"""Makes the formulas that `sat-repair` hands out, and lets a solver list what satisfies each.

Run as ``python -m rewardsmith.experiments.making.formulas``; ``pip install python-sat`` first. The seeds are
fixed: the same version of NumPy gives the same formulas, and any solver the same solutions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
from pysat.solvers import Cadical153
from tqdm import tqdm

from ...envs.text.derivation.formulas import distances_to
from ...envs.text.derivation.sat_repair import SatRepair, SatRepairEasy

FORMULAS, STARTS = 240, 16
# Of the clauses, how many have one, two and three literals true under the planted assignment. Few with one
# alone, so that the clauses gained by a flip point towards it: else no play by such signs could solve these.
TRUE_LITERALS = (0.3, 0.5, 0.2)


def main() -> None:
    """Write the formulas of every level."""
    for level in (SatRepairEasy, SatRepair):
        rng = np.random.default_rng((level.variables, level.clauses, level.distance))
        found = random_formulas(level.variables, level.clauses, level.distance, rng)
        rows = [next(found) for _ in tqdm(range(FORMULAS), desc=level.spec.name)]
        literals, solutions, starts = (np.stack(column) for column in zip(*rows, strict=True))
        np.savez_compressed(level.pool_path(), literals=literals, solutions=solutions, starts=starts)


def random_formulas(
    variables: int, clauses: int, distance: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Different random 3-CNF formulas that can be repaired, as rows of the pool; see `formulas.Formulas`.

    Each is planted: its clauses are drawn so as to hold under a hidden assignment, and none stands twice. One
    without an assignment `distance` flips from the nearest solution is left out.
    """
    triples = np.array(list(combinations(range(1, variables + 1), 3)))
    signs = np.array(list(product([-1, 1], repeat=3)))
    every_clause = (triples[:, None] * signs).reshape(-1, 3)
    # By the number of true literals: of eight sign patterns 1, 3, 3 and 1 have none, one, two and three.
    chances = np.array([0.0, *TRUE_LITERALS]) / [1, 3, 3, 1] / len(triples)
    seen = set()
    while True:
        planted = rng.choice([-1, 1], variables)
        true_literals = (planted[np.abs(every_clause) - 1] == np.sign(every_clause)).sum(axis=1)
        chosen = rng.choice(len(every_clause), clauses, replace=False, p=chances[true_literals])
        literals = every_clause[np.sort(chosen)]
        satisfied = solve(literals, variables)
        starts = np.flatnonzero(distances_to(satisfied[None])[0] == distance)
        if len(starts) and literals.tobytes() not in seen:
            seen.add(literals.tobytes())
            some = rng.choice(starts, STARTS, replace=len(starts) < STARTS)
            yield literals.astype(np.int8), np.packbits(satisfied), some.astype(np.int16)


def solve(literals: np.ndarray, variables: int) -> np.ndarray:
    """(2 ** variables,) bool: which assignments satisfy the clauses `literals` (m, 3), by the solver."""
    satisfying = np.zeros(1 << variables, bool)
    with Cadical153(bootstrap_with=literals.tolist()) as solver:
        for model in solver.enum_models():
            satisfying[sum(1 << literal - 1 for literal in model if 0 < literal <= variables)] = True
    return satisfying


if __name__ == "__main__":
    main()
