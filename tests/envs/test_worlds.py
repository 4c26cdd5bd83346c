"""The engine under the environment classes, on a task whose every number can be computed by hand."""

import pickle

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stable_baselines3.common.vec_env import VecMonitor

from rewardsmith.envs import ActionSpec, Field, FieldView, Task, TaskSpec, TaskVectorEnv, UserError, Worlds
from rewardsmith.envs.draws import DrawStreams
from rewardsmith.envs.sb3 import SB3VecEnv
from rewardsmith.envs.spaces import ObservationEncoder


class Counter(Task):
    """Counts what the action adds; the goal is a sum of 2 or more. `start` is drawn in [0, 1)."""

    spec = TaskSpec(
        "counter",
        "Count to 2.",
        (
            Field("count", "the sum so far", low=-99, high=99),
            Field("parity", "of the steps", kind="category", categories=2),
            Field("start", "where it began", observed=False),
        ),
        ActionSpec("box", 1, "added"),
        horizon=5,
        ends_on_success=True,
    )
    draws = 1

    def __init__(self, num_worlds, threads=1):
        super().__init__(num_worlds, threads)
        self.count, self.steps, self.start = np.zeros((3, num_worlds))

    def reset(self, worlds, draws):
        self.start[worlds] = self.count[worlds] = draws[:, 0]
        self.steps[worlds] = 0

    def step(self, actions):
        self.count += actions[:, 0]
        self.steps += 1

    def fields(self):
        parity = (self.steps % 2).astype(np.int64)
        return {"count": self.count.copy(), "parity": parity, "start": self.start.copy()}

    def success(self):
        return self.count >= 2

    def snapshot(self):
        return {"count": self.count.copy(), "steps": self.steps.copy(), "start": self.start.copy()}

    def restore(self, state):
        self.count, self.steps, self.start = (state[name].copy() for name in ("count", "steps", "start"))


def gained(obs, action, next_obs):
    return next_obs.count - obs.count, {"added": action[:, 0] * 1.0}


def started(num_worlds=2, **options):
    worlds = Worlds(Counter, num_worlds, **options)
    worlds.seed([np.random.default_rng(i) for i in range(num_worlds)])
    worlds.reset()
    return worlds


def test_a_step_pays_the_reward_and_keeps_the_tasks_own_beside_it():
    worlds = started(reward=gained)
    step = worlds.step(np.array([[2.0], [0.5]], np.float32))
    assert step.reward == pytest.approx([2.0, 0.5])
    assert step.terms["added"] == pytest.approx([2.0, 0.5])
    assert step.task_reward.tolist() == [1.0, 0.0]
    assert step.terminated.tolist() == [True, False]
    assert step.succeeded.tolist() == [True, False]


def test_without_a_reward_the_sparse_one_is_paid():
    step = started().step(np.array([[2.0], [0.0]], np.float32))
    assert step.reward.tolist() == step.task_reward.tolist() == [1.0, 0.0]
    assert step.terms == {}


def test_the_horizon_truncates_and_can_be_changed():
    for options, expected in (({}, 5), ({"horizon": 3}, 3)):
        worlds, steps = started(**options), 1
        while not worlds.step(np.zeros((2, 1))).truncated.all():
            steps += 1
        assert steps == expected
    with pytest.raises(UserError, match="at least 1"):
        started(horizon=0)


def test_wrong_action_shapes_are_named():
    with pytest.raises(ValueError, match=r"expected actions of shape \(2, 1\), got \(3, 1\)"):
        started().step(np.zeros((3, 1)))


def test_stepping_before_a_reset_is_refused():
    with pytest.raises(RuntimeError, match="reset"):
        Worlds(Counter, 1).step(np.zeros((1, 1)))


def test_the_policy_sees_reals_as_they_are_and_categories_as_one_hot():
    encoder = ObservationEncoder(Counter.spec)
    observation = encoder.encode({"count": np.array([7.0, 8.0]), "parity": np.array([0, 1])})
    assert observation.tolist() == [[7, 1, 0], [8, 0, 1]]
    assert encoder.slices() == {"count": slice(0, 1), "parity": slice(1, 3)}
    assert encoder.space().low.tolist() == [-99, 0, 0]


@given(st.lists(st.integers(0, 2), max_size=150))
def test_a_stream_of_starts_does_not_depend_on_the_other_worlds(asked):
    streams = DrawStreams(3, 2)
    streams.seed(np.arange(3), [np.random.default_rng(i) for i in range(3)])
    alone = [np.random.default_rng(i) for i in range(3)]
    for world in asked:
        assert np.array_equal(streams.take(np.array([world]))[0], alone[world].random(2))


def test_views_are_read_only_named_and_travel():
    view = FieldView({"hand": np.zeros((2, 3))})
    with pytest.raises(ValueError, match="read-only"):
        view.hand[:] = 1
    with pytest.raises(AttributeError, match="there is no field 'hnd'; fields: hand"):
        _ = view.hnd
    with pytest.raises(AttributeError, match="read-only"):
        view.hand = 1
    assert np.array_equal(pickle.loads(pickle.dumps(view)).hand, view.hand)
    assert view.worlds(slice(1)).hand.shape == (1, 3)


def test_sb3_gets_the_infos_that_it_expects():
    env = SB3VecEnv(Worlds(Counter, 2, reward=gained), seed=0)
    env.reset()
    _, _, done, infos = env.step(np.array([[2.0], [0.0]]))
    assert done.tolist() == [True, False]
    assert infos[0]["is_success"] and not infos[0]["TimeLimit.truncated"]
    assert infos[0]["terminal_observation"][0] >= 2
    assert infos[0]["episode"]["l"] == 1 and infos[0]["episode"]["r"] == pytest.approx(2.0)
    for _ in range(4):
        _, _, done, infos = env.step(np.zeros((2, 1)))
    assert infos[1]["TimeLimit.truncated"] and not infos[1]["is_success"]
    assert env.pop_statistics()["added"] == pytest.approx((0.0, 0.2, 2.0))
    assert env.pop_statistics() == {}


@pytest.mark.filterwarnings("ignore:The environment is already wrapped")
def test_its_episodes_are_those_that_sb3s_own_monitor_counts():
    env = VecMonitor(SB3VecEnv(Worlds(Counter, 3, reward=gained), seed=0))
    inner = SB3VecEnv(Worlds(Counter, 3, reward=gained), seed=0)
    env.reset()
    inner.reset()
    rng = np.random.default_rng(0)
    for _ in range(30):
        actions = rng.uniform(0, 1, (3, 1))
        _, _, done, theirs = env.step(actions)
        _, _, _, ours = inner.step(actions)
        for i in np.flatnonzero(done):
            assert ours[i]["episode"]["l"] == theirs[i]["episode"]["l"]
            assert ours[i]["episode"]["r"] == pytest.approx(theirs[i]["episode"]["r"], rel=1e-5)


def test_a_reset_mask_resets_those_worlds_only():
    envs = TaskVectorEnv(Counter, 3, autoreset_mode=gym.vector.AutoresetMode.DISABLED)
    envs.reset(seed=0)
    envs.step(np.ones((3, 1), np.float32) * 0.5)
    envs.reset(seed=[None, 9, None], options={"reset_mask": np.array([False, True, False])})
    assert envs.worlds.elapsed.tolist() == [1, 0, 1]
    assert envs.worlds.view.start[1] == np.random.default_rng(9).random(1)[0]
    with pytest.raises(ValueError, match="at least one True"):
        envs.reset(options={"reset_mask": np.zeros(3, bool)})
    with pytest.raises(ValueError, match="one seed for each of 3 worlds, got 2"):
        envs.reset(seed=[1, 2])


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True))
def test_a_part_of_the_worlds_goes_on_as_it_would_have_in_the_whole(seed, kept):
    rng, kept = np.random.default_rng(seed), np.array(kept)
    whole, other = Worlds(Counter, 6), Worlds(Counter, 6)
    for worlds in (whole, other):
        worlds.seed([np.random.default_rng(seed + i) for i in range(6)])
        worlds.reset()
    actions = rng.uniform(0, 1, (40, 6, 1))
    for action in actions[:3]:
        for worlds in (whole, other):
            done = worlds.step(action)
            worlds.reset(np.flatnonzero(done.terminated | done.truncated))
    part = other.part(kept)
    for action in actions[3:]:
        expected, found = whole.step(action), part.step(action[kept])
        for name in ("observation", "task_reward", "terminated", "truncated", "succeeded"):
            assert np.array_equal(getattr(found, name), getattr(expected, name)[kept]), name
        whole.reset(np.flatnonzero(expected.terminated | expected.truncated))
        part.reset(np.flatnonzero(found.terminated | found.truncated))
        assert np.array_equal(part.observe(), whole.observe()[kept])


def test_worlds_that_pay_a_reward_cannot_be_parted():
    worlds = Worlds(Counter, 2, reward=lambda obs, action, next_obs: (next_obs.count, {}))
    worlds.reset()
    with pytest.raises(ValueError, match="reward of their own"):
        worlds.part(np.array([0]))
