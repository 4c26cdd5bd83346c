"""The interface of everything that tracks: one verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Tracker(Protocol):
    """Keeps numbers for a tool that draws them."""

    def write(self, axis: str, step: int, values: Mapping[str, float]) -> None:
        """Write what was found at one point of an axis.

        Args:
            axis: what is counted, such as ``candidate`` or ``generation``; the values are drawn over it.
            step: where on the axis.
            values: name -> value; it is tracked as ``axis/name``.
        """


class Several:
    """Writes everything to each of `trackers`."""

    def __init__(self, trackers: Sequence[Tracker]) -> None:
        self._trackers = trackers

    def write(self, axis: str, step: int, values: Mapping[str, float]) -> None:
        """Write it everywhere."""
        for tracker in self._trackers:
            tracker.write(axis, step, values)


NOTHING = Several([])
