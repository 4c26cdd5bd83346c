import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.agents.population import Racing, replay, train_population
from rewardsmith.envs import UserError

SMALL = {"n_envs": 4, "n_steps": 32, "batch_size": 32, "learning_rate": 3e-3}
SEEDS = range(2**31, 2**31 + 30)


def backwards(obs, action, next_obs):
    """The opposite of what is wanted."""
    return np.linalg.norm(next_obs.point - next_obs.goal, axis=-1), {}


@given(
    successes=st.lists(st.integers(0, 20), min_size=1, max_size=20),
    keep=st.floats(0.05, 1.0),
    risk=st.floats(0.01, 0.4),
)
def test_the_better_share_always_goes_on(successes, keep, risk):
    counts = np.array(successes)
    survivors = Racing(keep=keep, risk=risk).survivors(counts, 20)
    gone = np.setdiff1d(np.arange(len(counts)), survivors)
    assert len(survivors) >= keep * len(counts)
    assert counts.argmax() in survivors
    assert all(counts[gone] <= np.sort(counts)[::-1][: len(survivors)].min()) or len(gone) == 0


@given(st.integers(0, 20), st.integers(1, 30))
def test_candidates_that_do_equally_well_all_go_on(success, count):
    assert Racing(keep=0.1).survivors(np.full(count, success), 20) == list(range(count))


def test_less_risk_keeps_more():
    counts = np.array([0, 3, 6, 9, 12, 15, 18, 20])
    kept = [len(Racing(keep=0.25, risk=risk).survivors(counts, 20)) for risk in (0.3, 0.05, 0.001)]
    assert kept == sorted(kept)
    assert kept[0] < kept[-1]


def test_replay_counts_what_was_spent_and_whether_the_winner_went_on():
    rising, flat = np.linspace(0.25, 1, 4), np.zeros(4)
    late = np.array([0, 0, 0, 1.0])
    racing = Racing(rungs=(0.5,), keep=0.5, risk=0.05)
    early_winner = replay(racing, np.array([[rising, flat]]), episodes=50)
    assert (early_winner.winner_kept, early_winner.cost) == (1.0, 0.75)
    late_winner = replay(racing, np.array([[rising * 0.9, late], [rising, flat]]), episodes=50)
    assert (late_winner.winner_kept, late_winner.cost) == (0.5, 0.75)


def test_the_race_drops_the_hopeless_and_leaves_the_others_as_they_are(box_task, approach_reward):
    arguments = {"steps": 12 * 128, "eval_seeds": SEEDS, "hyperparameters": SMALL}
    rewards, seeds = [approach_reward, backwards, approach_reward], [1, 50, 100]
    raced = train_population(
        box_task, rewards, seeds=seeds, racing=Racing(rungs=(0.5, 0.75), keep=0.3, risk=0.2), **arguments
    )
    full = train_population(box_task, rewards, seeds=seeds, **arguments)
    assert [result.steps for result in full] == [1536] * 3
    assert raced[1].steps in (768, 1152)
    assert raced[1].trace.steps[-1] == raced[1].steps
    through = [row for row in (0, 2) if raced[row].steps == 1536]
    assert through
    for row in through:
        ours, theirs = raced[row].model.policy.state_dict(), full[row].model.policy.state_dict()
        assert all(ours[name].equal(theirs[name]) for name in theirs)
        assert raced[row].trace.to_dict() == full[row].trace.to_dict()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"rungs": (0.5, 0.2)}, "rungs"),
        ({"rungs": (0.0,)}, "rungs"),
        ({"keep": 0.0}, "keep"),
        ({"risk": 1.0}, "risk"),
    ],
)
def test_rules_that_make_no_race_are_refused(rules, message):
    with pytest.raises(UserError, match=message):
        Racing(**rules)
