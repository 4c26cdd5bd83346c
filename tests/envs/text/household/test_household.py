import numpy as np
import pytest
from text_play import started

from rewardsmith.envs import FieldView
from rewardsmith.envs.text.household.errand import Errand
from rewardsmith.envs.text.household.house import TREATMENTS, House
from rewardsmith.envs.text.household.household import WHOLE_HOUSE, Household
from rewardsmith.envs.text.household.pick_and_place import SMALL_HOUSE, PickAndPlace

BOTH = pytest.mark.parametrize("kind", [Household, PickAndPlace], ids=lambda kind: kind.spec.name)


def arranged(thing, condition, end, lying, kind=Household):
    """One world with this errand, in which everything lies on the counter but for `lying`."""
    house, task = kind.house, kind(1)
    things = tuple(house.things)
    wanted = (
        things.index(thing),
        house.conditions.index(condition) if condition else 0,
        house.places.index(end),
    )
    task.errand[0] = house.errands.tolist().index(list(wanted))
    task.place[0] = house.places.index("counter")
    for name, place in lying.items():
        task.place[0, things.index(name)] = house.places.index(place)
    return task


def word(task, name):
    return task.spec.field(name).labels[task.fields()[name][0]]


def human_reward(kind):
    names = {}
    exec(kind.human_reward_path().read_text(), names)
    return lambda obs, action, next_obs: names["compute_reward"](obs, action, next_obs, np)


def play(task, commands):
    """Play commands in the one world; the human reward's terms of each step."""
    reward, obs, record = human_reward(type(task)), FieldView(task.fields()), []
    for command in commands:
        action = np.array([task.house.actions.index(command)])
        assert task.action_masks()[0, action[0]], command
        task.step(action)
        next_obs = FieldView(task.fields())
        value, terms = reward(obs, action, next_obs)
        assert value == pytest.approx(sum(terms.values()))
        record.append({name: float(term[0]) for name, term in terms.items() if term[0]})
        obs = next_obs
    return record


HOT_EGG = (
    "go to cupboard", "open", "go to drawer", "open", "take egg", "go to microwave", "heat",
    "go to sideboard", "open", "put",
)  # fmt: skip


def test_a_hot_egg_is_found_heated_and_delivered():
    task = arranged("egg", "hot", "sideboard", {"egg": "drawer", "mug": "cupboard"})
    record = play(task, HOT_EGG)
    assert task.success() == task.terminated() == [True] and task.metric() == [1.0]
    assert record == [
        {}, {"searched": 0.05}, {}, {"searched": 0.05, "found": 0.5}, {"carried": 1.0},
        {}, {"treated": 1.0}, {}, {}, {"delivered": 2.0},
    ]  # fmt: skip


def test_only_what_lies_here_and_behind_no_closed_door_is_seen():
    task = arranged("egg", "hot", "sideboard", {"egg": "drawer"})
    assert (word(task, "here"), word(task, "door"), word(task, "wanted_thing_seen")) == (
        "doorway",
        "none",
        "nowhere",
    )
    play(task, ["go to drawer"])
    assert word(task, "door") == "closed" and not task.fields()["in_sight"].any()
    play(task, ["open"])
    assert word(task, "door") == "open" and word(task, "wanted_thing_seen") == "drawer"
    assert task.fields()["in_sight"][0].tolist() == [name == "egg" for name in task.house.things]
    play(task, ["close"])
    assert not task.fields()["in_sight"].any() and word(task, "wanted_thing_seen") == "drawer"
    play(task, ["open", "take egg"])
    assert word(task, "wanted_thing_seen") == "hand" and word(task, "held") == "egg"


def test_heating_ends_cold_and_cooling_ends_hot_but_clean_stays():
    task = arranged("apple", "hot", "desk", {})
    play(task, ["go to counter", "take apple", "go to sink", "wash", "go to fridge", "cool"])
    assert task.fields()["held_condition"].tolist() == [[False, True, True]]
    play(task, ["go to microwave", "heat"])
    assert task.fields()["held_condition"].tolist() == [[True, False, True]]


def test_a_thing_delivered_in_the_wrong_condition_is_no_success():
    task = arranged("apple", "hot", "desk", {})
    record = play(task, ["go to counter", "take apple", "go to fridge", "cool", "go to desk", "put"])
    assert not task.success()[0] and task.fields()["at_wanted_place"][0] and not task.fields()["treated"][0]
    # Putting it down for nothing takes back what taking it up had paid.
    assert [step.get("carried", 0.0) for step in record] == [0, 1, 0, 0, 0, -1]
    assert not any("delivered" in step or "treated" in step for step in record)


def legal_commands(task):
    return {task.house.actions[number] for number in np.flatnonzero(task.action_masks()[0])}


def test_what_is_legal_follows_the_rules():
    task = arranged("mug", "clean", "desk", {"spoon": "sink"})
    travels = {f"go to {place}" for place in task.house.places}
    assert legal_commands(task) == travels | {"look"}
    play(task, ["go to fridge"])
    assert legal_commands(task) == travels - {"go to fridge"} | {"open", "look"}
    play(task, ["go to sink", "take spoon"])
    assert legal_commands(task) == travels - {"go to sink"} | {"put", "wash", "look"}
    play(task, ["go to microwave"])
    assert legal_commands(task) == travels - {"go to microwave"} | {"open", "look"}, "spoons are not heated"


def test_once_the_errand_is_done_only_looking_is_left():
    task = arranged("egg", "hot", "sideboard", {"egg": "drawer"})
    play(task, HOT_EGG)
    assert legal_commands(task) == {"look"}
    before = task.snapshot()
    play(task, ["look"])
    assert all((before[name] == array).all() for name, array in task.snapshot().items())
    assert task.render_text(0).endswith("Done, thank you!")


@pytest.mark.parametrize("house", [WHOLE_HOUSE, SMALL_HOUSE])
def test_every_errand_can_be_run(house):
    assert len(np.unique(house.errands, axis=0)) == len(house.errands)
    for thing, condition, end in house.errands.tolist():
        takes = tuple(house.things.values())[thing]
        assert not house.conditions or house.conditions[condition] in takes
        assert house.places[end] not in {TREATMENTS[name][1] for name in house.conditions}


@BOTH
def test_whatever_is_held_out_was_met_in_training_in_other_company(kind):
    errands = {}
    for split in (kind, kind.held_out()):
        task = started(split, 5000, 0)
        errands[split] = np.unique(task.errand)
    assert np.array_equal(np.sort(np.concatenate(list(errands.values()))), np.arange(len(kind.house.errands)))
    for column in range(3):
        trained, held_out = (np.unique(kind.house.errands[numbers, column]) for numbers in errands.values())
        assert np.isin(held_out, trained).all()


@BOTH
def test_the_wanted_thing_starts_anywhere_else_with_equal_chance(kind):
    task = started(kind, 30_000, 1)
    thing, _, end = kind.house.errands[task.errand].T
    place = task.place[np.arange(30_000), thing]
    assert (place != end).all() and not task.success().any()
    shift = (place - end) % len(kind.house.places)
    counts = np.bincount(shift, minlength=len(kind.house.places))[1:]
    assert np.abs(counts / counts.mean() - 1).max() < 0.1


@BOTH
def test_where_the_wanted_thing_lies_cannot_be_read_before_it_is_seen(kind):
    """Worlds with one errand have equal fields, wherever things lie, until something is seen."""
    task, draws = kind(2000), np.random.default_rng(2).random((2000, kind.draws))
    draws[:, 0] = 0.3
    task.reset(np.arange(2000), draws)
    assert len(np.unique(task.place, axis=0)) > 500
    for name, values in task.fields().items():
        assert (values == values[0]).all(), name


class Told:
    """An oracle: one world as plain Python, from the rules as a person would write them down."""

    def __init__(self, task, world):
        house = task.house
        self.house, self.names = house, tuple(house.things)
        thing, condition, end = house.errands[task.errand[world]]
        self.wanted, self.end = self.names[thing], house.places[end]
        self.condition = house.conditions[condition] if house.conditions else None
        self.where = {name: house.places[task.place[world, i]] for i, name in enumerate(self.names)}
        self.states = {name: set() for name in self.names}
        self.at, self.open, self.held = "doorway", set(), None

    def done(self):
        fits = self.condition is None or self.condition in self.states[self.wanted]
        return self.where[self.wanted] == self.end and fits

    def inside(self):
        doors = {"microwave", "fridge", "cupboard", "drawer", "sideboard"}
        return self.at not in doors or self.at in self.open

    def do(self, command):
        """Carry out the command if it is legal; whether it was."""
        if command == "look":
            return True
        if self.done():
            return False
        verb, rest = command.split()[0], command.split()[-1]
        if verb == "go":
            legal, self.at = rest != self.at, rest
        elif verb == "open":
            legal = not self.inside()
            self.open |= {self.at} if legal else set()
        elif verb == "close":
            legal = self.at in self.open
            self.open -= {self.at}
        elif verb == "take":
            legal = self.held is None and self.where[rest] == self.at and self.inside()
            if legal:
                self.held, self.where[rest] = rest, "hand"
        elif verb == "put":
            legal = self.held is not None and self.inside() and self.at != "doorway"
            if legal:
                self.where[self.held], self.held = self.at, None
        else:
            result, place = {
                "heat": ("hot", "microwave"),
                "cool": ("cold", "fridge"),
                "wash": ("clean", "sink"),
            }[verb]
            legal = self.held is not None and self.at == place and result in self.house.things[self.held]
            if legal:
                self.states[self.held] -= {"hot", "cold"} if result != "clean" else set()
                self.states[self.held].add(result)
        return legal


@BOTH
def test_the_house_agrees_with_one_told_in_plain_words_on_10_000_random_errands(kind):
    worlds, rng = 10_000, np.random.default_rng(3)
    task = started(kind, worlds, 3)
    told = [Told(task, world) for world in range(worlds)]
    succeeded = 0
    for _ in range(kind.spec.horizon):
        # Half of the worlds are steered, so that deeds and successes are common.
        blind = np.where(task.action_masks(), rng.random((worlds, len(kind.house.actions))), -1.0).argmax(
            axis=1
        )
        actions = np.where(rng.random(worlds) < 0.5, task.scripted_actions(), blind)
        actions = np.where(
            rng.random(worlds) < 0.05, rng.integers(len(kind.house.actions), size=worlds), actions
        )
        before = task.illegal_actions()
        task.step(actions)
        legal = [one.do(kind.house.actions[action]) for one, action in zip(told, actions, strict=True)]
        np.testing.assert_array_equal(task.illegal_actions() - before, ~np.array(legal))
        np.testing.assert_array_equal(task.success(), [one.done() for one in told])
        succeeded = task.success().mean()
    assert succeeded > 0.2


@BOTH
def test_undoing_costs_what_doing_earned(kind):
    """Along any path the terms of sub-goals sum to what the last state is worth."""
    task, rng, reward = started(kind, 500, 4), np.random.default_rng(4), human_reward(kind)
    obs, total = FieldView(task.fields()), np.zeros(500)
    for _ in range(kind.spec.horizon):
        scores = rng.random((500, len(kind.house.actions)))
        actions = np.where(task.action_masks(), scores, -1.0).argmax(axis=1)
        task.step(actions)
        next_obs = FieldView(task.fields())
        value, terms = reward(obs, actions, next_obs)
        total += value - terms["searched"]
        obs = next_obs
    done = task.success()
    treated = obs.treated if kind.house.conditions else np.zeros(500)
    np.testing.assert_allclose(total, 0.5 * obs.found + (obs.in_hand | done) + treated + 2.0 * done)


def test_a_house_reads_as_text():
    task = arranged("egg", "hot", "sideboard", {"egg": "drawer", "mug": "drawer"})
    play(task, ["go to drawer"])
    assert (
        task.render_text(0)
        == "Errand: put the hot egg in the sideboard.\nYou are at the drawer, which is closed."
    )
    play(task, ["open", "take egg", "go to microwave", "heat", "go to shelf"])
    assert task.render_text(0).splitlines() == [
        "Errand: put the hot egg in the sideboard.",
        "You are at the shelf and see nothing of note.",
        "In your hand: hot egg.",
        "You remember: mug (drawer).",
    ]


def test_a_house_of_ones_own_needs_only_a_table():
    class Shed(
        Errand,
        name="shed",
        house=House(("sink", "shelf", "bench"), {"pot": ("clean",), "rake": ("clean",), "cat": ()}),
        horizon=12,
        level="easy",
    ):
        pass

    task = started(Shed, 10, 5)
    for _ in range(8):
        task.step(task.scripted_actions())
    assert task.success().all()
