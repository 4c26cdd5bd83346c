"""What a BabyAI room holds, read from the official environment's own objects."""

from __future__ import annotations

from typing import Any

import numpy as np

COLORS = ("red", "green", "blue", "purple", "yellow", "grey")
TYPES = ("key", "ball", "box")
FRONTS = ("nothing", "wall", *TYPES)
SIDES = ("any", "left", "right", "front", "behind")
OBJECTS = 9
_ABSENT = 0
# The official directions: right, down, left, up; y runs downwards.
_AHEAD = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])


def wanted_color(env: Any) -> int:
    """The sentence's colour; 0 where it names none."""
    return 1 + COLORS.index(env.instrs.desc.color) if env.instrs.desc.color else _ABSENT


def wanted_type(env: Any) -> int:
    """The sentence's type; 0 where it names none."""
    return 1 + TYPES.index(env.instrs.desc.type) if env.instrs.desc.type else _ABSENT


def wanted_side(env: Any) -> int:
    """The sentence's side; 0 where it names none."""
    return SIDES.index(env.instrs.desc.loc or "any")


def front(env: Any) -> int:
    """What stands in the cell that the agent faces."""
    cell = env.grid.get(*env.front_pos)
    return 0 if cell is None else FRONTS.index(cell.type)


def object_colors(env: Any) -> np.ndarray:
    """(OBJECTS,) int; 0 where there are fewer objects."""
    return _filled([1 + COLORS.index(thing.color) for thing, _ in _objects(env)])


def object_types(env: Any) -> np.ndarray:
    """(OBJECTS,) int; 0 where there are fewer objects."""
    return _filled([1 + TYPES.index(thing.type) for thing, _ in _objects(env)])


def objects_ahead(env: Any) -> np.ndarray:
    """(OBJECTS,) cells; 0 where there are fewer objects."""
    return _filled([_turn(place - env.agent_pos, env.agent_dir)[0] for _, place in _objects(env)])


def objects_right(env: Any) -> np.ndarray:
    """(OBJECTS,) cells; 0 where there are fewer objects."""
    return _filled([_turn(place - env.agent_pos, env.agent_dir)[1] for _, place in _objects(env)])


def target_distance(env: Any) -> float:
    """Steps along the grid from the cell in front to the nearest object that the sentence means."""
    wanted = [place for thing, place in _objects(env) if any(thing is target for target in _targets(env))]
    return float(min((np.abs(place - env.front_pos).sum() for place in wanted), default=0))


def turned(env: Any) -> int:
    """Quarter turns to the right since the start."""
    return (env.agent_dir - env.start_pose[2]) % len(_AHEAD)


def from_start(env: Any) -> np.ndarray:
    """(2,) cells ahead and to the right of the start, as the agent faced there."""
    return np.array(_turn(env.agent_pos - np.array(env.start_pose[:2]), env.start_pose[2]))


def carried(env: Any) -> int:
    """The type of the object in the agent's hands; 0 where there is none."""
    return _ABSENT if env.carrying is None else 1 + TYPES.index(env.carrying.type)


def _targets(env: Any) -> list[Any]:
    return env.instrs.desc.obj_set


def _objects(env: Any) -> list[tuple[Any, np.ndarray]]:
    """What lies in the room, row by row, and where."""
    width = env.grid.width
    cells = enumerate(env.grid.grid)
    return [
        (cell, np.array([place % width, place // width]))
        for place, cell in cells
        if cell is not None and cell.type in TYPES
    ]


def _turn(offset: np.ndarray, direction: int) -> tuple[int, int]:
    """How far `offset` goes ahead, and how far to the right, for who faces `direction`."""
    ahead = _AHEAD[direction]
    return int(offset @ ahead), int(offset @ np.array([-ahead[1], ahead[0]]))


def _filled(values: list[int]) -> np.ndarray:
    return np.array([*values, *([_ABSENT] * (OBJECTS - len(values)))])
