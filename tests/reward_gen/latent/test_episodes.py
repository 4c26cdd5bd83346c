import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.reward_gen.latent import EpisodeMemory


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 9), st.integers(0, 1000))
def test_the_latest_episodes_are_kept_whole(worlds, horizon, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = EpisodeMemory(worlds, 1, horizon, capacity)
    elapsed, returns, finished = np.zeros(worlds, int), np.zeros(worlds), []
    for _ in range(30):
        factors = rng.normal(size=(worlds, 1)).astype(np.float32)
        elapsed, returns = elapsed + 1, returns + factors[:, 0]
        done = (elapsed == horizon) | (rng.random(worlds) < 0.3)
        memory.add(factors, done, returns)
        finished += list(zip(elapsed[done], returns[done], strict=True))
        elapsed[done], returns[done] = 0, 0.0
    kept = memory.episodes()
    assert len(memory) == len(kept.returns) == min(len(finished), capacity)
    assert sorted(zip(kept.lengths, kept.returns, strict=True)) == sorted(
        finished[-len(memory) :][: len(memory)]
    )
    assert np.allclose(kept.factors.sum(axis=(1, 2)), kept.returns, atol=1e-5)
    assert not kept.factors[~kept.played].any()


def test_a_world_that_starts_anew_leaves_nothing_behind():
    memory = EpisodeMemory(2, 1, 3)
    memory.add(np.ones((2, 1)), np.array([False, False]), np.zeros(2))
    memory.restart(np.array([0]))
    memory.add(np.full((2, 1), 5.0), np.array([True, True]), np.array([5.0, 6.0]))
    kept = memory.episodes()
    assert kept.lengths.tolist() == [1, 2]
    assert kept.factors[:, :2, 0].tolist() == [[5.0, 0.0], [1.0, 5.0]]
