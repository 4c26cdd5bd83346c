"""`relabel` against a step-by-step computation, with trusted and with sealed rewards."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.envs import UserError, close_reward, random_transitions, relabel, task_class
from rewardsmith.reward_gen import open_reward

TASK = task_class("arithmetic-chain")
STEPS = 60


@pytest.fixture(scope="module")
def steps():
    return random_transitions(TASK, STEPS, np.random.default_rng(0), num_worlds=4)


@pytest.fixture(scope="module", params=["trusted", "sealed"])
def reward(request):
    opened = open_reward("human", TASK, trusted=request.param == "trusted")
    yield opened
    close_reward(opened)


def one_by_one(steps, reward):
    paid = [reward(*steps.rows(slice(at, at + 1))) for at in range(len(steps.action))]
    return np.concatenate([r for r, _ in paid]), {
        name: np.concatenate([terms[name] for _, terms in paid]) for name in paid[0][1]
    }


def same(first, second):
    return np.array_equal(first[0], second[0]) and all(
        np.array_equal(first[1][name], second[1][name]) for name in first[1] | second[1]
    )


def test_it_pays_what_a_step_at_a_time_pays(steps, reward):
    expected = one_by_one(steps, reward)
    assert np.ptp(expected[0]) > 0
    for max_batch in (STEPS, 7, 1):
        [paid] = relabel([steps], reward, max_batch=max_batch)
        assert same(paid, expected)


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(STEPS)), cuts=st.lists(st.integers(0, STEPS), max_size=4))
def test_neither_order_nor_episodes_matter(order, cuts, steps):
    reward = open_reward("human", TASK)
    [paid] = relabel([steps], reward)
    shuffled = steps.rows(np.array(order))
    bounds = [0, *sorted(cuts), STEPS]
    episodes = [shuffled.rows(slice(a, b)) for a, b in pairwise(bounds)]
    rewards = relabel(episodes, reward, max_batch=13)
    assert [len(r) for r, _ in rewards] == [len(episode.action) for episode in episodes]
    assert np.array_equal(np.concatenate([r for r, _ in rewards]), paid[0][np.array(order)])


def test_more_steps_than_a_seal_starts_with(reward):
    many = random_transitions(TASK, 2100, np.random.default_rng(1), num_worlds=300)
    [paid] = relabel([many], reward)
    [split] = relabel([many], reward, max_batch=1024)
    assert same(paid, split)


def test_one_call_where_the_steps_fit(steps):
    sizes = []

    def counted(obs, action, next_obs):
        sizes.append(len(action))
        return np.zeros(len(action)), {}

    relabel([steps, steps], counted)
    relabel([steps, steps], counted, max_batch=100)
    assert sizes == [2 * STEPS, 100, 20]


def test_user_errors(steps):
    reward = open_reward("human", TASK)
    with pytest.raises(UserError, match="at least one recorded step"):
        relabel([], reward)
    with pytest.raises(UserError, match="max_batch=0"):
        relabel([steps], reward, max_batch=0)

    def fickle(obs, action, next_obs):
        return np.zeros(len(action)), {f"of_{len(action)}": np.zeros(len(action))}

    with pytest.raises(UserError, match="same names each time"):
        relabel([steps], fickle, max_batch=50)
