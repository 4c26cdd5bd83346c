import numpy as np
import pytest

from rewardsmith.envs import task_class
from rewardsmith.envs.demonstration import recording_of
from rewardsmith.experiments.audit.agreement import agreement
from rewardsmith.experiments.audit.attribution import attribute, attribution
from rewardsmith.experiments.audit.material import gather, replay
from rewardsmith.experiments.audit.payment import paying
from rewardsmith.reward_gen import resolve_reward

TASK = task_class("arithmetic-chain")


@pytest.fixture(scope="module")
def material():
    return gather(TASK)


@pytest.fixture(scope="module")
def paid(material):
    with paying(resolve_reward("human", TASK), TASK, trusted=True) as pay:
        return pay(material.judged.episodes.transitions())


def test_a_reward_and_its_opposite_agree_and_disagree_with_success(material, paid):
    rewards, _ = paid
    assert not agreement(rewards, material, 0.99).suspicious
    opposite = agreement(-rewards, material, 0.99)
    assert opposite.suspicious
    assert opposite.summary.startswith("3% of")


def test_a_term_that_pays_failures_and_outweighs_the_rest_is_accused(material, paid):
    _, terms = paid
    assert not attribution(terms, material, 0.99).suspicious
    accused = attribution({**terms, "waiting": -5.0 * terms["step"]}, material, 0.99)
    assert accused.suspicious
    assert accused.summary.startswith("`waiting` pays failures more")


def test_shares_add_up(material, paid):
    episodes = material.judged.episodes
    shares = attribute(paid[1], episodes.lengths, episodes.success, 1.0)
    assert sum(share.size for share in shares.values()) == pytest.approx(1.0)
    assert sum(abs(share.difference) for share in shares.values()) == pytest.approx(1.0)


def test_a_recorded_episode_is_played_to_its_end():
    task = task_class("fetch-slide")
    judged = replay(task, *recording_of(task))
    assert judged.episodes.success.tolist() == [True]
    assert len(judged.metric) == 1


def test_sampled_steps_hold_every_last_one(material):
    episodes = material.judged.episodes
    steps = material.steps(256, np.random.default_rng(0))
    assert len(steps.action) == 256
    complete = episodes.transitions().rows(np.cumsum(episodes.lengths) - 1).next_obs.answer_complete
    assert steps.next_obs.answer_complete.sum() >= complete.sum()
