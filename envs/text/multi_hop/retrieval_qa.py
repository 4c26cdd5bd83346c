"""A question about strangers is answered from a store of documents: search, read, cite, answer.

Every document states one fact, such as who lets rooms to whom, and all facts are drawn anew for the episode:
nothing can be known by heart. The question leads through several facts. A search asks for a topic about the
person at hand, whom the open document names; its results mix the document in question with others on other
topics or about other people. Whole chains of topics are held out, their parts are not.

After Zhang et al., "Chaining the Evidence" (2026): an answer is worth what its citations are worth, so the
hard level accepts the right answer only with the evidence cited, and reward programs see how much of the
evidence has been read and cited. Which documents are the evidence is withheld.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...registry import register
from ..array_task import choose
from ..instances import Instances
from .declaration import SPARE_CITATIONS, SPARE_READS, declare
from .documents import CASTS, RESULTS, TOPIC_NAMES, draw_facts, name, phrases, phrases_of
from .library import Library


class Questions(Library):
    """Questions to one size of store; ``class Big(Questions, task="big", hops=4, people=12, topics=6)``.

    Args of the subclass statement:
        task: name of the task's spec.
        hops: facts that a question leads through.
        people: people in the store, at least 3.
        topics: topics on which there is a document about each of them, 3 to 6.
        cited: whether an answer counts only with its evidence cited; such a level is hard.
    """

    hops: ClassVar[int]
    cited_only: ClassVar[bool]
    instances: ClassVar[Instances]
    phrases_of: ClassVar[np.ndarray]
    # Actions: below `read` the searches, from `read` on the results, then these.
    read: ClassVar[int]
    cite: ClassVar[int]
    back: ClassVar[int]
    answer: ClassVar[int]
    has_held_out = True
    state_names = (
        *Library.state_names, "asked", "phrases", "path", "evidence", "cited", "citations",
        "evidence_cited", "answered",
    )  # fmt: skip

    def __init_subclass__(
        cls, *, task: str = "", hops: int = 0, people: int = 0, topics: int = 0, cited: bool = True
    ) -> None:
        super().__init_subclass__()
        if not task:
            return
        if hops < 1 or people < 3 or not 3 <= topics <= len(TOPIC_NAMES):
            raise ValueError(
                f"a store has hops >= 1, people >= 3 and 3 to {len(TOPIC_NAMES)} topics, "
                f"got {hops}, {people} and {topics}"
            )
        cls.hops, cls.people, cls.topics, cls.cited_only = hops, people, topics, cited
        cls.longest = hops + SPARE_READS
        cls.spec = declare(task, hops, people, topics, cited)
        cls.draws = 3 + hops + people * topics
        cls.instances, cls.phrases_of = Instances(topics**hops), phrases_of(topics)
        cls.read, cls.cite = topics, topics + RESULTS
        cls.back, cls.answer = cls.cite + 1, cls.cite + 2

    def _allocate(self) -> None:
        super()._allocate()
        worlds = self.num_worlds
        self.asked = np.zeros((worlds, self.longest + 1), np.int64)
        # Phrase 0 is none: all facts are found.
        self.phrases = np.zeros((worlds, self.longest + 1), np.int64)
        self.path = np.zeros((worlds, self.hops + 1), np.int64)
        self.evidence = np.zeros((worlds, self.topics, self.people), bool)
        self.cited = np.zeros((worlds, self.topics, self.people), bool)
        self.citations = np.zeros(worlds, np.int64)
        self.evidence_cited = np.zeros(worlds)
        self.answered = np.zeros(worlds, bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        hops, rows = self.hops, np.arange(len(worlds))
        asked = np.unravel_index(self.instances.pick(draws[:, 0], self.split), [self.topics] * hops)
        facts = draw_facts(draws[:, 3 + hops :].reshape(-1, self.topics, self.people))
        person = choose(draws[:, 2], self.people)
        self._open(worlds, choose(draws[:, 1], CASTS), facts, person)
        self.path[worlds, 0] = person
        evidence = np.zeros(facts.shape, bool)
        for hop, topic in enumerate(asked):
            evidence[rows, topic, person] = True
            person = facts[rows, topic, person]
            self.asked[worlds, hop] = topic
            self.path[worlds, hop + 1] = person
            self.phrases[worlds, hop] = 1 + self.phrases_of[topic, choose(draws[:, 3 + hop], 2)]
        self.evidence[worlds] = evidence
        self.cited[worlds] = False
        self.citations[worlds] = 0
        self.evidence_cited[worlds] = 0.0
        self.answered[worlds] = False

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        search = np.flatnonzero(legal & (actions < self.read))
        read = np.flatnonzero(legal & (actions >= self.read) & (actions < self.cite))
        self._search(search, actions[search])
        self._read(read, actions[read] - self.read)
        self._cite(np.flatnonzero(legal & (actions == self.cite)))
        self._go_back(np.flatnonzero(legal & (actions == self.back)))
        self.answered |= legal & (actions == self.answer)

    def _cite(self, worlds: np.ndarray) -> None:
        topic, subject = self.open_document()
        document = (worlds, topic[worlds], subject[worlds])
        self.cited[document] = True
        self.citations[worlds] += 1
        self.evidence_cited[worlds] += self.evidence[document]

    def _open_cited(self) -> np.ndarray:
        return (self.depth > 0) & self.cited[self._everyone, *self.open_document()]

    def _reads_right(self) -> np.ndarray:
        """(B,) int: documents from the trail's beginning on that are those needed."""
        hops, depth = self.hops, self.depth[:, None]
        same = self.trail_topic[:, :hops] == self.asked[:, :hops]
        same &= self.trail_subject[:, :hops] == self.path[:, :hops]
        return np.logical_and.accumulate(same & (np.arange(hops) < depth), axis=1).sum(axis=1)

    def _needed_results(self) -> np.ndarray:
        """(B, RESULTS) bool: results that are the document needed next, if all on the trail were needed."""
        topic, on_path = self.asked[self._everyone, self.depth], self._reads_right() == self.depth
        wanted = (self.result_topic == topic[:, None]) & (self.result_person == self.person()[:, None])
        return wanted & (on_path & (self.depth < self.hops))[:, None]

    def _searches_right(self) -> np.ndarray:
        """(B,) bool: whether the search was for the topic that the question asks about next."""
        return self.searched == self.asked[self._everyone, self.depth]

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: what can be done now; after the answer nothing but the answer."""
        masks = np.ones((self.num_worlds, self.spec.action.size), bool)
        some = self.depth > 0
        masks[:, : self.read] = (self.depth < self.longest)[:, None]
        masks[:, self.read : self.cite] = (self.searched >= 0)[:, None]
        masks[:, self.cite] = some & ~self._open_cited() & (self.citations < self.hops + SPARE_CITATIONS)
        masks[:, self.back] = masks[:, self.answer] = some
        masks[self.answered, : self.answer] = False
        return masks

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        some, last, searched = self.depth > 0, np.maximum(self.depth - 1, 0), self.searched[:, None]
        (topic, subject), right = self.open_document(), self._reads_right()
        return {
            "documents_read": self.depth.copy(),
            "asked_phrase": self.phrases[self._everyone, self.depth],
            "open_phrase": np.where(some, self.phrases[self._everyone, last], 0),
            "open_topic": np.where(some, 1 + topic, 0),
            "open_about_person": some & (subject == self.trail_person[self._everyone, last]),
            "open_cited": self._open_cited(),
            "searched_topic": 1 + self.searched,
            "results_on_topic": (searched >= 0) & (self.result_topic == searched),
            "results_about_person": self.result_person == self.person()[:, None],
            "citations": self.citations.copy(),
            "evidence_searched": self._needed_results().any(axis=1) & self._searches_right(),
            "trail_covered": right / self.hops,
            "wrong_reads": (self.depth - right).astype(np.float64),
            "evidence_cited": self.metric(),
            "stray_citations": self.citations - self.evidence_cited,
            "answered": self.answered.copy(),
            "illegal_actions": self.illegal_actions(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: the answer is the person asked for and, where demanded, all its evidence is cited."""
        proven = (self.metric() >= 1.0) | (not self.cited_only)
        return self.answered & (self.person() == self.path[:, -1]) & proven

    def terminated(self) -> np.ndarray:
        """(B,) bool: an answer ends the episode, right or wrong."""
        return self.answered.copy()

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: share of the evidence read and cited; a fact needed twice counts once."""
        return self.evidence_cited / self.evidence.reshape(self.num_worlds, -1).sum(axis=1)

    def scripted_actions(self) -> np.ndarray:
        """(B,): cite what is right, search and read what is needed next, back from what is wrong."""
        topic, needed = self.asked[self._everyone, self.depth], self._needed_results()
        onward = np.where(needed.any(axis=1), self.read + needed.argmax(axis=1), topic)
        onward = np.where(self.depth == self.hops, self.answer, onward)
        onward = np.where((self.depth > 0) & ~self._open_cited(), self.cite, onward)
        wrong = self._reads_right() < self.depth
        return np.where(self.answered, self.answer, np.where(wrong, self.back, onward))

    def instance_key(self, world: int) -> Hashable:
        """The chain of topics that the question leads through; people and facts are drawn anew."""
        return tuple(map(int, self.asked[world, : self.hops]))

    def render_text(self, world: int) -> str:
        """The question, the documents read, the last one's citation, the search results, the answer."""
        cast, words = self.cast[world], phrases(self.topics)
        asked = " ".join(words[phrase - 1] for phrase in reversed(self.phrases[world, : self.hops]))
        return "\n".join(
            [
                f"Find {asked} {name(cast, self.path[world, 0])}.",
                *(f"read: {self._sentence(world, place)}" for place in range(self.depth[world])),
                *(["cited"] if self._open_cited()[world] else []),
                *self._result_lines(world),
                *([f"answer: {name(cast, self.person()[world])}"] if self.answered[world] else []),
            ]
        )


@register
class RetrievalQaEasy(Questions, task="retrieval-qa-easy", hops=2, people=5, topics=4, cited=False):
    """Two facts among twenty documents; the right answer is enough."""


@register
class RetrievalQa(Questions, task="retrieval-qa", hops=3, people=9, topics=6):
    """Three facts among fifty-four documents, so fifty-one that distract; the evidence must be cited."""
