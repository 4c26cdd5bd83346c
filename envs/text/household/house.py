"""What stands in a house and what can be done there, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from ..instances import Instances

# Condition -> the verb that brings it about, the place where that is done and the conditions that it undoes.
TREATMENTS = {
    "hot": ("heat", "microwave", ("cold",)),
    "cold": ("cool", "fridge", ("hot",)),
    "clean": ("wash", "sink", ()),
}
DOORS = frozenset({"microwave", "fridge", "cupboard", "drawer", "sideboard"})


@dataclass(frozen=True)
class House:
    """Places, things and the conditions that each thing can be brought into.

    Index ``len(places)`` is the doorway, where every errand begins and where nothing lies. Actions are: go
    to a place, open, close, take a thing, put, one verb for each condition, look.

    Attributes:
        places: receptacles by name; those in `DOORS` begin closed and hide what is inside.
        things: thing -> conditions that it can be brought into. Where no thing has any, errands ask for
            none; where some have, the others are clutter that nobody asks for.
    """

    places: tuple[str, ...]
    things: dict[str, tuple[str, ...]]

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """The conditions that some thing can be in."""
        return tuple(name for name in TREATMENTS if any(name in takes for takes in self.things.values()))

    @cached_property
    def doorway(self) -> int:
        """Number of the doorway."""
        return len(self.places)

    @cached_property
    def hand(self) -> int:
        """What stands for the hand where a place is expected."""
        return len(self.places) + 1

    @cached_property
    def nothing(self) -> int:
        """What stands for an empty hand where a thing is expected."""
        return len(self.things)

    @cached_property
    def has_door(self) -> np.ndarray:
        """(places + 1,) bool."""
        return np.array([place in DOORS for place in (*self.places, "doorway")])

    @cached_property
    def treats(self) -> np.ndarray:
        """(places + 1, things + 1, conditions) bool: whether the verb works there on what is held."""
        rules = np.zeros((self.doorway + 1, self.nothing + 1, len(self.conditions)), bool)
        for column, condition in enumerate(self.conditions):
            takes = [condition in able for able in self.things.values()]
            rules[self.places.index(TREATMENTS[condition][1]), : self.nothing, column] = takes
        return rules

    @cached_property
    def appliances(self) -> np.ndarray:
        """(conditions,) int: the place where each condition is brought about."""
        return np.array([self.places.index(TREATMENTS[name][1]) for name in self.conditions], np.int64)

    @cached_property
    def keeps(self) -> np.ndarray:
        """(conditions, conditions) bool: whether bringing about the first leaves the second as it is."""
        kept = [[other not in TREATMENTS[name][2] for other in self.conditions] for name in self.conditions]
        return np.array(kept, bool).reshape(len(kept), len(kept))

    @cached_property
    def errands(self) -> np.ndarray:
        """(errands, 3) int64: thing wanted, condition wanted (0 where there are none) and destination.

        Nothing is wanted in an appliance: it would lie there already when it comes into its condition.
        """
        used = set(self.appliances.tolist())
        ends = [place for place in range(len(self.places)) if place not in used]
        rows = [
            (thing, condition, end)
            for (thing, takes), end in product(enumerate(self.things.values()), ends)
            for condition in (map(self.conditions.index, takes) if self.conditions else [0])
        ]
        return np.array(rows)

    @cached_property
    def instances(self) -> Instances:
        """The errands, a fifth of which training never draws."""
        return Instances(len(self.errands))

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """All commands, in words."""
        return (
            *(f"go to {place}" for place in self.places),
            "open",
            "close",
            *(f"take {thing}" for thing in self.things),
            "put",
            *(TREATMENTS[name][0] for name in self.conditions),
            "look",
        )

    def first(self, verb: str) -> int:
        """Number of the first action that begins with `verb`."""
        return next(number for number, action in enumerate(self.actions) if action.split()[0] == verb)
