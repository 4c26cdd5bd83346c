"""Uniform numbers for episode starts: one stream per world, handed out in batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class DrawStreams:
    """B independent streams of points in the unit cube, each from its world's own generator.

    Points are drawn `BLOCK` episodes ahead in one call. A stream is read in order, so the numbers do not
    depend on how many worlds there are or on which of them ask together.
    """

    BLOCK = 32

    def __init__(self, num_worlds: int, size: int) -> None:
        self._generators: list[np.random.Generator | None] = [None] * num_worlds
        self._points = np.empty((num_worlds, self.BLOCK, size))
        self._next = np.full(num_worlds, self.BLOCK)

    def seed(self, worlds: np.ndarray, generators: Sequence[np.random.Generator | None]) -> None:
        """Give each of `worlds` (n,) a new generator; None keeps the one it has."""
        for world, generator in zip(worlds, generators, strict=True):
            if generator is not None:
                self._generators[world] = generator
                self._next[world] = self.BLOCK

    def take(self, worlds: np.ndarray) -> np.ndarray:
        """The next point (n, size) in [0, 1) of each of `worlds` (n,)."""
        for world in worlds[self._next[worlds] == self.BLOCK]:
            self._refill(world)
        points = self._points[worlds, self._next[worlds]]
        self._next[worlds] += 1
        return points

    def part(self, worlds: np.ndarray) -> DrawStreams:
        """The streams of `worlds` (n,) alone, from where they stand; they are no longer to be read here."""
        part = DrawStreams(len(worlds), self._points.shape[2])
        part._generators = [self._generators[world] for world in worlds]
        part._points, part._next = self._points[worlds], self._next[worlds]
        return part

    def _refill(self, world: int) -> None:
        generator = self._generators[world]
        if generator is None:
            generator = self._generators[world] = np.random.default_rng()
        self._points[world] = generator.random(self._points.shape[1:])
        self._next[world] = 0
