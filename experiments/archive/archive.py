"""The archive: every trained candidate, and by two verbs, `tell` and `ask`, whom to make new ones from.

Islands evolve apart and send each other their best from time to time (Whitley et al. 1999, "The Island Model
Genetic Algorithm"); within an island, the best few of every cell may become parents, in the order of their
fitness and of the novelty of what their agents do.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..store import Candidate, Standing, best_of, leading, standings
from .cells import Cell, cell_of, elites
from .novelty import behaviour, novelty

# Parents of one cell at a time: more would be copies of one success.
FROM_ONE_CELL = 2


class Archive:
    """What was told, whatever the order it was told in: the same candidates, the same answers.

    So an experiment that goes on after a crash tells its archive all that its store holds, and goes on alike.

    Args:
        islands: number of populations that evolve apart.
        migrate_every: generations between two exchanges.
        novelty: how much novelty counts beside fitness in the choice of parents, in [0, 1].
    """

    def __init__(self, islands: int = 1, migrate_every: int = 2, novelty: float = 0.2) -> None:
        self.islands = islands
        self.migrate_every = migrate_every
        self.novelty = novelty
        self._members: dict[int, Candidate] = {}
        self._cells: dict[int, Cell] = {}

    def tell(self, candidate: Candidate) -> None:
        """Take in a candidate; one that was not trained is not kept."""
        if candidate.state == "trained":
            self._members[candidate.id] = candidate
            self._cells.pop(candidate.id, None)

    def ask(self, generation: int, count: int, island: int = 0) -> list[Standing]:
        """At most `count` parents for what `generation` makes on `island`, the first choice first.

        The best of the island is always the first, no cell gives more than a few, and none succeeds far less
        often than the best. Until an island has trained anything, it has no parents.
        """
        return _in_order(self._worthy(self.standings(generation, island)), self.novelty)[:count]

    def standings(self, generation: int, island: int = 0) -> list[Standing]:
        """Every program that `generation` knows on `island`, best first."""
        return standings([*self._of(island, generation), *self._migrants(island, generation)])

    @property
    def leading(self) -> Standing | None:
        """The best of all islands, which only a better one or another training of its own can unseat."""
        return leading(self._sorted())

    @property
    def cells(self) -> dict[Cell, Candidate]:
        """The best candidate of each cell that is filled."""
        return {self._cell(candidate): candidate for candidate in elites(self._sorted(), self._cell)}

    def _cell(self, candidate: Candidate) -> Cell:
        """Its cell, found once: that takes milliseconds, and every generation asks for those of all."""
        if candidate.id not in self._cells:
            self._cells[candidate.id] = cell_of(candidate)
        return self._cells[candidate.id]

    def _worthy(self, pool: list[Standing]) -> list[Standing]:
        """Those of `pool` that are worth changing: the best of their cells, near the best in success."""
        taken: Counter[Cell] = Counter()
        found = []
        least = max((standing.believed for standing in pool), default=0.0) / 2
        for standing in pool:
            cell = self._cell(standing.candidate)
            if standing.believed >= least and taken[cell] < FROM_ONE_CELL:
                taken[cell] += 1
                found.append(standing)
        return found

    def _sorted(self) -> list[Candidate]:
        return [self._members[number] for number in sorted(self._members)]

    def _of(self, island: int, before: int) -> list[Candidate]:
        """Members of `island` from generations before `before`."""
        return [c for c in self._sorted() if c.island == island and c.generation < before]

    def _migrants(self, island: int, generation: int) -> list[Candidate]:
        """All trainings of the best of the neighbour in the ring, at every exchange until `generation`."""
        if self.islands == 1:
            return []
        neighbour = (island - 1) % self.islands
        times = range(self.migrate_every, generation + 1, self.migrate_every)
        sent = [best_of(self._of(neighbour, before=time)) for time in times]
        programs = {c.program for c in sent if c is not None}
        return [c for c in self._of(neighbour, generation) if c.program in programs]


def _in_order(best_first: list[Standing], weight: float) -> list[Standing]:
    """The best first, then by the weighted mean of the ranks in fitness and in novelty."""
    if len(best_first) < 3 or weight == 0:
        return best_first
    unlike = novelty([behaviour(standing.candidate) for standing in best_first])
    novelty_rank = np.argsort(np.argsort(-unlike, kind="stable"), kind="stable")
    score = (1 - weight) * np.arange(len(best_first)) + weight * novelty_rank
    score[0] = -1.0
    return [best_first[index] for index in np.argsort(score, kind="stable")]
