"""Recorded games against TextWorld's own engine, and the tables against sets of facts."""

import numpy as np
import pytest

from rewardsmith.envs import task_class
from rewardsmith.envs.text.textworld.games import GamePool, holds

NAMES = ["textworld-coin-easy", "textworld-coin", "textworld-treasure", "textworld-cooking"]

# A door between a hall and a vault; facts: 0 door closed, 1 door open, 2 gem on the floor, 3 gem held.
LABELS = ("look", "go in", "open", "take")
VAULT = {
    "facts": 4,
    "rooms": ["hall", "vault"],
    "start_room": 0,
    "start": [0, 2],
    "commands": [
        {"label": "look", "text": "look", "room": 0, "to": -1, "needs": [], "add": [], "remove": []},
        {"label": "look", "text": "look", "room": 1, "to": -1, "needs": [], "add": [], "remove": []},
        {"label": "open", "text": "open it", "room": 0, "to": -1, "needs": [0], "add": [1], "remove": [0]},
        {"label": "go in", "text": "go east", "room": 0, "to": 1, "needs": [1], "add": [], "remove": []},
        {"label": "take", "text": "take gem", "room": 1, "to": -1, "needs": [2], "add": [3], "remove": [2]},
    ],
    "quests": [{"win": [[-1, [3]]], "fail": []}, {"win": [], "fail": [[1, [0]]]}],
    "plan": ["open", "go in", "take"],
    "marks": {"held": [3]},
}


def test_tables_say_what_the_record_says():
    pool = GamePool([VAULT], LABELS)
    start = pool.start[0]
    possible = holds(start, pool.commands.needs[0, 0]).any(axis=1)
    assert possible.tolist() == [True, False, True, False]
    opened = (start & ~pool.commands.remove[0, 0, 2, 0]) | pool.commands.add[0, 0, 2, 0]
    assert opened.tolist() == pool.packed([1, 2]).tolist()
    assert pool.commands.to[0, 0, 1, 0] == 1 and pool.commands.to[0, 0, 2, 0] == -1
    assert pool.plan.tolist() == [[2, 1, 3]]
    assert pool.text(0, 0, 2, start) == "open it"


def test_events_happen_where_their_facts_and_their_room_do():
    pool = GamePool([VAULT], LABELS)
    games, held = np.zeros(2, np.int64), np.stack([pool.packed([1, 3]), pool.packed([0, 2])])
    assert pool.win.met(games, held, np.zeros(2, np.int64)).tolist() == [[True, False], [False, False]]
    assert pool.fail.met(games, held, np.ones(2, np.int64)).tolist() == [[False, False], [False, True]]
    assert pool.unwinnable.tolist() == [[False, True]]


def test_a_fact_that_never_holds_fills_up_the_marks():
    pool = GamePool([VAULT], LABELS)
    every = pool.packed(range(4))
    assert holds(every, pool.marks("held", 2)[0]).tolist() == [True, False]


@pytest.mark.parametrize("facts", [[0], [62], [63], [5, 62, 63, 125]])
def test_facts_of_many_words_stay_apart(facts):
    pool = GamePool([{**VAULT, "facts": 126}], LABELS)
    for fact in range(126):
        assert holds(pool.packed(facts), pool.packed([fact])) == (fact in facts)


@pytest.mark.parametrize("name", NAMES)
def test_a_pool_has_no_game_twice_and_few_variants(name):
    pool = task_class(name)(1).pool
    assert len({repr({**game, "seed": None, "rooms": None}) for game in pool.games}) == len(pool.games)
    words = [
        holds(pool.start[game], pool.commands.needs[game, room]).sum(axis=1).max()
        for game in range(len(pool.games))
        for room in range(pool.rooms[game])
    ]
    assert max(words) == 1


@pytest.mark.parametrize("name", ["coin-easy", "treasure", "cooking"])
def test_random_play_agrees_with_the_official_engine(name):
    pytest.importorskip("textworld")
    from textworld.generator.game import GameProgression
    from textworld.generator.inform7 import Inform7Game

    from rewardsmith.experiments.making.textworld_games import FAMILIES

    task = task_class(f"textworld-{name}")(1)
    number = 0
    game = FAMILIES[name].make(task.pool.games[number]["seed"])
    words, rng = Inform7Game(game), np.random.default_rng(0)
    for _ in range(4):
        begin(task, number)
        official = GameProgression(game)
        for _ in range(task.spec.horizon):
            texts = words.gen_commands_from_actions(official.valid_actions)
            legal = np.flatnonzero(task.action_masks()[0])
            ours = {task.pool.text(number, task.room[0], action, task.facts[0]): action for action in legal}
            assert ours.keys() <= set(texts)
            assert not {text for text in set(texts) - ours.keys() if kept(name, text)}
            text = sorted(ours)[rng.integers(len(ours))]
            official.update(official.valid_actions[texts.index(text)])
            task.step(np.array([ours[text]]))
            assert (task.done.all(), task.failed[0]) == (official.completed, official.failed)
            if name == "cooking":
                assert (task.done & ~task.pool.unwinnable[number]).sum() == official.score
            if task.over()[0]:
                break


def kept(name, text):
    """Whether the task has a command for `text`."""
    verbs = {
        "coin-easy": "go look take",
        "treasure": "go look take open unlock",
        "cooking": "go look take open cook chop slice dice",
    }[name]
    return text.split()[0] in verbs.split() and "cookbook" not in text and "meal" not in text


def begin(task, number):
    task.reset(np.arange(1), np.zeros((1, 1)))
    task.game[:] = number
    task.room[:] = task.pool.start_room[number]
    task.facts[:] = task.pool.start[number]
    task.done[:] = task.pool.unwinnable[number]
    task.seen[:] = False
    task.seen[0, task.room[0]] = True
