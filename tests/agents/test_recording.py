import numpy as np
import pytest

from rewardsmith.agents import evaluate, record_episodes
from rewardsmith.agents.evaluate import Evaluator
from rewardsmith.agents.recording import Recorder
from rewardsmith.envs import Evaluation, relabel


class Slow:
    """Goes towards the goal so slowly that it arrives from near starts only."""

    def predict(self, observation, state=None, episode_start=None, deterministic=False):
        gap = observation[:, 2:4] - observation[:, :2]
        return (0.15 * np.sign(gap)).astype(np.float32), state


@pytest.fixture
def judged(box_task) -> Evaluation:
    evaluation = evaluate(Slow(), box_task, range(100, 130))
    assert 3 < evaluation.success.sum() < 27, "both outcomes are there"
    return evaluation


def test_the_first_of_each_outcome_are_kept_in_the_order_of_their_seeds(box_task, judged):
    kept = record_episodes(Slow(), box_task, judged, 3)
    chosen = sorted([*np.flatnonzero(judged.success)[:3], *np.flatnonzero(~judged.success)[:3]])
    assert kept.success.tolist() == judged.success[chosen].tolist()
    assert kept.lengths.tolist() == judged.length[chosen].tolist()


def test_they_are_the_episodes_that_were_judged_step_by_step(box_task, judged):
    kept = record_episodes(Slow(), box_task, judged, 2)
    whole = Recorder()
    Evaluator(box_task, judged.seeds.tolist()).play(Slow(), recorder=whole)
    everything = whole.episodes()
    assert everything.success.tolist() == judged.success.tolist()
    chosen = np.sort(
        np.concatenate([np.flatnonzero(judged.success)[:2], np.flatnonzero(~judged.success)[:2]])
    )
    assert everything.part(chosen).to_bytes() == kept.to_bytes()


def test_any_reward_can_be_paid_for_them(box_task, judged):
    kept = record_episodes(Slow(), box_task, judged, 3)

    ((rewards, _),) = relabel([kept.transitions()], lambda obs, action, next_obs: (action.sum(-1), {}))
    assert len(rewards) == kept.lengths.sum() and np.isfinite(rewards).all()


def test_recording_changes_no_evaluation(box_task, judged):
    again, _ = Evaluator(box_task, judged.seeds.tolist()).play(Slow(), recorder=Recorder())
    assert again.to_dict() == judged.to_dict()


def test_with_one_outcome_only_that_one_is_kept(box_task):
    judged = evaluate(Slow(), box_task, range(100, 110), horizon=1)
    kept = record_episodes(Slow(), box_task, judged, 3, horizon=1)
    assert kept.lengths.tolist() == [1] * len(kept) and len(kept) >= 3
