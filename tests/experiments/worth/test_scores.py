import numpy as np
import pytest

from rewardsmith.envs import UserError, task_class
from rewardsmith.experiments.worth import Evidence, Judged, Scorer, gathered, pair_accuracy
from rewardsmith.experiments.worth.evidence import random_play, scripted_play
from rewardsmith.reward_gen import RewardProgram, resolve_reward

TASK = task_class("arithmetic-chain")
HUMAN = resolve_reward("human", TASK)


def rewritten(body):
    """The human reward, with `body` between what it pays and what is returned."""
    text = HUMAN.text.replace("def compute_reward", "def human_reward")
    head = "\n\ndef compute_reward(obs, action, next_obs, xp):\n"
    head += "    reward, terms = human_reward(obs, action, next_obs, xp)\n"
    return RewardProgram(f"{text}{head}    reward = {body}\n    return reward, {{'all': reward}}\n")


@pytest.fixture(scope="module")
def evidence():
    return Evidence(TASK, scripted_play(TASK, 80, 0), random_play(TASK, 40, 0), 0.99)


@pytest.fixture(scope="module")
def scorer(evidence):
    return Scorer(evidence, HUMAN)


def test_a_script_that_slips_succeeds_less(evidence):
    won = evidence.shown.episodes.success
    assert won[0]
    assert not won[-1]
    assert won[:40].sum() > won[40:].sum()


def test_the_human_reward_is_at_no_distance_from_itself_and_its_opposite_at_the_largest(scorer):
    same, opposite = scorer(rewritten("2.0 * reward")), scorer(rewritten("-reward"))
    for name in ("epic", "starc_val", "starc_minimal"):
        assert getattr(same, name) == pytest.approx(1.0, abs=1e-6)
        assert getattr(opposite, name) == pytest.approx(0.0, abs=1e-6)
    assert same.accuracy == pytest.approx(1 - opposite.accuracy)
    assert same.return_correlation == pytest.approx(-opposite.return_correlation)
    assert same.accuracy > 0.7


def test_a_reward_that_pays_nothing_ranks_nothing(scorer):
    found = scorer(rewritten("0.0 * reward"))
    assert (found.accuracy, found.success_pairs, found.return_correlation) == (0.5, 0.5, 0.0)
    assert found.random_return == 0.0
    assert found.epic == pytest.approx(0.5)


def test_the_same_program_always_has_the_same_scores(evidence, scorer):
    assert scorer(HUMAN) == Scorer(evidence, HUMAN)(HUMAN)


def test_gathered_episodes_are_of_both_outcomes_and_of_all_parts(evidence):
    parts = [evidence.shown.part(np.arange(0, 80, 2)), evidence.shown.part(np.arange(1, 80, 2))]
    some = gathered(parts, 12)
    assert len(some.metric) == 12
    assert some.episodes.success.sum() == 6
    firsts = np.concatenate([part.metric[part.episodes.success][:3] for part in parts])
    assert sorted(some.metric[:6]) == sorted(firsts)
    assert isinstance(Judged.concatenate(parts), Judged)
    assert pair_accuracy(some.metric, some.episodes.success.astype(int)).share >= 0.5


def test_episodes_of_one_outcome_are_refused(evidence):
    failures = np.flatnonzero(~evidence.shown.episodes.success)
    random = evidence.random.part(np.flatnonzero(~evidence.random.episodes.success))
    with pytest.raises(UserError, match="of both outcomes, got 0 successes among"):
        Scorer(Evidence(TASK, evidence.shown.part(failures), random, 0.99), HUMAN)
