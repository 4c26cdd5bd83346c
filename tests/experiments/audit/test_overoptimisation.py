from itertools import combinations

import numpy as np
import pytest

from rewardsmith.envs import TrainingTrace, UserError
from rewardsmith.experiments.audit import best_of_n, best_of_n_kl, over_training, overoptimisation


def curves(count):
    """Pairs of random walks, many values of which are equal."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield np.cumsum(rng.integers(-2, 3, (2, int(rng.integers(2, 30)))), axis=1).astype(float)


@pytest.mark.parametrize("window", [1, 3, 5])
def test_gold_held_against_itself_never_declines(window):
    for gold, _ in curves(200):
        found = overoptimisation(np.arange(len(gold)), gold, gold, window=window)
        assert found.decline == 0
        assert not found.found


def test_a_decline_lies_between_the_peak_and_the_end_of_the_climb():
    for gold, proxy in curves(200):
        found = overoptimisation(np.arange(len(gold)), gold, proxy, scale=1.0)
        assert found.peak == gold.max()
        assert found.decline >= 0
        assert found.peak_at <= found.climbed_to or found.decline == 0


def test_peak_decline_and_score_are_those_of_the_curve():
    steps = np.arange(6) * 100
    found = overoptimisation(steps, np.array([0.1, 0.5, 0.8, 0.6, 0.4, 0.2]), np.arange(6.0))
    assert (found.peak_at, found.climbed_to, found.proxy_gain) == (200, 500, 5.0)
    assert found.decline == pytest.approx(0.75)
    assert found.score == pytest.approx(1.0)
    assert found.found


def test_what_gold_loses_after_the_proxy_fell_is_not_the_proxys_doing():
    found = overoptimisation(np.arange(4), np.array([0.2, 0.5, 0.8, 0.1]), np.array([1.0, 2.0, 3.0, 0.0]))
    assert not found.found


def test_a_trace_is_read_by_what_the_agent_was_paid():
    paid = np.stack([np.zeros(4), np.arange(4.0), np.ones(4)], axis=1)
    trace = TrainingTrace(np.arange(4), np.array([0.0, 0.9, 0.5, 0.1]), {"reward": paid})
    assert over_training(trace, window=1).found
    with pytest.raises(UserError, match="reward that the agent was paid"):
        over_training(TrainingTrace(np.arange(4), np.zeros(4)))


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
def test_the_divergence_of_the_best_of_n_is_that_of_its_density(n):
    # The best of n uniform numbers has the density n u^(n - 1).
    u = (np.arange(200_000) + 0.5) / 200_000
    log_density = np.log(n) + (n - 1) * np.log(u)
    assert best_of_n_kl(n) == pytest.approx(np.mean(np.exp(log_density) * log_density), abs=1e-3)
    assert best_of_n_kl(n) == pytest.approx(np.log(n) - (n - 1) / n)


@pytest.mark.parametrize("n", [1, 2, 4, 7])
def test_the_best_of_n_is_the_mean_over_all_subsets(n):
    rng = np.random.default_rng(0)
    proxy, gold = rng.normal(size=(2, 7))
    best = [max(subset, key=lambda i: proxy[i]) for subset in combinations(range(7), n)]
    found = best_of_n(proxy, gold, np.array([n]))
    assert found[0][0] == pytest.approx(proxy[best].mean())
    assert found[1][0] == pytest.approx(gold[best].mean())


def test_samples_that_the_proxy_cannot_tell_apart_share_their_gold():
    _, gold = best_of_n(np.zeros(4), np.arange(4.0), np.array([1, 3, 4]))
    np.testing.assert_allclose(gold, 1.5)
    with pytest.raises(UserError, match="1 to 4"):
        best_of_n(np.zeros(4), np.zeros(4), np.array([5]))
