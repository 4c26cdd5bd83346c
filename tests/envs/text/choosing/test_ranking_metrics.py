import math

import numpy as np
import pytest

from rewardsmith.envs.text.choosing.ranking_metrics import discounted_gain, normalised_gain, reciprocal_rank


def plain_ndcg(gains, ideal):
    """The formula as it is written down, one list at a time."""
    worth = sum(gain / math.log(1 + rank, 2) for rank, gain in enumerate(gains, start=1))
    best = sum(gain / math.log(1 + rank, 2) for rank, gain in enumerate(ideal, start=1))
    return worth / best if best > 0 else 0.0


def plain_reciprocal_rank(relevant):
    ranks = [rank for rank, hit in enumerate(relevant, start=1) if hit]
    return 1 / ranks[0] if ranks else 0.0


@pytest.mark.parametrize("length", [1, 2, 5, 20])
def test_ndcg_equals_the_written_formula_on_random_lists(length):
    rng = np.random.default_rng(length)
    gains = 2.0 ** rng.integers(0, 5, (2000, length)) - 1.0
    ideal = -np.sort(-gains, axis=1)
    found = normalised_gain(gains, ideal)
    expected = [plain_ndcg(*lists) for lists in zip(gains.tolist(), ideal.tolist(), strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-9, rtol=0)
    assert found.max() <= 1.0 + 1e-12


@pytest.mark.parametrize("length", [1, 2, 5, 20])
def test_reciprocal_rank_equals_the_written_formula_on_random_lists(length):
    relevant = np.random.default_rng(length).random((2000, length)) < 0.2
    expected = [plain_reciprocal_rank(row) for row in relevant.tolist()]
    np.testing.assert_allclose(reciprocal_rank(relevant), expected, atol=1e-9, rtol=0)


def test_swapping_two_unequal_neighbours_costs_what_the_ranks_differ_by():
    fine, swapped = np.array([7.0, 3.0, 1.0]), np.array([7.0, 1.0, 3.0])
    lost = (3.0 - 1.0) * (1 / math.log2(3) - 1 / math.log2(4))
    assert discounted_gain(fine) - discounted_gain(swapped) == pytest.approx(lost, abs=1e-12)


def test_a_list_is_worth_the_same_alone_and_in_company():
    gains = np.random.default_rng(0).random((300, 7))
    alone = np.array([discounted_gain(row[None])[0] for row in gains])
    np.testing.assert_array_equal(discounted_gain(gains), alone)
