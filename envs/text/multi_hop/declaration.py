"""What `retrieval-qa` declares: its fields, its actions, its goal."""

from __future__ import annotations

from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag, number, share
from .documents import RESULTS, TOPIC_NAMES, phrases

SPARE_READS = 1
SPARE_CITATIONS = 1


def actions(topics: int) -> tuple[str, ...]:
    """The actions by their labels: searches, reads, then cite, back and answer."""
    searches = (f"search_{topic}" for topic in TOPIC_NAMES[:topics])
    return (*searches, *(f"read_{slot + 1}" for slot in range(RESULTS)), "cite", "back", "answer")


def _fields(hops: int, topics: int) -> tuple[Field, ...]:
    names, wordings = ("none", *TOPIC_NAMES[:topics]), ("none", *phrases(topics))
    return (
        number("documents_read", "documents on the trail; going back takes one off", 1 + hops + SPARE_READS),
        category("asked_phrase", "how the question words the fact needed next; none after all", wordings),
        category("open_phrase", "wording of the fact that the open document was read for", wordings),
        category("open_topic", "topic of the open document, the last on the trail; none at first", names),
        flag("open_about_person", "whether it is about the person who was at hand when it was opened"),
        flag("open_cited", "whether the open document is cited"),
        category("searched_topic", "topic of the search whose results are shown; none without", names),
        flag("results_on_topic", "whether each result is on the topic searched for", (RESULTS,)),
        flag("results_about_person", "whether each result is about the person at hand", (RESULTS,)),
        number("citations", "documents cited", 1 + hops + SPARE_CITATIONS),
        flag(
            "evidence_searched",
            "whether all documents on the trail are right and the search was for the topic needed next",
            observed=False,
        ),
        share(
            "trail_covered",
            "documents from the trail's beginning on that are those needed, over all needed",
            observed=False,
        ),
        Field(
            "wrong_reads",
            "documents on the trail from the first wrong one on, or past the last needed",
            low=0.0,
            high=float(hops + SPARE_READS),
            observed=False,
        ),
        share("evidence_cited", "share of the documents needed that were read and cited", observed=False),
        Field(
            "stray_citations",
            "documents cited that are not needed",
            low=0.0,
            high=float(hops + SPARE_CITATIONS),
            observed=False,
        ),
        flag("answered", "whether an answer has been given", observed=False),
        ILLEGAL_ACTIONS,
    )


def declare(name: str, hops: int, people: int, topics: int, cited: bool) -> TaskSpec:
    """The spec of questions through `hops` facts in a store of `people` times `topics` documents.

    Args:
        name: the task's name.
        hops: facts that a question leads through.
        people: people in the store.
        topics: topics on which there is a document about each of them.
        cited: whether an answer counts only with its evidence cited.
    """
    demand = (
        f"It counts only if all documents needed are cited; there is room for {hops + SPARE_CITATIONS}."
        if cited
        else "Citing the documents needed is welcome, but not demanded."
    )
    labels = actions(topics)
    return TaskSpec(
        name=name,
        goal=(
            f"Answer a question that leads through {hops} facts, among {people * topics} documents: search "
            "the topic that asked_phrase means, read the result that is on this topic and about the person "
            "at hand, cite it, and go on from the person whom it names; go back from a wrong document. The "
            f"answer is the person whom the open document names, and ends the search. {demand}"
        ),
        fields=_fields(hops, topics),
        action=ActionSpec(
            "discrete",
            len(labels),
            "search a topic about the person at hand, read a result, cite the open document, go back to the "
            "one before, or answer with the person whom it names",
            labels=labels,
            masked=True,
        ),
        horizon=6 * hops + 6,
        tags=("text", "retrieval", "hard" if cited else "easy"),
        metric="share of the documents needed that were read and cited",
        ends_on_success=True,
        papers=(
            "Chen et al. 2026, LongRLVR: Long-Context Reinforcement Learning Requires Verifiable Context "
            "Rewards",
            "Zhang et al. 2026, Chaining the Evidence: Robust Reinforcement Learning for Deep Search Agents "
            "with Citation-Aware Rubric Rewards",
        ),
    )
