"""A store of documents and a trail through it: search about the person at hand, read, go back."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..array_task import ArrayTask
from .documents import RESULTS, TOPIC_NAMES, name, results, sentence


class Library(ArrayTask):
    """B stores, each with the trail of documents read in it and the results of the last search.

    Attributes:
        people: people in the store.
        topics: topics on which there is a document about each of them.
        longest: documents that fit on the trail.
        cast: (B,) int64, which names the people bear.
        facts: (B, topics, people) int64, the person whom each document names.
        depth: (B,) int64, documents on the trail.
        trail_topic: (B, longest) int64, their topics.
        trail_subject: (B, longest) int64, whom they are about.
        trail_person: (B, longest + 1) int64, whom they name, from place 1 on; the trail starts at place 0.
        searched: (B,) int64, topic of the search whose results are shown; -1 without.
        result_topic: (B, RESULTS) int64, the results' topics; -1 without.
        result_person: (B, RESULTS) int64, whom they are about; -1 without.
    """

    people: ClassVar[int]
    topics: ClassVar[int]
    longest: ClassVar[int]
    state_names: ClassVar[tuple[str, ...]] = (
        "cast", "facts", "depth", "trail_topic", "trail_subject", "trail_person", "searched", "result_topic",
        "result_person",
    )  # fmt: skip

    def _allocate(self) -> None:
        worlds = self.num_worlds
        self.cast = np.zeros(worlds, np.int64)
        self.facts = np.zeros((worlds, self.topics, self.people), np.int64)
        self.depth = np.zeros(worlds, np.int64)
        self.trail_topic = np.zeros((worlds, self.longest), np.int64)
        self.trail_subject = np.zeros((worlds, self.longest), np.int64)
        self.trail_person = np.zeros((worlds, self.longest + 1), np.int64)
        self.searched = np.zeros(worlds, np.int64)
        self.result_topic = np.zeros((worlds, RESULTS), np.int64)
        self.result_person = np.zeros((worlds, RESULTS), np.int64)

    def _open(self, worlds: np.ndarray, cast: np.ndarray, facts: np.ndarray, person: np.ndarray) -> None:
        """Fill the stores of `worlds` (n,) and start their trails at `person` (n,)."""
        self.cast[worlds] = cast
        self.facts[worlds] = facts
        self.depth[worlds] = 0
        self.trail_topic[worlds] = 0
        self.trail_subject[worlds] = 0
        self.trail_person[worlds] = person[:, None]
        self._clear_results(worlds)

    def _clear_results(self, worlds: np.ndarray) -> None:
        self.searched[worlds] = -1
        self.result_topic[worlds] = -1
        self.result_person[worlds] = -1

    def _search(self, worlds: np.ndarray, topic: np.ndarray) -> None:
        person = self.trail_person[worlds, self.depth[worlds]]
        self.searched[worlds] = topic
        self.result_topic[worlds], self.result_person[worlds] = results(
            self.cast[worlds], topic, person, self.topics, self.people
        )

    def _read(self, worlds: np.ndarray, slot: np.ndarray) -> None:
        topic, subject = self.result_topic[worlds, slot], self.result_person[worlds, slot]
        place = self.depth[worlds]
        self.trail_topic[worlds, place] = topic
        self.trail_subject[worlds, place] = subject
        self.trail_person[worlds, place + 1] = self.facts[worlds, topic, subject]
        self.depth[worlds] = place + 1
        self._clear_results(worlds)

    def _go_back(self, worlds: np.ndarray) -> None:
        self.depth[worlds] -= 1
        self._clear_results(worlds)

    def person(self) -> np.ndarray:
        """(B,) int64: the person at hand, whom the open document names or, without one, the trail's start."""
        return self.trail_person[self._everyone, self.depth]

    def open_document(self) -> tuple[np.ndarray, np.ndarray]:
        """(B,) int64 topic of the last document on the trail and whom it is about; arbitrary without one."""
        last = np.maximum(self.depth - 1, 0)
        return self.trail_topic[self._everyone, last], self.trail_subject[self._everyone, last]

    def _result_lines(self, world: int) -> list[str]:
        if self.searched[world] < 0:
            return []
        found = zip(self.result_person[world], self.result_topic[world], strict=True)
        names = [f"{name(self.cast[world], person)}: {TOPIC_NAMES[topic]}" for person, topic in found]
        header = f"results for {TOPIC_NAMES[self.searched[world]]}:"
        return [header, *(f"  {slot}. {text}" for slot, text in enumerate(names, start=1))]

    def _sentence(self, world: int, place: int) -> str:
        topic, subject = self.trail_topic[world, place], self.trail_subject[world, place]
        return sentence(self.cast[world], self.facts[world], topic, subject)
