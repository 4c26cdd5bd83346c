import numpy as np
import pytest
from scipy.stats import bootstrap

from rewardsmith.experiments import estimate
from rewardsmith.experiments.comparison.statistics import mean_interval


def test_the_mean_is_the_mean_and_lies_in_its_interval():
    episodes = [np.array([1, 0, 1, 1]), np.array([0, 0, 1, 0])]
    result = estimate(episodes, np.random.default_rng(0))
    assert result.mean == pytest.approx(0.5)
    assert result.low < 0.5 < result.high
    assert str(result).startswith("0.50 [")


def test_the_same_seed_gives_the_same_interval():
    episodes = [np.arange(10) % 2, np.arange(10) % 3 == 0]
    assert estimate(episodes, np.random.default_rng(1)) == estimate(episodes, np.random.default_rng(1))


def test_with_one_seed_it_is_scipys_percentile_bootstrap_of_the_episodes():
    values = np.random.default_rng(2).random(40)
    ours = estimate([values], np.random.default_rng(3), resamples=20_000)
    theirs = bootstrap((values,), np.mean, method="percentile", n_resamples=20_000, rng=4).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.005)


def test_intervals_cover_the_true_mean_when_there_are_many_seeds():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        rates = np.clip(rng.normal(0.5, 0.1, 30), 0, 1)
        low, high = (lambda e: (e.low, e.high))(
            estimate(rng.random((30, 20)) < rates[:, None], rng, resamples=400)
        )
        covered += low <= 0.5 <= high
    assert 0.90 <= covered / 200 <= 1.0


def test_mean_interval_has_no_width_where_all_rows_agree():
    mean, low, high = mean_interval(np.array([[0.0, 1.0], [0.0, 0.0]]), np.random.default_rng(6))
    assert mean.tolist() == [0.0, 0.5]
    assert low.tolist() == [0.0, 0.0]
    assert high.tolist() == [0.0, 1.0]
