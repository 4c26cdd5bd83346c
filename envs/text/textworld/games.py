"""Recorded TextWorld games as tables that step a batch of worlds at once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_BITS = 64


class Commands(NamedTuple):
    """What every action does, for each game, room, action and variant; variants differ in what they need.

    Attributes:
        needs: (..., W) uint64, the facts that must hold.
        add: (..., W) uint64, the facts that hold afterwards.
        remove: (..., W) uint64, those that no longer do.
        to: (...) int64, the room that it leads to; -1 where the player stays.
    """

    needs: np.ndarray
    add: np.ndarray
    remove: np.ndarray
    to: np.ndarray


class Events(NamedTuple):
    """What quests wait for, for each game, quest and event.

    Attributes:
        facts: (..., W) uint64, the facts that must hold.
        room: (...) int64, where the player must be; -1 where that does not matter.
    """

    facts: np.ndarray
    room: np.ndarray

    def met(self, games: np.ndarray, facts: np.ndarray, rooms: np.ndarray) -> np.ndarray:
        """(B, quests) bool: whether any event of a quest happens in worlds of `games` (B,)."""
        wanted, where = self.facts[games], self.room[games]
        here = (where < 0) | (where == rooms[:, None, None])
        return (here & holds(facts[:, None, None], wanted)).any(axis=2)


class GamePool:
    """G games, whose facts are bits in W words of 64.

    Each word's highest bit is never set: what needs it never happens.

    Args:
        games: what ``make_textworld_games`` recorded.
        labels: the task's actions.

    Attributes:
        games: the records.
        start: (G, W) uint64, the facts at the start.
        start_room: (G,) int64.
        rooms: (G,) int64, how many rooms there are.
        commands: what every action does.
        win: what completes each quest.
        fail: what fails it, and so the game.
        unwinnable: (G, quests) bool, quests that only forbid something.
        plan: (G, length) int64, actions that win from the start, then zeros.
    """

    def __init__(self, games: Sequence[dict[str, Any]], labels: Sequence[str]) -> None:
        self.games = games
        self._words = max(game["facts"] for game in games) // (_BITS - 1) + 1
        self.start = np.stack([self.packed(game["start"]) for game in games])
        self.start_room = np.array([game["start_room"] for game in games])
        self.rooms = np.array([len(game["rooms"]) for game in games])
        self.commands, self._texts = self._tables(labels)
        self.win, self.fail = self._events("win"), self._events("fail")
        self.unwinnable = ~(self.win.facts != self._never()).any(axis=(2, 3))
        self.plan = np.zeros((len(games), max(len(game["plan"]) for game in games)), np.int64)
        for number, game in enumerate(games):
            self.plan[number, : len(game["plan"])] = [labels.index(label) for label in game["plan"]]

    def packed(self, facts: Sequence[int]) -> np.ndarray:
        """(W,) uint64: the words in which exactly `facts` hold."""
        words = [0] * self._words
        for fact in facts:
            words[fact // (_BITS - 1)] |= 1 << fact % (_BITS - 1)
        return np.array(words, np.uint64)

    def marks(self, name: str, places: int) -> np.ndarray:
        """(G, places, W) uint64: the facts that the records call `name`; one that never holds fills up."""
        facts = [game["marks"][name] for game in self.games]
        found = np.broadcast_to(self._never(), (len(facts), places, self._words)).copy()
        for number, marked in enumerate(facts):
            for place, fact in enumerate(marked):
                found[number, place] = self.packed([fact])
        return found

    def text(self, game: int, room: int, action: int, facts: np.ndarray) -> str:
        """The game's own words for `action`, which must be possible."""
        needs = self.commands.needs[game, room, action]
        return self._texts[game, room, action, int(holds(facts, needs).argmax())]

    def _never(self) -> np.ndarray:
        return np.full(self._words, 1 << _BITS - 1, np.uint64)

    def _tables(self, labels: Sequence[str]) -> tuple[Commands, dict[tuple[int, int, int, int], str]]:
        numbers = {label: number for number, label in enumerate(labels)}
        variants: dict[tuple[int, int, int], list[dict[str, Any]]] = {}
        for game, record in enumerate(self.games):
            for command in record["commands"]:
                everywhere = range(len(record["rooms"]))
                for room in everywhere if command["room"] < 0 else [command["room"]]:
                    variants.setdefault((game, room, numbers[command["label"]]), []).append(command)
        most = max(map(len, variants.values()))
        shape = (len(self.games), int(self.rooms.max()), len(labels), most)
        needs = np.broadcast_to(self._never(), (*shape, self._words)).copy()
        add, remove = np.zeros((2, *shape, self._words), np.uint64)
        to, texts = np.full(shape, -1), {}
        for place, commands in variants.items():
            for variant, command in enumerate(commands):
                needs[*place, variant] = self.packed(command["needs"])
                add[*place, variant] = self.packed(command["add"])
                remove[*place, variant] = self.packed(command["remove"])
                to[*place, variant] = command["to"]
                texts[*place, variant] = command["text"]
        return Commands(needs, add, remove, to), texts

    def _events(self, kind: str) -> Events:
        quests = max(len(game["quests"]) for game in self.games)
        most = max(len(quest[kind]) for game in self.games for quest in game["quests"])
        shape = (len(self.games), quests, max(most, 1))
        facts = np.broadcast_to(self._never(), (*shape, self._words)).copy()
        rooms = np.full(shape, -1)
        for number, game in enumerate(self.games):
            for place, quest in enumerate(game["quests"]):
                for event, (room, wanted) in enumerate(quest[kind]):
                    facts[number, place, event] = self.packed(wanted)
                    rooms[number, place, event] = room
        return Events(facts, rooms)


def holds(facts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(...) bool: whether all of the facts `wanted` (..., W) are among `facts` (..., W)."""
    return np.logical_and.reduce((facts & wanted) == wanted, axis=-1)


@cache
def pool(name: str, labels: tuple[str, ...]) -> GamePool:
    """The recorded games ``<name>.games.json.gz`` as tables for the actions `labels`."""
    path = Path(__file__).with_name(f"{name}.games.json.gz")
    return GamePool(json.loads(gzip.decompress(path.read_bytes())), labels)
