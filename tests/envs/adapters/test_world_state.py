"""Snapshots are exact: what follows a restored state is what followed it the first time."""

from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils import EzPickle

from rewardsmith.envs import UserError
from rewardsmith.envs.adapters import metaworld, robotics
from rewardsmith.envs.adapters.gym_world import GymWorld, Replay, same
from rewardsmith.envs.adapters.world_state import StateKeeper, UncopyableError

MAKERS = {
    "cartpole": lambda: gym.make("CartPole-v1"),
    "acrobot": lambda: gym.make("Acrobot-v1"),
    "frame stack": lambda: gym.wrappers.FrameStackObservation(gym.make("Pendulum-v1"), 3),
    "ant": lambda: gym.make("Ant-v5"),
    "ant in a maze": lambda: robotics.make("AntMaze_UMaze-v5"),
    "fetch": lambda: robotics.make("FetchPush-v4"),
    "hand with touch": lambda: robotics.make("HandManipulatePen_BooleanTouchSensors-v1"),
    "metaworld": lambda: metaworld.make("drawer-open"),
}


def play(world: GymWorld, actions: list) -> list:
    """What the world shows along `actions`, with new episodes in between."""
    shown = []
    for step, action in enumerate(actions):
        world.step(action)
        if world.shown.over or step % 9 == 8:
            world.reset(step)
        shown.append(world.shown)
    return shown


def equal(first: list, second: list) -> bool:
    return all(
        same(a.observation, b.observation) and a.over == b.over for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_future_repeats_itself_here_and_in_another_world(make):
    world, other = GymWorld(make), GymWorld(make)
    world.env.action_space.seed(0)
    actions = [world.env.action_space.sample() for _ in range(25)]
    play(world, actions[:5])
    saved = world.save()
    first = play(world, actions)
    world.restore(saved)
    assert same(world.shown.observation, saved.shown.observation)
    assert equal(first, play(world, actions))
    other.restore(saved)
    assert equal(first, play(other, actions))
    assert not equal(first, play(other, actions))
    world.close(), other.close()


@pytest.mark.parametrize("make", [MAKERS["metaworld"], MAKERS["fetch"]], ids=["metaworld", "fetch"])
def test_an_episode_depends_on_its_seed_alone_and_not_on_the_past(make):
    fresh, used = GymWorld(make), GymWorld(make)
    used.env.action_space.seed(0)
    play(used, [used.env.action_space.sample() for _ in range(20)])
    assert same(fresh.reset(7).observation, used.reset(7).observation)
    action = fresh.env.action_space.sample()
    assert same(fresh.step(action).observation, used.step(action).observation)


class Remembering(gym.Env):
    """Holds what is hard to copy: views, shared lists, an EzPickle, a function, its own random numbers."""

    observation_space = spaces.Box(-np.inf, np.inf, (4,))
    action_space = spaces.Discrete(2)

    def __init__(self) -> None:
        self.table = np.zeros((2, 2))
        self.row = self.table[1]
        self.column = self.table[:, 0]
        self.history: list[int] = []
        self.same_history = SimpleNamespace(seen=self.history)
        self.counter = Counter(0)
        self.double = lambda value: 2 * value

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.table.copy().ravel(), {}

    def step(self, action):
        self.row += self.double(action)
        self.column += self.np_random.normal()
        self.history.append(action)
        self.counter.count += len(self.same_history.seen)
        self.table[0, 1] = self.counter.count
        return self.table.copy().ravel(), 0.0, False, False, {}


class Counter(EzPickle):
    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def test_views_shared_objects_and_ezpickled_ones_survive():
    world = GymWorld(Remembering)
    play(world, [1, 0, 1])
    saved = world.save()
    first = play(world, [1, 1, 0, 1, 0, 1])
    world.restore(saved)
    assert equal(first, play(world, [1, 1, 0, 1, 0, 1]))
    env = world.env
    assert np.shares_memory(env.row, env.table) and env.same_history.seen is env.history


def test_views_into_mujocos_memory_stay_views():
    world = GymWorld(MAKERS["ant"])
    env = world.env
    env.torso = env.data.xpos[1]
    env.gravity = env.model.opt.gravity
    keeper = StateKeeper(env)
    saved = keeper.save()
    env.model.body_mass[1] *= 2
    keeper.restore(saved)
    env.step(np.ones(8))
    assert np.array_equal(env.torso, env.data.xpos[1])
    assert np.shares_memory(env.torso, env.data.xpos)
    assert env.model.body_mass[1] == saved.models[0].arrays["body_mass"][1]


class Uncopyable(gym.Env):
    """A generator cannot be copied; with `wild` it also draws from elsewhere than its np_random."""

    observation_space = spaces.Box(-np.inf, np.inf, (1,))
    action_space = spaces.Discrete(2)

    def __init__(self, wild: bool = False) -> None:
        self.wild = wild
        self.stream = (number for number in range(10**9))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.value = self.np_random.normal(size=1)
        return self.value, {}

    def step(self, action):
        self.value = self.value + action + (np.random.default_rng() if self.wild else self.np_random).normal()
        return self.value, 0.0, False, False, {}


def test_what_cannot_be_copied_is_named():
    env = Uncopyable()
    with pytest.raises(UncopyableError, match=r"Uncopyable.stream, a generator, cannot be copied"):
        StateKeeper(env).save()


def test_what_cannot_be_copied_is_played_again():
    world, other = GymWorld(Uncopyable), GymWorld(Uncopyable)
    world.reset(3)
    for action in (1, 0, 1):
        world.step(action)
    saved = world.save()
    assert isinstance(saved.state, Replay)
    first = [world.step(1).observation for _ in range(4)]
    for again in (world, other):
        again.restore(saved)
        assert same(first, [again.step(1).observation for _ in range(4)])


def test_an_episode_that_comes_out_differently_is_refused():
    world = GymWorld(lambda: Uncopyable(wild=True))
    world.reset(3)
    world.step(1)
    with pytest.raises(UserError, match=r"stream, a generator.*came out differently"):
        world.restore(world.save())


def test_a_state_of_another_kind_of_environment_is_refused():
    pole, ant = GymWorld(MAKERS["cartpole"]), GymWorld(MAKERS["ant"])
    for world, other in ((pole, ant), (ant, pole)):
        with pytest.raises(UncopyableError, match="another kind of environment"):
            world.restore(other.save())


def test_lunar_lander_plays_again():
    pytest.importorskip("Box2D", reason='LunarLander needs Box2D: pip install "gymnasium[box2d]"')
    world = GymWorld(lambda: gym.make("LunarLander-v3"))
    world.reset(5)
    for step in range(30):
        world.step(step % 4)
    saved = world.save()
    assert isinstance(saved.state, Replay)
    first = [world.step(2).observation for _ in range(10)]
    world.restore(saved)
    assert same(first, [world.step(2).observation for _ in range(10)])
