import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from rewardsmith.envs import UserError
from rewardsmith.experiments.worth import null_range, rank_correlation

COLUMNS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=12).map(np.array)


@given(COLUMNS, st.sampled_from(["spearman", "kendall"]))
def test_the_coefficients_are_scipys_with_ties_too(columns, kind):
    first, second = columns.T
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return
    expected = {"spearman": spearmanr, "kendall": kendalltau}[kind](first, second).statistic
    found = rank_correlation(first, second, np.random.default_rng(0), kind, resamples=5)
    assert found.value == pytest.approx(expected)


def test_the_interval_of_noise_covers_nothing_and_that_of_truth_does_not():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=40)
    noise = rank_correlation(rng.permutation(truth), truth, rng)
    related = rank_correlation(truth + rng.normal(size=40), truth, rng)
    assert noise.low < 0 < noise.high
    assert 0 < related.low < related.value < related.high


def test_an_interval_covers_its_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        pair = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=40)
        found = rank_correlation(*pair.T, rng, resamples=200)
        # Spearman's rho of a normal pair.
        held += found.low <= 6 / np.pi * np.arcsin(0.3) <= found.high
    assert held >= 180


def test_the_oracle_is_right_and_a_column_that_never_varies_says_nothing():
    rng = np.random.default_rng(0)
    oracle = rank_correlation(np.arange(20), np.arange(20), rng)
    assert (oracle.value, oracle.low, oracle.high) == pytest.approx((1.0, 1.0, 1.0))
    assert str(rank_correlation(np.zeros(5), np.arange(5), rng)) == "-"


def test_shuffled_scores_lie_around_nothing():
    low, high = null_range(np.arange(30), np.arange(30), np.random.default_rng(0))
    assert -0.45 < low < -0.25
    assert 0.25 < high < 0.45


def test_a_missing_value_is_named():
    with pytest.raises(UserError, match="finite values"):
        rank_correlation(np.array([1.0, np.nan]), np.array([1.0, 2.0]), np.random.default_rng(0))
