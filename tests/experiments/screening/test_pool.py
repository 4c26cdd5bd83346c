import numpy as np

from rewardsmith.envs import Episodes, FieldView
from rewardsmith.experiments.screening import pool_of


def recorded(candidate: int, *success: bool) -> Episodes:
    """Episodes of one step each, whose action says which candidate played them."""
    count = len(success)
    states = FieldView({"x": np.zeros(2 * count, np.float32)})
    actions = np.full(count, candidate)
    return Episodes(states, actions, np.ones(count, int), np.array(success), np.zeros(count, bool))


def test_every_candidate_gives_its_first_episode_before_any_gives_its_second():
    pool = pool_of([recorded(0, True, True, False), recorded(1, True, False, False), recorded(2, False)], 8)
    assert pool is not None
    assert pool.actions[pool.success].tolist() == [1, 0, 0]
    assert pool.actions[~pool.success].tolist() == [2, 1, 0, 1]


def test_it_is_bounded_and_half_of_it_is_of_one_outcome_at_most():
    many = [recorded(number, True, False, False) for number in range(100)]
    pool = pool_of(many, 10)
    assert pool is not None and len(pool) == 10 and pool.success.sum() == 5
    assert pool.actions[:5].tolist() == [99, 98, 97, 96, 95], "the latest candidates"
    failures = pool_of([recorded(0, *([False] * 9))], 10)
    assert failures is not None and len(failures) == 5


def test_without_episodes_there_is_none():
    assert pool_of([]) is None
