"""A reader asks for books; the librarian names the right ones, best first, and then stops.

Each candidate shows how close it is to the subject asked for, how long it is, whether others praise it and
whether the reader knows it already. What makes a book good depends on the reader: one evening wants a short
book, a voyage a long one. So grades follow from what is visible, several lists can be ideal, and the order
matters.

Both grains of reward are there, as in page generation (Wang et al., "PageLLM", 2025): what the last book
was worth, and what the whole list is worth as hit, reciprocal rank and NDCG (Taveekitworachai et al.,
"Single Answer is Not Enough", 2025, reward ranked lists of medical answers so).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ..array_task import ArrayTask
from .ranked_list_shelves import (
    BEST_GRADE,
    GRADES,
    KNOWN_OF,
    LENGTH_OF,
    LENGTHS,
    PRAISED_OF,
    READERS,
    SUBJECT_OF,
    SUBJECTS,
    TITLES,
    shelves,
)
from .ranked_list_spec import ranked_list_spec
from .ranking_metrics import normalised_gain, reciprocal_rank

_GAINS = 2.0 ** np.arange(BEST_GRADE + 1) - 1.0


class RankedListTask(ArrayTask):
    """Lists of up to `places` out of `candidates` books; a subclass fixes both, and the name.

    Args of the subclass statement:
        name: name of the task's spec.
        candidates: books on offer, at most `TITLES` has.
        places: longest list.
        relevant: fewest relevant books on offer.
        tags: the spec's tags.
    """

    candidates: ClassVar[int]
    places: ClassVar[int]
    relevant: ClassVar[int]
    has_held_out = True
    state_names = (
        "reader", "looks", "grades", "ideal_grades", "listed", "ranking", "listed_grades", "filled", "ended",
    )  # fmt: skip

    def __init_subclass__(
        cls,
        *,
        name: str = "",
        candidates: int = 0,
        places: int = 0,
        relevant: int = 2,
        tags: tuple[str, ...] = (),
    ) -> None:
        super().__init_subclass__()
        if not name:
            return
        if not 1 <= places < candidates <= len(TITLES):
            raise ValueError(
                f"a list has 1 <= places < candidates <= {len(TITLES)}, got {places}, {candidates}"
            )
        cls.candidates, cls.places, cls.relevant, cls.draws = candidates, places, relevant, 1 + candidates
        cls.spec = ranked_list_spec(name, candidates, places, tags)

    def _allocate(self) -> None:
        self.reader = np.zeros(self.num_worlds, np.int64)
        self.looks = np.zeros((self.num_worlds, self.candidates), np.int64)
        self.grades = np.zeros((self.num_worlds, self.candidates), np.int64)
        self.ideal_grades = np.zeros((self.num_worlds, self.places), np.int64)
        self.listed = np.zeros((self.num_worlds, self.candidates), bool)
        # 0 where a rank is still empty, else 1 + the book.
        self.ranking = np.zeros((self.num_worlds, self.places), np.int64)
        self.listed_grades = np.zeros((self.num_worlds, self.places), np.int64)
        self.filled = np.zeros(self.num_worlds, np.int64)
        self.ended = np.zeros(self.num_worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        readers, books, instances = shelves(self.candidates, self.relevant)
        shelf = instances.pick(draws[:, 0], self.split)
        # The shelf is the instance; where each book stands on it is not.
        looks = np.take_along_axis(books[shelf], draws[:, 1:].argsort(axis=1), axis=1)
        grades = GRADES[readers[shelf, None], looks]
        self.reader[worlds] = readers[shelf]
        self.looks[worlds] = looks
        self.grades[worlds] = grades
        self.ideal_grades[worlds] = -np.sort(-grades, axis=1)[:, : self.places]
        for array in (self.listed, self.ranking, self.listed_grades, self.filled, self.ended):
            array[worlds] = 0

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        worlds = np.flatnonzero(legal & (actions < self.candidates))
        book, place = actions[worlds], self.filled[worlds]
        self.listed[worlds, book] = True
        self.ranking[worlds, place] = 1 + book
        self.listed_grades[worlds, place] = self.grades[worlds, book]
        self.filled[worlds] += 1
        self.ended |= legal & (actions == self.candidates)

    def action_masks(self) -> np.ndarray:
        """(B, candidates + 1) bool: books not listed while there is room; `end` once there is a list."""
        masks = np.ones((self.num_worlds, 1 + self.candidates), bool)
        masks[:, :-1] = ~self.listed & (~self.ended & (self.filled < self.places))[:, None]
        masks[:, -1] = self.filled > 0
        return masks

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        relevant = self.listed_grades > 0
        as_ideal = np.logical_and.accumulate(relevant & (self.listed_grades == self.ideal_grades), axis=1)
        return {
            "reader": self.reader.copy(),
            "subject": SUBJECT_OF[self.looks],
            "length": LENGTH_OF[self.looks],
            "praised": PRAISED_OF[self.looks] == 1,
            "known": KNOWN_OF[self.looks] == 1,
            "listed": self.listed.copy(),
            "places_filled": self.filled.copy(),
            "ranking": self.ranking.copy(),
            "listed_grades": self.listed_grades.copy(),
            "irrelevant_listed": (self.filled - relevant.sum(axis=1)).astype(np.float64),
            "hit": relevant[:, 0].copy(),
            "reciprocal_rank": reciprocal_rank(relevant),
            "ndcg": self.metric(),
            "ideal_places": as_ideal.sum(axis=1) / (self.ideal_grades > 0).sum(axis=1),
            "list_complete": self.ended.copy(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the list has ended, has the grades of an ideal list and no irrelevant book."""
        no_irrelevant = (self.listed_grades > 0).sum(axis=1) == self.filled
        return self.ended & (self.listed_grades == self.ideal_grades).all(axis=1) & no_irrelevant

    def terminated(self) -> np.ndarray:
        """(B,) bool: whether the list has ended, right or wrong."""
        return self.ended.copy()

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: NDCG of the list."""
        # Sums of the same numbers in another order can differ in the last bit, and a share is at most 1.
        ndcg = normalised_gain(_GAINS[self.listed_grades], _GAINS[self.ideal_grades])
        return np.minimum(ndcg, 1.0)

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: the best book not listed yet, or `end` where none is left or there is no room."""
        worth = np.where(self.listed, 0, self.grades)
        ends = self.ended | (self.filled == self.places) | (worth.max(axis=1) == 0)
        return np.where(ends, self.candidates, worth.argmax(axis=1))

    def instance_key(self, world: int) -> Hashable:
        """The reader and the looks of all books on offer, wherever they stand."""
        return int(self.reader[world]), *np.sort(self.looks[world]).tolist()

    def render_text(self, world: int) -> str:
        """The reader, the books on offer and the list so far."""
        offers = [
            f"  {TITLES[book]}: {SUBJECTS[SUBJECT_OF[look]]}, {LENGTHS[LENGTH_OF[look]]}"
            + (", praised" if PRAISED_OF[look] else "")
            + (", known" if KNOWN_OF[look] else "")
            for book, look in enumerate(self.looks[world])
        ]
        ranked = [
            f"  {rank + 1}. {TITLES[book - 1]}" for rank, book in enumerate(self.ranking[world]) if book
        ]
        ending = ["  That is my list."] if self.ended[world] else []
        reader = f"The reader {READERS[self.reader[world]]}. On the shelf:"
        return "\n".join([reader, *offers, "Recommended:", *ranked, *ending])


@register
class EasyRankedList(
    RankedListTask, name="ranked-list-easy", candidates=4, places=2, tags=("text", "ranking", "easy")
):
    """The best two of four books."""


@register
class RankedList(
    RankedListTask,
    name="ranked-list",
    candidates=9,
    places=5,
    relevant=4,
    tags=("text", "ranking", "hard"),
):
    """The best five of nine books, of which at least four are relevant."""
