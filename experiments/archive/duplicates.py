"""Programs that have been proposed before, found before anything is trained on them again."""

from __future__ import annotations

from collections.abc import Iterable

from ...reward_gen import fingerprint
from ..store import Candidate


class Duplicates:
    """The candidates by what their programs compute; see `fingerprint`.

    Args:
        candidates: those known so far, in the order of proposal.
    """

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self._first: dict[str, Candidate] = {}
        for candidate in candidates:
            if candidate.state not in ("proposed", "rejected"):
                self.add(candidate)

    def add(self, candidate: Candidate) -> None:
        """Note a candidate whose program was accepted."""
        self._first.setdefault(_mark(candidate), candidate)

    def original(self, candidate: Candidate) -> Candidate | None:
        """An earlier candidate with the program of this one, which was accepted too; None for none."""
        return self._first.get(_mark(candidate))


def _mark(candidate: Candidate) -> str:
    assert candidate.program is not None
    return fingerprint(candidate.program)
