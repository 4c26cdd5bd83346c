import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs import UserError
from rewardsmith.experiments.screening import preference
from rewardsmith.experiments.worth import accuracy_interval, pair_accuracy, truth_of

EPISODES = st.lists(st.tuples(st.integers(0, 3), st.integers(-4, 4)), min_size=2, max_size=15).map(np.array)


@given(EPISODES)
def test_each_pair_that_the_truth_tells_apart_counts_once(episodes):
    truth, returns = episodes[:, 0], episodes[:, 1].astype(float)
    pairs = [(i, j) for i in range(len(truth)) for j in range(len(truth)) if truth[i] > truth[j]]
    if not pairs:
        return
    points = [0.5 if returns[i] == returns[j] else float(returns[i] > returns[j]) for i, j in pairs]
    found = pair_accuracy(returns, truth)
    assert found.pairs == len(pairs)
    assert found.share == pytest.approx(np.mean(points))


def test_with_two_ranks_it_is_the_test_of_screening():
    rng = np.random.default_rng(0)
    returns, success = rng.normal(size=20), rng.random(20) < 0.5
    assert pair_accuracy(returns, success.astype(int)) == preference(returns, success)


def test_success_comes_before_the_metric():
    truth = truth_of(np.array([False, True, True, False]), np.array([9.0, 0.0, 1.0, 9.0]))
    assert truth.tolist() == [0, 1, 2, 0]


def test_the_interval_holds_the_share_and_narrows_with_more_episodes():
    rng = np.random.default_rng(0)
    widths = []
    for count in (12, 480):
        truth = rng.integers(3, size=count)
        returns = truth + 2 * rng.normal(size=count)
        low, high = accuracy_interval(returns, truth, rng, resamples=200)
        assert low <= pair_accuracy(returns, truth).share <= high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_episodes_that_are_all_alike_rank_nothing():
    with pytest.raises(UserError, match="all are alike"):
        pair_accuracy(np.arange(3.0), np.zeros(3, int))
