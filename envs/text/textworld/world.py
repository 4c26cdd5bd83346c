"""B TextWorld games side by side: facts, commands, quests, and what a player remembers of the map."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from ...spec import ActionSpec, Field
from ..array_task import ArrayTask
from ..fields import ILLEGAL_ACTIONS, category, flag, share
from ..instances import Instances
from .games import GamePool, holds, pool

SIDES = ("north", "east", "south", "west")
# "look" is legal everywhere and changes nothing; when a game is over, nothing else is.
MOVES = ("look", *(f"go {side}" for side in SIDES))
_BACK = np.array([0, 3, 4, 1, 2])
_EXITS = slice(1, 1 + len(SIDES))


def commands(labels: tuple[str, ...]) -> ActionSpec:
    """The actions of a game: the moves, then `labels`."""
    labels = (*MOVES, *labels)
    return ActionSpec("discrete", len(labels), "the next command", labels=labels, masked=True)


def map_fields(action: ActionSpec) -> tuple[Field, ...]:
    """The fields that every game has."""
    listed = ", ".join(action.labels)
    return (
        flag("possible", f"whether each command is possible now: {listed}", (action.size,)),
        flag("known_exits", "whether north, east, south, west lead to a room entered before", (4,)),
        category("way_back", "the side on which this room was first entered", ("none", *SIDES)),
        share("rooms_seen", "rooms entered so far, as a share of all", observed=False),
        ILLEGAL_ACTIONS,
    )


class TextWorldTask(ArrayTask):
    """B games out of a pool. A won or lost game stands still, and "look" alone is legal in it.

    A player at the keyboard draws a map; `known_exits` and `way_back` are that map as seen from the current
    room, which is all that a policy without memory needs to explore in depth-first order.

    Attributes:
        pool_name: the pool's file.
    """

    draws = 1
    has_held_out = True
    state_names: ClassVar[tuple[str, ...]] = (
        "game",
        "room",
        "facts",
        "done",
        "failed",
        "seen",
        "back",
        "moves",
    )
    pool_name: ClassVar[str]
    # The masks of the current state, once they are asked for: they cost more than all else.
    _legal: np.ndarray | None = None

    def _allocate(self) -> None:
        count, rooms = self.num_worlds, int(self.pool.rooms.max())
        self.game = np.zeros(count, np.int64)
        self.room = np.zeros(count, np.int64)
        self.facts = np.zeros((count, self.pool.start.shape[1]), np.uint64)
        self.done = np.zeros((count, self.pool.unwinnable.shape[1]), bool)
        self.failed = np.zeros(count, bool)
        self.seen = np.zeros((count, rooms), bool)
        self.back = np.zeros((count, rooms), np.int64)
        self.moves = np.zeros(count, np.int64)

    @property
    def pool(self) -> GamePool:
        """The games."""
        return pool(self.pool_name, self.spec.action.labels)

    def _begin(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        self._legal = None
        games = Instances(len(self.pool.games)).pick(draws[:, 0], self.split)
        self.game[worlds] = games
        self.room[worlds] = self.pool.start_room[games]
        self.facts[worlds] = self.pool.start[games]
        self.done[worlds] = self.pool.unwinnable[games]
        self.failed[worlds] = False
        self.seen[worlds] = False
        self.seen[worlds, self.room[worlds]] = True
        self.back[worlds] = 0
        self.moves[worlds] = 0

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        self._legal = None
        needs, add, remove, to = (table[self.game, self.room, actions] for table in self.pool.commands)
        variant = holds(self.facts[:, None], needs).argmax(axis=1)
        chosen = (self._everyone, variant)
        self.facts = np.where(legal[:, None], self.facts & ~remove[chosen] | add[chosen], self.facts)
        self.moves += legal & ~self.over()
        self._enter(np.flatnonzero(legal & (to[chosen] >= 0)), to[chosen], actions)
        self._judge()

    def _enter(self, worlds: np.ndarray, to: np.ndarray, actions: np.ndarray) -> None:
        rooms = to[worlds]
        self.room[worlds] = rooms
        first = ~self.seen[worlds, rooms]
        self.back[worlds[first], rooms[first]] = _BACK[actions[worlds[first]]]
        self.seen[worlds, rooms] = True

    def _judge(self) -> None:
        """Quests are complete once and for all; those that are complete can no longer fail."""
        pending = ~self.over()[:, None] & (~self.done | self.pool.unwinnable[self.game])
        failed = self.pool.fail.met(self.game, self.facts, self.room)
        self.failed |= (pending & failed).any(axis=1)
        self.done |= pending & self.pool.win.met(self.game, self.facts, self.room)

    def over(self) -> np.ndarray:
        """(B,) bool: whether the game is won or lost."""
        return self.failed | self.done.all(axis=1)

    def success(self) -> np.ndarray:
        """(B,) bool: the engine's verdict, that every quest is complete and none has failed."""
        return self.done.all(axis=1) & ~self.failed

    def terminated(self) -> np.ndarray:
        """(B,) bool: a game that is won or lost is over."""
        return self.over()

    def action_masks(self) -> np.ndarray:
        """(B, actions) bool: the commands that the game admits now; "look" always."""
        if self._legal is None:
            needs = self.pool.commands.needs[self.game, self.room]
            admitted = np.asarray(holds(self.facts[:, None, None], needs).any(axis=2))
            admitted[self.over(), 1:] = False
            self._legal = admitted
        return self._legal.copy()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        super().restore(state)
        self._legal = None

    def score(self) -> np.ndarray:
        """(B,) float in [0, 1]: quests completed, as a share of those that can be."""
        winnable = ~self.pool.unwinnable[self.game]
        return (self.done & winnable).sum(axis=1) / winnable.sum(axis=1)

    def metric(self) -> np.ndarray:
        """(B,) float in [0, 1]: rooms entered so far, as a share of all."""
        return self.seen.sum(axis=1) / self.pool.rooms[self.game]

    def fields(self) -> dict[str, np.ndarray]:
        """The fields of the map, in fresh arrays."""
        beyond = self.pool.commands.to[self.game, self.room, _EXITS, 0]
        return {
            "possible": self.action_masks(),
            "known_exits": (beyond >= 0) & self.seen[self._everyone[:, None], beyond],
            "way_back": self.back[self._everyone, self.room],
            "rooms_seen": self.seen.sum(axis=1) / self.pool.rooms[self.game],
            "illegal_actions": self.illegal_actions(),
        }

    def scripted_actions(self) -> np.ndarray:
        """(B,) int: the next command of the game's walkthrough."""
        plan = self.pool.plan
        return plan[self.game, np.minimum(self.moves, plan.shape[1] - 1)]

    def instance_key(self, world: int) -> Hashable:
        """The game."""
        return int(self.game[world])

    def render_text(self, world: int) -> str:
        """Where the player stands, and what can be done there in the game's own words."""
        game, room = int(self.game[world]), int(self.room[world])
        if self.over()[world]:
            return "*** You have won ***" if self.success()[world] else "*** You have lost ***"
        actions = np.flatnonzero(self.action_masks()[world])
        texts = [self.pool.text(game, room, int(action), self.facts[world]) for action in actions]
        return f"-= {self.pool.games[game]['rooms'][room]} =-\n{self.task_line(world)}\n> {', '.join(texts)}"

    def task_line(self, world: int) -> str:
        """What is wanted in `world`, and how far it has come."""
        return f"{self.seen[world].sum()} of {self.pool.rooms[self.game[world]]} rooms seen"
