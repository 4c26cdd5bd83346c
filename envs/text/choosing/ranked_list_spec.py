"""What a ranked list is asked for and told by: goal, fields and actions at any size."""

from __future__ import annotations

from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, number, share
from .ranked_list_shelves import BEST_GRADE, LENGTHS, READERS, SUBJECTS, TITLES


def ranked_list_spec(name: str, candidates: int, places: int, tags: tuple[str, ...]) -> TaskSpec:
    """Lists of up to `places` out of `candidates` books."""
    titles = TITLES[:candidates]
    return TaskSpec(
        name=name,
        goal=(
            f"Recommend at most {places} of {candidates} books, best first, then `end`. A book that is "
            "unrelated to the subject asked for, or that the reader knows, is irrelevant and must not be "
            "listed. Of the others, a related one has grade 1; a book is worth one grade more each for being "
            "exactly as asked, for being praised, and for being of the right length: short for a reader who "
            f"has one evening, long for a voyage. List the best {places} relevant books, or all if there are "
            "fewer, in falling grade; books of equal grade may swap."
        ),
        fields=(
            category("reader", "who asks", READERS),
            category("subject", "how close each book is to the subject asked for", SUBJECTS, (candidates,)),
            category("length", "how long each book is", LENGTHS, (candidates,)),
            flag("praised", "whether other readers praise each book", (candidates,)),
            flag("known", "whether the reader knows each book already", (candidates,)),
            flag("listed", "whether each book is on the list", (candidates,)),
            number("places_filled", "number of books on the list", places + 1),
            category(
                "ranking", "the book at each rank of the list", ("none", *titles), (places,), observed=False
            ),
            number(
                "listed_grades",
                f"grade of the book at each rank, {BEST_GRADE} is best; 0 if irrelevant or none",
                BEST_GRADE + 1,
                (places,),
                observed=False,
            ),
            Field("irrelevant_listed", "irrelevant books on the list", low=0.0, high=places, observed=False),
            flag("hit", "whether the first book on the list is relevant", observed=False),
            share("reciprocal_rank", "1 / rank of the first relevant book; 0 for none", observed=False),
            share(
                "ndcg",
                "discounted gain of the list, gain 2 ** grade - 1, as a share of an ideal list's",
                observed=False,
            ),
            share(
                "ideal_places",
                "ranks, from the first without a gap, that hold the grade which an ideal list has there, "
                "as a share of an ideal list's length",
                observed=False,
            ),
            flag("list_complete", "whether `end` has been said", observed=False),
            ILLEGAL_ACTIONS,
        ),
        action=ActionSpec(
            "discrete",
            candidates + 1,
            "the book to list next, or `end`; an empty list cannot end",
            labels=(*titles, "end"),
            masked=True,
        ),
        horizon=2 * (places + 1),
        tags=tags,
        metric="NDCG of the list",
        ends_on_success=True,
        papers=(
            "Wang et al. 2025, PageLLM: A Multi-Grained Reward Framework for Whole-Page Optimization with "
            "Large Language Models",
            "Taveekitworachai et al. 2025, Single Answer is Not Enough: On Generating Ranked Lists with "
            "Medical Reasoning Models",
            "Järvelin and Kekäläinen 2002, Cumulated Gain-Based Evaluation of IR Techniques",
        ),
    )
