import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rewardsmith.experiments.screening import preference, returns_of

VALUES = st.integers(-1000, 1000).map(lambda number: number / 8)


@st.composite
def judged(draw, equal: bool = False):
    """Rewards of some episodes' steps, their lengths and outcomes, both of which are there."""
    count = draw(st.integers(2, 8))
    length = draw(st.integers(1, 6))
    lengths = [length if equal else draw(st.integers(1, 6)) for _ in range(count)]
    rewards = draw(arrays.arrays(np.float64, sum(lengths), elements=VALUES))
    successes = draw(st.integers(1, count - 1))
    return rewards, np.array(lengths), np.arange(count) < successes


@given(judged(), st.floats(1e-3, 1e3), st.sampled_from([1.0, 0.99, 0.5]))
def test_a_positive_scale_changes_nothing(case, scale, discount):
    rewards, lengths, success = case
    before = preference(returns_of(rewards, lengths, discount), success)
    after = preference(returns_of(scale * rewards, lengths, discount), success)
    assert after.share == before.share


@given(judged(equal=True), VALUES)
def test_nor_does_a_bonus_for_each_step_where_all_episodes_are_equally_long(case, bonus):
    rewards, lengths, success = case
    before = preference(returns_of(rewards, lengths), success)
    assert preference(returns_of(rewards + bonus, lengths), success).share == before.share


@given(judged(), st.sampled_from([1.0, 0.9]))
def test_the_opposite_reward_ranks_rightly_what_this_one_ranks_wrongly(case, discount):
    rewards, lengths, success = case
    returns = returns_of(rewards, lengths, discount)
    assert preference(returns, success).share + preference(-returns, success).share == pytest.approx(1.0)


@given(judged(), st.sampled_from([1.0, 0.9]))
def test_returns_are_those_of_the_definition(case, discount):
    rewards, lengths, _ = case
    episodes = np.split(rewards, np.cumsum(lengths)[:-1])
    expected = [sum(discount**t * r for t, r in enumerate(episode)) for episode in episodes]
    assert returns_of(rewards, lengths, discount) == pytest.approx(expected)


def test_a_bonus_for_each_step_can_make_long_failures_look_best():
    lengths, success = np.array([2, 5]), np.array([True, False])
    rewards = np.array([0.0, 1.0, *np.zeros(5)])
    assert preference(returns_of(rewards, lengths), success).share == 1.0
    assert preference(returns_of(rewards + 1.0, lengths), success).share == 0.0


def test_ties_count_half_and_the_ranges_are_told():
    found = preference(np.array([1.0, 2.0, 1.0]), np.array([True, True, False]))
    assert (found.pairs, found.share) == (2, 0.75)
    assert found.successes == (1.0, 2.0) and found.failures == (1.0, 1.0)
