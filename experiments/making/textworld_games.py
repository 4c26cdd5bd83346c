"""Generates TextWorld games and records each as a table of commands, so that playing needs no TextWorld.

Run as ``python -m rewardsmith.experiments.making.textworld_games``; ``pip install textworld==1.7.0`` first.
A TextWorld game is a small logic program (Côté et al. 2018, "TextWorld: A Learning Environment for
Text-based Games"): facts, and rules with preconditions and effects. All rules are grounded here, and only
the facts that some kept command can change are written down. The seeds are fixed: the same version of
TextWorld gives the same games.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import tyro
from textworld.challenges.tw_coin_collector import coin_collector
from textworld.challenges.tw_cooking import cooking
from textworld.challenges.tw_treasure_hunter import treasure_hunter
from textworld.generator.game import Event, Game, GameOptions, Quest
from textworld.generator.inform7 import Inform7Game
from textworld.logic import Action, Proposition
from tqdm import tqdm

FOLDER = Path(__file__).resolve().parents[2] / "envs" / "text" / "textworld"
_SIDES = {"north_of": ("north", "south"), "west_of": ("west", "east")}


class Place:
    """What stands where in a game, as its labels need it.

    Attributes:
        game: the game.
        doors: (room, door) -> the side of the room on which the door is.
        containers: room -> what can be opened there, doors aside.
        foods: all foods, in an order that says nothing.
    """

    def __init__(self, game: Game, seed: int) -> None:
        self.game = game
        sides, links = {}, []
        self.containers: dict[str, list[str]] = {}
        for fact in sorted(game.world.facts, key=str):
            names = [argument.name for argument in fact.arguments]
            if fact.name in _SIDES:
                to_first, to_second = _SIDES[fact.name]
                sides[names[1], names[0]], sides[names[0], names[1]] = to_first, to_second
            elif fact.name == "link":
                links.append(names)
            elif fact.name == "at" and game.kb.types.is_descendant_of(fact.arguments[0].type, "c"):
                self.containers.setdefault(names[1], []).append(names[0])
        self.doors = {(room, door): sides[room, beyond] for room, door, beyond in links}
        foods = sorted(name for name, info in game.infos.items() if info.type == "f")
        self.foods = [foods[place] for place in np.random.default_rng(seed).permutation(len(foods))]

    def opening(self, action: Action, room: str) -> str:
        """The label of opening or unlocking something, ``open container 1``, ``unlock the door east``."""
        verb = action.name.partition("/")[0]
        thing = next(f.arguments[0].name for f in action.removed if f.name in ("closed", "locked"))
        if (room, thing) in self.doors:
            return f"{verb} the door {self.doors[room, thing]}"
        return f"{verb} container {1 + self.containers[room].index(thing)}"


@dataclass(frozen=True)
class Family:
    """Games of one kind.

    Attributes:
        count: how many are recorded.
        make: a seed -> a game.
        label: what a grounded rule is called among the task's actions; None leaves it out.
        details: what else the task wants to know; its "marks" name facts.
    """

    count: int
    make: Callable[[int], Game]
    label: Callable[[Place, Action, str, str], str | None]
    details: Callable[[Place], dict[str, Any] | None]


def grounded(game: Game) -> list[Action]:
    """Every rule that some state of `game` might allow, in the order in which they are found."""
    state = game.world.state.copy()
    found: dict[Action, None] = {}
    rules, constants = list(game.kb.rules.values()), game.kb.types.constants_mapping
    while True:
        new = [action for action in state.all_applicable_actions(rules, constants) if action not in found]
        if not new:
            return list(found)
        for action in new:
            found[action] = None
            state.add_facts(action.added)


def recorded(place: Place, family: Family) -> dict[str, Any] | None:
    """A game as JSON data; None where it does not suit its family."""
    details = family.details(place)
    if details is None:
        return None
    game = place.game
    start = {str(fact) for fact in game.world.facts}
    commands = list(_reachable(_commands(place, family), start))
    quests = [
        {"win": _conditions(quest.win_events), "fail": _conditions(quest.fail_events)}
        for quest in game.quests
    ]
    changing = {fact for command in commands for fact in (*command["add"], *command["remove"])}
    changing |= {fact for quest in quests for kind in quest.values() for _, event in kind for fact in event}
    changing |= {fact for facts in details["marks"].values() for fact in facts}
    rooms = sorted(room.name for room in game.world.rooms)
    numbers = {fact: number for number, fact in enumerate(sorted(changing))}

    def numbered(facts: Iterable[str]) -> list[int]:
        return sorted(numbers[fact] for fact in facts if fact in numbers)

    plan = _plan(game, commands, start, quests)
    if plan is None:
        return None
    return {
        "facts": len(numbers),
        "rooms": [game.infos[room].name or room for room in rooms],
        "start_room": rooms.index(game.world.player_room.name),
        "start": numbered(start),
        "commands": [
            {
                "label": command["label"],
                "text": command["text"],
                "room": -1 if command["room"] is None else rooms.index(command["room"]),
                "to": -1 if command["to"] is None else rooms.index(command["to"]),
                **{kind: numbered(command[kind]) for kind in ("needs", "add", "remove")},
            }
            for command in commands
        ],
        "quests": [
            {
                kind: [[-1 if room is None else rooms.index(room), numbered(facts)] for room, facts in events]
                for kind, events in quest.items()
            }
            for quest in quests
        ],
        "plan": plan,
        **details,
        "marks": {name: [numbers[fact] for fact in facts] for name, facts in details["marks"].items()},
    }


def _commands(place: Place, family: Family) -> Iterator[dict[str, Any]]:
    actions = grounded(place.game)
    texts = Inform7Game(place.game).gen_commands_from_actions(actions)
    for action, text in zip(actions, texts, strict=True):
        room, needs = _split(action.preconditions)
        to, _ = _split(action.postconditions)
        label = family.label(place, action, text, room or "")
        if label is not None:
            yield {
                "label": label,
                "text": text,
                "room": room,
                "to": None if to == room else to,
                "needs": needs,
                "add": _split(action.added)[1],
                "remove": _split(action.removed)[1],
            }


def _split(facts: Iterable[Proposition]) -> tuple[str | None, set[str]]:
    """Where the player is, if `facts` say it, and the other facts."""
    room = next((f.arguments[1].name for f in facts if f.name == "at" and f.arguments[0].type == "P"), None)
    return room, {str(f) for f in facts if not (f.name == "at" and f.arguments[0].type == "P")}


def _reachable(commands: Iterable[dict[str, Any]], start: set[str]) -> list[dict[str, Any]]:
    """The commands that the kept commands alone can make possible."""
    possible, left = set(start), list(commands)
    found: list[dict[str, Any]] = []
    while True:
        new = [command for command in left if command["needs"] <= possible]
        if not new:
            return found
        found += new
        left = [command for command in left if not command["needs"] <= possible]
        possible.update(*(command["add"] for command in new))


def _conditions(events: Iterable[Event]) -> list[tuple[str | None, set[str]]]:
    return [_split(event.condition.preconditions) for event in events]


def _plan(game: Game, commands: list[dict[str, Any]], start: set[str], quests: list[Any]) -> list[str] | None:
    """The labels of the engine's own walkthrough without idle commands; None unless it wins."""
    facts, room, plan = set(start), game.world.player_room.name, []
    done = [not quest["win"] for quest in quests]
    for text in game.metadata.get("walkthrough") or game.walkthrough:
        now = [
            command
            for command in commands
            if command["text"] == text and command["room"] in (None, room) and command["needs"] <= facts
        ]
        for command in now[:1]:
            facts = (facts - command["remove"]) | command["add"]
            room = command["to"] or room
            plan.append(command["label"])
            for number, quest in enumerate(quests):
                met = (where in (None, room) and event <= facts for where, event in quest["win"])
                done[number] = done[number] or any(met)
    return plan if all(done) else None


def _go_or_look(text: str) -> str | None:
    return text if text == "look" or text.startswith("go ") else None


def _coin(rooms: int, length: int) -> Callable[[int], Game]:
    def make(seed: int) -> Game:
        options = GameOptions()
        options.seeds = seed
        options.nb_rooms, options.quest_length = rooms, length
        options.kb = coin_collector.KnowledgeBase.load(coin_collector.KB_PATH)
        options.grammar.allowed_variables_numbering = True
        return coin_collector.make_game("simple", options)

    return make


def _coin_label(place: Place, action: Action, text: str, room: str) -> str | None:
    return text if text == "take coin" else _go_or_look(text)


def _coin_details(place: Place) -> dict[str, Any]:
    (win,) = place.game.quests[0].win_events
    return {"marks": {"held": [str(fact) for fact in win.condition.preconditions]}}


def _treasure(seed: int) -> Game:
    options = GameOptions()
    options.seeds = seed
    return treasure_hunter.make({"level": 23}, options)


def _carried(event: Event) -> Proposition:
    return next(fact for fact in event.condition.preconditions if fact.name == "in")


def _rivals(quest: Quest) -> list[str]:
    """The object that is wanted, and the one that ends the game."""
    return [_carried(event).arguments[0].name for event in (*quest.win_events, *quest.fail_events)]


def _treasure_slots(place: Place) -> list[str]:
    """Both objects, in the order of their names, which says nothing of which one is wanted."""
    return sorted(_rivals(place.game.quests[0]), key=lambda name: place.game.infos[name].name)


def _treasure_label(place: Place, action: Action, text: str, room: str) -> str | None:
    verb = action.name.partition("/")[0]
    if verb in ("open", "unlock"):
        return place.opening(action, room)
    if verb == "take":
        taken = next(fact.arguments[0].name for fact in action.added if fact.name == "in")
        slots = _treasure_slots(place)
        return f"take object {1 + slots.index(taken)}" if taken in slots else "take the key"
    return _go_or_look(text)


def _treasure_details(place: Place) -> dict[str, Any] | None:
    quest = place.game.quests[0]
    slots = _treasure_slots(place)
    if len(set(slots)) < 2 or max(map(len, place.containers.values()), default=0) > 3:
        return None
    carried = {name: str(_carried(event)) for name, event in zip(_rivals(quest), _events(quest), strict=True)}
    return {
        "marks": {"held": [carried[name] for name in slots]},
        "objects": [place.game.infos[name].name for name in slots],
        "wanted": slots.index(_rivals(quest)[0]),
    }


def _events(quest: Quest) -> list[Event]:
    return [*quest.win_events, *quest.fail_events]


_COOKING = {"recipe": 2, "take": 2, "go": 6, "open": True, "cook": True, "cut": True, "drop": False}
_FOODS = 6


def _cooking(seed: int) -> Game:
    options = GameOptions()
    options.seeds = seed
    return cooking.make({**_COOKING, "recipe_seed": 0, "split": "train"}, options)


def _cooking_label(place: Place, action: Action, text: str, room: str) -> str | None:
    verb, foods = text.split()[0], {place.game.infos[name].name: name for name in place.foods}
    if verb == "open":
        return place.opening(action, room)
    if text == "examine cookbook":
        return "read the cookbook"
    if text in ("prepare meal", "eat meal"):
        return text
    if text.startswith("take knife"):
        return "take the knife"
    food = next((name for name in foods if f"{text} ".startswith(f"{verb} {name} ")), None)
    if food is None or verb not in ("take", "cook", "chop", "slice", "dice"):
        return _go_or_look(text)
    tool = f" with the {text.rpartition(' ')[2]}" if verb == "cook" else ""
    return f"{verb} food {1 + place.foods.index(foods[food])}{tool}"


def _cooking_details(place: Place) -> dict[str, Any] | None:
    game = place.game
    if len(place.foods) > _FOODS or max(map(len, place.containers.values()), default=0) > 3:
        return None
    names = [game.infos[name].name for name in place.foods]
    ingredients = {name: (cooked, cut) for name, cooked, cut in game.metadata["ingredients"]}
    marks = {"knife_held": [next(f"in({e.name}: o, I)" for e in _entities(game, "knife"))]}
    marks["held"] = [f"in({name}: f, I)" for name in place.foods]
    for state in ("fried", "roasted", "grilled", "burned", "chopped", "sliced", "diced"):
        marks[state] = [f"{state}({name}: f)" for name in place.foods]
    (meal,) = (info.id for info in game.infos.values() if info.type == "meal")
    marks["meal_held"] = [f"in({meal}: meal, I)"]
    return {
        "marks": marks,
        "foods": names,
        "recipe": [ingredients.get(name) for name in names],
    }


def _entities(game: Game, name: str) -> list[Any]:
    return [game.world.find_object_by_id(key) for key, info in game.infos.items() if info.name == name]


FAMILIES = {
    "coin-easy": Family(40, _coin(20, 10), _coin_label, _coin_details),
    "coin": Family(60, _coin(40, 20), _coin_label, _coin_details),
    "treasure": Family(24, _treasure, _treasure_label, _treasure_details),
    "cooking": Family(60, _cooking, _cooking_label, _cooking_details),
}


def record_games(name: str) -> None:
    """Write ``<name>.games.json.gz``: the first seeds whose games suit, and differ."""
    family, games, known = FAMILIES[name], [], set()
    with tqdm(total=family.count, desc=name) as bar:
        for seed in count():
            try:
                game = recorded(Place(family.make(seed), seed), family)
            except (treasure_hunter.QuestGenerationError, cooking.QuestGenerationError):
                continue
            key = json.dumps(game and {**game, "rooms": None}, sort_keys=True)
            if game is not None and key not in known:
                known.add(key)
                games.append({"seed": seed, **game})
                bar.update()
            if len(games) == family.count:
                break
    path = FOLDER / f"{name.replace('-', '_')}.games.json.gz"
    path.write_bytes(gzip.compress(json.dumps(games, separators=(",", ":")).encode(), mtime=0))


def main(families: tuple[str, ...] = tuple(FAMILIES)) -> None:
    """Record the games of `families`."""
    for name in families:
        record_games(name)


if __name__ == "__main__":
    tyro.cli(main)
