import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen.latent import FittedError, LinearDecoder, MLPDecoder, make_decoder
from rewardsmith.reward_gen.latent.episodes import Episodes


def episodes(worth, count=400, horizon=12, factors=3, seed=0):
    """Episodes of random factors and lengths, whose return is the sum of `worth` over the steps."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(count, horizon, factors)).astype(np.float32)
    lengths = rng.integers(1, horizon + 1, count)
    played = np.arange(horizon) < lengths[:, None]
    values *= played[..., None]
    return Episodes(values, lengths, (worth(values) * played).sum(axis=1))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=5), st.floats(-1, 1), st.integers(0, 100))
def test_linear_decoder_finds_the_weights_behind_the_returns(weights, alive, seed):
    told = episodes(lambda factors: factors @ np.array(weights) + alive, factors=len(weights), seed=seed)
    decoder = LinearDecoder(len(weights), ridge=1e-9)
    decoder.fit(told)
    assert decoder.weights == pytest.approx([*weights, alive], abs=1e-3)


def test_linear_decoder_gives_nothing_to_a_factor_that_is_always_zero():
    told = episodes(lambda factors: factors[..., 0])
    told.factors[..., 1] = 0.0
    decoder = LinearDecoder(3)
    assert decoder.fit(told) > 0.99
    assert decoder.weights[1] == 0.0


def test_mlp_decoder_learns_what_is_not_linear():
    told = episodes(lambda factors: np.abs(factors[..., 0]) - 0.5 * (factors[..., 1] > 0))
    linear, mlp = LinearDecoder(3), MLPDecoder(3)
    explained = [mlp.fit(told) for _ in range(12)]
    assert linear.fit(told) < 0.7
    assert explained[-1] > 0.85
    step = np.array([[2.0, -1.0, 0.0], [0.1, 1.0, 0.0]])
    assert mlp(step) == pytest.approx([2.0, -0.4], abs=0.35)


def test_long_episodes_are_judged_by_a_part_of_their_steps():
    told = episodes(lambda factors: factors[..., 0] + 0.2, horizon=90, count=300)
    mlp = MLPDecoder(3, hidden=(), most_steps=32)
    explained = [mlp.fit(told) for _ in range(10)]
    # Not 1: the part is a third of the longest episodes, and what it misses shrinks the decoded rewards.
    assert explained[-1] > 0.6


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_an_unfitted_decoder_pays_nothing_and_the_same_seed_learns_the_same(kind):
    told = episodes(lambda factors: factors[..., 0])
    first, second = make_decoder(kind, 3, seed=5), make_decoder(kind, 3, seed=5)
    assert not first(told.factors[0]).any()
    assert first.fit(told) == second.fit(told)
    assert np.array_equal(first(told.factors[0]), second(told.factors[0]))
    assert first(told.factors[0]).shape == (12,)


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_what_cannot_be_learnt_from_is_refused_in_one_line(kind):
    told = episodes(lambda factors: factors[..., 0])
    none = Episodes(*(values[:0] for values in told))
    broken = told._replace(returns=np.full(400, np.nan))
    for unfit, words in ((none, "got none"), (broken, "finite")):
        with pytest.raises(FittedError, match=words):
            make_decoder(kind, 3).fit(unfit)


def test_equal_returns_explain_nothing():
    told = episodes(lambda factors: factors[..., 0])._replace(returns=np.ones(400))
    assert make_decoder("mlp", 3).fit(told) == 0.0
