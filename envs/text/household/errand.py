"""The engine behind every household task: a house that is seen one place at a time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ..array_task import ArrayTask, choose
from .declaration import declare
from .house import DOORS, House


class Errand(ArrayTask):
    """Errands in one house; subclassing fixes it: ``class Tidy(Errand, name=..., house=..., horizon=...)``.

    The agent sees what lies where it stands, unless behind a closed door, and remembers what it saw. Once
    the errand is done only `look` is legal, which changes nothing.

    Args of the subclass statement:
        name: name of the task's spec.
        house: places, things and conditions.
        horizon: steps after which an episode is truncated.
        level: ``easy`` or ``hard``.
    """

    house: ClassVar[House]
    _open: ClassVar[int]
    _take: ClassVar[int]
    _put: ClassVar[int]
    _treat: ClassVar[int]
    _look: ClassVar[int]
    has_held_out = True
    state_names = ("errand", "place", "condition", "here", "opened", "held", "seen", "searched")

    def __init_subclass__(
        cls, *, name: str = "", house: House | None = None, horizon: int = 0, level: str = "hard"
    ) -> None:
        super().__init_subclass__()
        if house is None:
            return
        cls.house, cls.draws = house, 1 + len(house.things)
        cls.spec = declare(name, house, horizon, level)
        cls._open, cls._put = house.first("open"), house.first("put")
        cls._take, cls._treat, cls._look = house.first("take"), cls._put + 1, house.first("look")

    def _allocate(self) -> None:
        worlds, house = self.num_worlds, self.house
        self.errand = np.zeros(worlds, np.int64)
        self.place = np.zeros((worlds, len(house.things)), np.int64)
        self.condition = np.zeros((worlds, len(house.things), len(house.conditions)), bool)
        self.here = np.zeros(worlds, np.int64)
        self.opened = np.zeros((worlds, len(house.places) + 1), bool)
        self.held = np.zeros(worlds, np.int64)
        self.seen = np.zeros((worlds, len(house.things)), bool)
        self.searched = np.zeros((worlds, len(house.places) + 1), bool)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        house = self.house
        errand = house.instances.pick(draws[:, 0], self.split)
        thing, _, end = house.errands[errand].T
        place = choose(draws[:, 1:], len(house.places))
        rows = np.arange(len(worlds))
        # The wanted thing starts in one of the other places, all equally likely.
        elsewhere = choose(draws[rows, 1 + thing], len(house.places) - 1)
        place[rows, thing] = elsewhere + (elsewhere >= end)
        self.errand[worlds] = errand
        self.place[worlds] = place
        self.condition[worlds] = False
        self.here[worlds] = house.doorway
        self.opened[worlds] = False
        self.held[worlds] = house.nothing
        self.seen[worlds] = False
        self.searched[worlds] = False

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        house, here = self.house, self.here
        doors = np.flatnonzero(legal & (actions >= self._open) & (actions < self._take))
        self.opened[doors, here[doors]] = actions[doors] == self._open
        taken = np.flatnonzero(legal & (actions >= self._take) & (actions < self._put))
        self.held[taken] = actions[taken] - self._take
        self.place[taken, self.held[taken]] = house.hand
        put = np.flatnonzero(legal & (actions == self._put))
        self.place[put, self.held[put]] = here[put]
        self.held[put] = house.nothing
        treated = np.flatnonzero(legal & (actions >= self._treat) & (actions < self._look))
        verb, thing = actions[treated] - self._treat, self.held[treated]
        self.condition[treated, thing] &= house.keeps[verb]
        self.condition[treated, thing, verb] = True
        self.here = np.where(legal & (actions < self._open), actions, here)
        self.seen |= self._in_sight()
        self.searched[self._everyone, self.here] |= self._accessible()

    def _accessible(self) -> np.ndarray:
        """(B,) bool: whether no closed door hides what lies here."""
        return self.opened[self._everyone, self.here] | ~self.house.has_door[self.here]

    def _in_sight(self) -> np.ndarray:
        """(B, things) bool: what lies here and can be seen."""
        return (self.place == self.here[:, None]) & self._accessible()[:, None]

    def _wanted(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(B,) each: the thing wanted, where it is, and where it is to be."""
        thing, _, end = self.house.errands[self.errand].T
        return thing, self.place[self._everyone, thing], end

    def _treated(self) -> np.ndarray:
        """(B,) bool: whether the wanted thing is in the wanted condition; True where none is wanted."""
        if not self.house.conditions:
            return np.ones(self.num_worlds, bool)
        thing, condition, _ = self.house.errands[self.errand].T
        return self.condition[self._everyone, thing, condition]

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: what can be done here and now; never none."""
        house, here, worlds = self.house, self.here, self._everyone
        masks = np.empty((self.num_worlds, len(house.actions)), bool)
        free, accessible = self.held == house.nothing, self._accessible()
        masks[:, : self._open] = here[:, None] != np.arange(len(house.places))
        masks[:, self._open] = ~accessible
        masks[:, self._open + 1] = self.opened[worlds, here]
        masks[:, self._take : self._put] = self._in_sight() & free[:, None]
        masks[:, self._put] = ~free & accessible & (here != house.doorway)
        masks[:, self._treat : self._look] = house.treats[here, self.held]
        masks &= ~self.success()[:, None]
        masks[:, self._look] = True
        return masks

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field, (B, *shape), in fresh arrays."""
        house, worlds = self.house, self._everyone
        thing, where, end = self._wanted()
        found = self.seen[worlds, thing]
        values = {
            "wanted_thing": thing.copy(),
            "wanted_place": end.copy(),
            "here": self.here.copy(),
            "door": house.has_door[self.here] * (1 + self.opened[worlds, self.here]),
            "in_sight": self._in_sight(),
            "held": self.held.copy(),
            # Places up to the doorway, which holds nothing, then the hand and nowhere.
            "wanted_thing_seen": np.where(found, where - (where == house.hand), house.hand),
            "searched": self.searched[:, : house.doorway].copy(),
            "found": found,
            "in_hand": where == house.hand,
            "at_wanted_place": where == end,
            "illegal_actions": self.illegal_actions(),
        }
        if house.conditions:
            values["wanted_condition"] = house.errands[self.errand, 1]
            # An empty hand reads as the last thing's condition, blanked out.
            holding = (self.held < house.nothing)[:, None]
            values["held_condition"] = self.condition[worlds, self.held - ~holding[:, 0]] & holding
            values["treated"] = self._treated()
        return {field.name: values[field.name] for field in self.spec.fields}

    def success(self) -> np.ndarray:
        """(B,) bool: the wanted thing lies in the wanted place, in the wanted condition."""
        _, where, end = self._wanted()
        return (where == end) & self._treated()

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: sub-goals met, as a share of all."""
        thing, where, _ = self._wanted()
        done = self.success()
        met = [self.seen[self._everyone, thing], (where == self.house.hand) | done, done]
        if self.house.conditions:
            met.append(self._treated())
        return np.mean(met, axis=0)

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: search place by place, take, treat and deliver, by what has been seen alone."""
        house, worlds, here = self.house, self._everyone, self.here
        thing, where, end = self._wanted()
        holds, idle = where == house.hand, self.held == house.nothing
        raw = holds & ~self._treated()
        goal = np.where(self.seen[worlds, thing], where, np.argmin(self.searched[:, : house.doorway], axis=1))
        goal = np.where(holds, end, np.where(idle, goal, here))
        act = np.where(idle, self._take + thing, self._put)
        if house.conditions:
            condition = house.errands[self.errand, 1]
            goal = np.where(raw, house.appliances[condition], goal)
            act = np.where(raw, self._treat + condition, act)
        act = np.where(~raw & ~self._accessible(), self._open, act)
        act = np.where(goal != here, goal, act)
        return np.where(self.success(), self._look, act)

    def instance_key(self, world: int) -> Hashable:
        """The errand: what is to be brought where, and in which condition."""
        return int(self.errand[world])

    def render_text(self, world: int) -> str:
        """What the agent would be told: its errand, where it is, what it sees, holds and has seen."""
        house = self.house
        things, places = tuple(house.things), (*house.places, "doorway")
        thing, condition, end = house.errands[self.errand[world]]
        manner = f"{house.conditions[condition]} " if house.conditions else ""
        here = self.here[world]
        sight = [things[number] for number in np.flatnonzero(self._in_sight()[world])]
        preposition = "in" if places[end] in DOORS else "on"
        lines = [f"Errand: put the {manner}{things[thing]} {preposition} the {places[end]}."]
        if self._accessible()[world]:
            lines.append(f"You are at the {places[here]} and see {', '.join(sight) or 'nothing of note'}.")
        else:
            lines.append(f"You are at the {places[here]}, which is closed.")
        if self.held[world] < house.nothing:
            state = self.condition[world, self.held[world]]
            words = [name for name, holds in zip(house.conditions, state, strict=True) if holds]
            lines.append(f"In your hand: {' '.join([*words, things[self.held[world]]])}.")
        known = [
            number for number in np.flatnonzero(self.seen[world]) if self.place[world, number] < house.doorway
        ]
        if known:
            memory = (f"{things[number]} ({places[self.place[world, number]]})" for number in known)
            lines.append(f"You remember: {', '.join(memory)}.")
        if self.success()[world]:
            lines.append("Done, thank you!")
        return "\n".join(lines)
