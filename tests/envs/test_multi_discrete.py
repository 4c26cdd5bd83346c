"""Actions of several choices at once, through every environment class."""

import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env
from hypothesis import given
from hypothesis import strategies as st
from stable_baselines3.common.env_checker import check_env as check_env_sb3

from rewardsmith.envs import ActionSpec, Field, Task, TaskEnv, TaskSpec, TaskVectorEnv, Worlds
from rewardsmith.envs.play import random_actions, random_transitions
from rewardsmith.envs.sb3 import SB3VecEnv


class Lock(Task):
    """Two wheels, set together in each step; a wheel must not be set to where it stands."""

    spec = TaskSpec(
        "lock",
        "Set both wheels to 1.",
        (
            Field("first", "where the first wheel stands", kind="category", categories=4),
            Field("second", "where the second wheel stands", kind="category", categories=2),
            Field("idle", "wheels that were set to where they stood", low=0.0, high=2.0),
        ),
        ActionSpec("multi_discrete", 2, "where to set each wheel", masked=True, choices=(4, 2)),
        horizon=6,
        ends_on_success=True,
    )
    draws = 2

    def __init__(self, num_worlds, threads=1):
        super().__init__(num_worlds, threads)
        self.wheels, self.idle = np.zeros((num_worlds, 2), np.int64), np.zeros(num_worlds)

    def reset(self, worlds, draws):
        self.wheels[worlds] = draws * self.spec.action.choices
        self.idle[worlds] = 0

    def step(self, actions):
        self.idle = (self.wheels == actions).sum(axis=1).astype(float)
        self.wheels = np.array(actions)

    def fields(self):
        first, second = self.wheels.T.copy()
        return {"first": first, "second": second, "idle": self.idle.copy()}

    def success(self):
        return (self.wheels == 1).all(axis=1)

    def action_masks(self):
        return np.concatenate(
            [self.wheels[:, [0]] != np.arange(4), self.wheels[:, [1]] != np.arange(2)], axis=1
        )

    def snapshot(self):
        return {"wheels": self.wheels.copy(), "idle": self.idle.copy()}

    def restore(self, state):
        self.wheels, self.idle = state["wheels"].copy(), state["idle"].copy()


def matched(obs, action, next_obs):
    """Reward: whether the state is what the action says."""
    return (action == np.stack([next_obs.first, next_obs.second], axis=1)).all(axis=1) * 1.0, {}


def test_the_space_is_multi_discrete_and_an_action_has_a_column_for_each_component():
    assert TaskEnv(Lock).action_space == spaces.MultiDiscrete([4, 2])
    assert SB3VecEnv(Worlds(Lock, 3), seed=0).action_space == spaces.MultiDiscrete([4, 2])
    envs = TaskVectorEnv(Lock, 3, reward=matched)
    envs.reset(seed=0)
    assert envs.step(np.array([[3, 1], [0, 0], [2, 1]]))[1].tolist() == [1.0] * 3
    assert envs.worlds.view.first.tolist() == [3, 0, 2]
    with pytest.raises(ValueError, match=r"expected actions of shape \(3, 2\), got \(3,\)"):
        envs.step(np.zeros(3, int))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_gymnasiums_and_sb3s_checkers_are_content():
    check_env(TaskEnv(Lock), skip_render_check=True)
    check_env_sb3(TaskEnv(Lock))


def test_a_single_world_and_sb3s_worlds_are_those_of_the_vector_environment():
    envs, sb3 = TaskVectorEnv(Lock, 3, autoreset_mode="SameStep"), SB3VecEnv(Worlds(Lock, 3), seed=5)
    single = TaskEnv(Lock)
    envs.action_space.seed(0)
    assert np.array_equal(envs.reset(seed=5)[0], sb3.reset())
    assert np.array_equal(single.reset(seed=7)[0], envs.worlds.observe()[2])
    for _ in range(20):
        assert np.array_equal(envs.action_masks(), sb3.env_method("action_masks"))
        assert np.array_equal(envs.action_masks()[2], single.action_masks())
        actions = envs.action_space.sample()
        observation = envs.step(actions)[0]
        assert np.array_equal(observation, sb3.step(actions)[0])
        alone, _, terminated, truncated, _ = single.step(actions[2])
        alone = single.reset()[0] if terminated or truncated else alone
        assert np.array_equal(alone, observation[2])


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.integers(0, 2**32 - 1),
    st.floats(0, 1),
    st.booleans(),
)
def test_random_play_chooses_legally_in_each_component(choices, seed, legal, masked):
    action = ActionSpec("multi_discrete", len(choices), "x", masked=True, choices=tuple(choices))
    rng = np.random.default_rng(seed)
    masks = rng.random((30, action.mask_size)) < legal if masked else np.ones((30, action.mask_size), bool)
    actions = random_actions(action, masks if masked else None, 30, rng)
    assert actions.shape == (30, len(choices))
    for component, mask in zip(actions.T, np.split(masks, np.cumsum(choices)[:-1], axis=1), strict=True):
        chosen = mask[np.arange(30), component]
        assert np.array_equal(chosen, mask.any(axis=1))
        assert (component[~chosen] == 0).all()


def test_random_choices_are_uniform_and_independent():
    action = ActionSpec("multi_discrete", 2, "x", choices=(3, 2))
    first, second = random_actions(action, None, 12_000, np.random.default_rng(0)).T
    assert np.bincount(first * 2 + second) / 12_000 == pytest.approx([1 / 6] * 6, abs=0.02)


def test_recorded_play_holds_a_few_illegal_choices():
    played = random_transitions(Lock, 4000, np.random.default_rng(0))
    assert played.action.shape == (4000, 2) and played.action.dtype.kind == "i"
    assert 0 < np.mean(played.next_obs.idle > 0) < 0.1
