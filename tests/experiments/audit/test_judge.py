import numpy as np
import pytest

from rewardsmith.envs import Episodes, UserError, task_class
from rewardsmith.experiments.audit import Judge, attacks_on
from rewardsmith.experiments.worth.evidence import random_play, scripted_play

TASK = task_class("kg-path")


@pytest.fixture(scope="module")
def shown():
    return Episodes.concatenate([scripted_play(TASK, 300, 0).episodes, random_play(TASK, 100, 0).episodes])


@pytest.fixture(scope="module")
def judge(shown):
    return Judge(TASK, shown)


@pytest.fixture(scope="module")
def attacks(judge):
    return attacks_on(judge, TASK, 12, np.random.default_rng(0))


def test_honest_episodes_on_other_starts_are_told_apart(judge):
    fresh = scripted_play(TASK, 200, 5_000).episodes
    assert np.mean(judge.accepts(fresh) == fresh.success) > 0.95


def test_an_attack_is_a_failure_that_is_accepted(judge, attacks):
    assert attacks
    assert not any(attack.success.any() for attack in attacks)
    assert all(judge.accepts(attack).all() for attack in attacks)


def test_who_learnt_from_attacks_turns_others_away(judge, shown, attacks):
    others = Episodes.concatenate(attacks_on(judge, TASK, 12, np.random.default_rng(1)))
    taught = Judge(TASK, shown, attacks)
    assert not taught.accepts(others).any()
    fresh = scripted_play(TASK, 200, 5_000).episodes
    assert np.mean(taught.accepts(fresh) == fresh.success) > 0.95


def test_it_pays_what_brings_an_episode_nearer_to_being_accepted(judge, shown):
    paid = judge.pay(shown.transitions())[0]
    returns = np.add.reduceat(paid, np.cumsum(shown.lengths) - shown.lengths)
    starts = shown.states.worlds(np.cumsum(shown.lengths + 1) - shown.lengths - 1)
    best = -np.minimum(judge.sureness(starts), 0.0)
    accepted = judge.accepts(shown)
    np.testing.assert_allclose(returns[accepted], best[accepted], rtol=1e-4, atol=1e-4)
    assert (returns[~accepted] < best[~accepted]).all()


def test_one_outcome_teaches_nothing(shown):
    with pytest.raises(UserError, match="successes and failures, got 5 of one kind"):
        Judge(TASK, shown.part(np.flatnonzero(~shown.success)[:5]))
