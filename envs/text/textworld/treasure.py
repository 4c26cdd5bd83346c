"""Treasure Hunter: one of two objects in a maze is wanted, and taking the other one loses the game.

The challenge (Côté et al. 2018) follows Parisotto and Salakhutdinov (2018), whose mazes it puts into words.
Doors and containers may be closed or locked. As in Coin Collector, paying for rooms new in the episode (Yuan
et al. 2018) carries an agent far enough to find either object; which one it wants it must still learn.
"""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import TaskSpec
from ..fields import category
from .world import SIDES, TextWorldTask, commands, map_fields

CONTAINERS = 3
_OBJECTS = ("object 1", "object 2")
_ACTION = commands(
    (
        *(f"take {name}" for name in _OBJECTS),
        "take the key",
        *(f"{verb} the door {side}" for verb in ("open", "unlock") for side in SIDES),
        *(f"{verb} container {place + 1}" for verb in ("open", "unlock") for place in range(CONTAINERS)),
    )
)


@register
class Treasure(TextWorldTask):
    """The official level 23: twenty rooms, and the object wanted is up to six rooms away."""

    spec = TaskSpec(
        name="textworld-treasure",
        goal=(
            "Somewhere in the maze lie two objects. Find the one that is wanted and take it; taking the "
            "other one loses the game. An object can be taken in its room, once what holds it is open."
        ),
        fields=(category("wanted", "the object wanted", _OBJECTS), *map_fields(_ACTION)),
        action=_ACTION,
        horizon=40,
        tags=("text", "exploration", "easy"),
        metric="rooms entered, as a share of all",
        ends_on_success=True,
        papers=(
            "Parisotto and Salakhutdinov 2018, Neural Map: Structured Memory for Deep Reinforcement Learning",
            "Yuan et al. 2018, Counting to Explore and Generalize in Text-based Games",
            "Côté et al. 2018, TextWorld: A Learning Environment for Text-based Games",
        ),
    )
    pool_name = "treasure"

    def _wanted(self) -> np.ndarray:
        return np.array([game["wanted"] for game in self.pool.games])[self.game]

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        return {"wanted": self._wanted(), **super().fields()}

    def task_line(self, world: int) -> str:
        """The object wanted."""
        game = self.pool.games[self.game[world]]
        return f"Find the {game['objects'][game['wanted']]}. {super().task_line(world)}."
