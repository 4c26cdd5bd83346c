"""A maze of square cells: where its cells are and how its ways run."""

from __future__ import annotations

import numpy as np

WALL = "#"


class Layout:
    """Open cells and walls, centred on the origin.

    >>> u_turn = Layout(("####", "#..#", "##.#", "#..#", "####"), cell=1.0)
    >>> start, goal = np.array([[-0.5, 1.0]]), np.array([[-0.5, -1.2]])
    >>> u_turn.way_length(start, goal).round(3).tolist()
    [4.2]

    Args:
        rows: the map from north (+y) to south, each row from west to east (+x); ``#`` is a wall.
        cell: side of a cell in m.

    Attributes:
        rows: the map.
        cell: side of a cell in m.
        centres: (n, 2) m, the centres of the open cells, row after row.
        walls: (w, 2) m, the centres of the walls, row after row.
        hops: (n, n) steps from cell to neighbouring cell on the shortest way between any two open cells.
        towards: (n, n) first cell on the shortest way from one to another; itself where they are one.
    """

    def __init__(self, rows: tuple[str, ...], cell: float) -> None:
        self.rows = rows
        self.cell = cell
        is_wall = np.array([list(row) for row in rows]) == WALL
        self.centres = self._centres(~is_wall)
        self.walls = self._centres(is_wall)
        self.hops = _shortest_ways(self._are_neighbours())
        self.towards = self._first_cells()

    def cell_of(self, pos: np.ndarray) -> np.ndarray:
        """(B,) index of the open cell in which, or nearest to which, `pos` (B, 2) m lies."""
        return np.argmin(np.abs(pos[:, None] - self.centres).max(axis=-1), axis=1)

    def waypoint(self, pos: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """(B, 2) m: where to head from `pos` (B, 2): the next cell's centre, or `goal` (B, 2) in its cell."""
        here, there = self.cell_of(pos), self.cell_of(goal)
        return np.where((here == there)[:, None], goal, self.centres[self.towards[here, there]])

    def way_length(self, pos: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """(B,) m: how far it is from `pos` (B, 2) to `goal` (B, 2) by way of the cells' centres."""
        here, there = self.cell_of(pos), self.cell_of(goal)
        next_centre, last_centre = self.centres[self.towards[here, there]], self.centres[there]
        between_centres = self.cell * (self.hops[here, there] - 1)
        through_centres = _length(next_centre - pos) + between_centres + _length(goal - last_centre)
        return np.where(here == there, _length(goal - pos), through_centres)

    def _centres(self, chosen: np.ndarray) -> np.ndarray:
        """Centres (k, 2) of the cells that `chosen` (rows, columns) marks."""
        height, width = chosen.shape
        row, column = np.nonzero(chosen)
        x = (column + 0.5) * self.cell - width / 2 * self.cell
        y = height / 2 * self.cell - (row + 0.5) * self.cell
        return np.stack([x, y], axis=1)

    def _are_neighbours(self) -> np.ndarray:
        """(n, n) bool: whether two open cells share a side."""
        apart = np.abs(self.centres[:, None] - self.centres).sum(axis=-1) / self.cell
        return np.isclose(apart, 1.0)

    def _first_cells(self) -> np.ndarray:
        """(n, n) the neighbour of a cell (or the cell itself) that is nearest to another cell."""
        adjacent = self.hops <= 1
        # via[a, b, c]: hops from a's neighbour b on to c.
        via = np.where(adjacent[:, :, None], self.hops[None], len(self.hops))
        first = np.argmin(via, axis=1)
        np.fill_diagonal(first, np.arange(len(first)))
        return first


def _shortest_ways(neighbours: np.ndarray) -> np.ndarray:
    """Hops (n, n) between all pairs of cells by breadth-first search from all cells at once."""
    reached = np.eye(len(neighbours), dtype=bool)
    hops = np.where(reached, 0, len(neighbours))
    for distance in range(1, len(neighbours)):
        newly = (reached @ neighbours) & ~reached
        hops[newly] = distance
        reached |= newly
    if not reached.all():
        raise ValueError("some open cells of the maze cannot be reached from others")
    return hops


def _length(vector: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vector, axis=-1)
