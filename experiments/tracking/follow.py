"""Tracks what an experiment stores, and nothing else: what is tracked is what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..store import Candidate, Run, Store
from .measures import SETTLED, candidate_values, generation_values, run_values
from .tracker import Tracker


@contextmanager
def followed(store: Store, tracker: Tracker, place: str = "") -> Iterator[None]:
    """Write all that `store` holds to `tracker`, and within the block all that it gets.

    Args:
        store: of an evolution or a comparison.
        tracker: where to write.
        place: put before the names of axes, such as ``drawer-open/``.
    """
    follower = _Follower(tracker, place)
    follower.candidates(store.candidates())
    follower.runs(store.runs())
    store.on_candidates, store.on_runs = follower.candidates, follower.runs
    try:
        yield
    finally:
        store.on_candidates = store.on_runs = None


class _Follower:
    def __init__(self, tracker: Tracker, place: str) -> None:
        self._tracker = tracker
        self._place = place
        self._known: dict[int, Candidate] = {}
        self._generations = 0

    def candidates(self, changed: Sequence[Candidate]) -> None:
        for candidate in changed:
            before = self._known.get(candidate.id)
            self._known[candidate.id] = candidate
            values = candidate_values(candidate)
            if values and (before is None or before.state != candidate.state):
                self._tracker.write(f"{self._place}candidate", candidate.id, values)
        while self._is_done(self._generations):
            known = [c for c in self._known.values() if c.generation <= self._generations]
            values = generation_values(known, self._generations)
            self._tracker.write(f"{self._place}generation", self._generations, values)
            self._generations += 1

    def runs(self, finished: Sequence[Run]) -> None:
        for run in finished:
            self._tracker.write(f"{self._place}final/{run.method}", run.seed, run_values(run))

    def _is_done(self, generation: int) -> bool:
        # A generation is stored as a whole when it is proposed.
        own = [c for c in self._known.values() if c.generation == generation]
        return bool(own) and all(c.state in SETTLED for c in own)
