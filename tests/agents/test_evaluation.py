import inspect

import numpy as np
import pytest

from rewardsmith.agents.evaluate import MOST_WORLDS, Evaluator, evaluate
from rewardsmith.agents.policies import random_policy
from rewardsmith.envs import TaskEnv, UserError


class Straight:
    """Goes straight to the goal as fast as it can."""

    def predict(self, observation, state=None, episode_start=None, deterministic=False):
        return np.clip((observation[:, 2:4] - observation[:, :2]) / 0.2, -1, 1), state


class StraightAndBack(Straight):
    """Counts its steps as recurrent state; after ten of an episode it runs away from the goal."""

    def predict(self, observation, state=None, episode_start=None, deterministic=False):
        count = np.where(episode_start, 0, 0 if state is None else state)
        towards, _ = super().predict(observation)
        away = np.where(observation[:, 2:4] > 0, -1.0, 1.0)
        return np.where((count < 10)[:, None], towards, away), count + 1


def test_an_evaluation_cannot_be_given_a_reward():
    for callable_ in (evaluate, Evaluator.__init__, Evaluator.play):
        assert not [name for name in inspect.signature(callable_).parameters if "reward" in name]


def test_a_perfect_policy_succeeds_always_and_a_random_one_seldom(box_task):
    seeds = range(100, 150)
    assert evaluate(Straight(), box_task, seeds).success_rate == 1.0
    assert (
        evaluate(random_policy(box_task.spec, np.random.default_rng(0)), box_task, seeds).success_rate < 0.6
    )


def test_success_counts_at_any_step_and_the_metric_at_the_end(box_task):
    stayed, ran = (evaluate(policy, box_task, range(30)) for policy in (Straight(), StraightAndBack()))
    assert ran.success.all() and stayed.success.all()
    assert stayed.metric == pytest.approx(np.zeros(30), abs=1e-6)
    assert (ran.metric < -0.5).all()
    assert (ran.length == box_task.spec.horizon).all()


@pytest.mark.parametrize("task_fixture", ["box_task", "discrete_task", "masked_task"])
def test_each_episode_equals_one_played_alone_in_the_single_environment(request, task_fixture):
    task = request.getfixturevalue(task_fixture)
    seeds = [7, 2**31 + 3, 11, 12]

    class Fixed:
        """Acts by the observation alone, so that the batch cannot matter."""

        def predict(
            self, observation, state=None, episode_start=None, deterministic=False, action_masks=None
        ):
            gap = observation[:, 2:4] - observation[:, :2]
            if task.spec.action.kind == "box":
                return np.clip(gap * 2, -1, 1) * 0.5, None
            scores = np.stack([gap[:, 0], -gap[:, 0], gap[:, 1], -gap[:, 1]], axis=1)
            return np.argmax(
                scores if action_masks is None else np.where(action_masks, scores, -9), axis=1
            ), None

    evaluation = evaluate(Fixed(), task, seeds)
    for index, seed in enumerate(seeds):
        env = TaskEnv(task)
        observation, _ = env.reset(seed=seed)
        success, done = False, False
        while not done:
            action, _ = Fixed().predict(observation[None])
            observation, _, terminated, truncated, info = env.step(action[0])
            success, done = info["success"], terminated or truncated
        assert evaluation.success[index] == success
        assert evaluation.length[index] == env.worlds.elapsed[0]
        assert evaluation.metric[index] == env.worlds.task.metric()[0]


def test_many_seeds_are_played_in_chunks_that_change_nothing(box_task):
    seeds = np.arange(2 * MOST_WORLDS + 3)
    whole = evaluate(StraightAndBack(), box_task, seeds, horizon=7)
    parts = [evaluate(StraightAndBack(), box_task, part, horizon=7) for part in np.array_split(seeds, 5)]
    for name in ("seeds", "success", "metric", "length"):
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(part, name) for part in parts]))


def test_the_sparse_return_counts_the_steps_in_success(box_task):
    evaluation, sparse_return = Evaluator(box_task, range(20)).play(Straight())
    assert (sparse_return > 0).all() and (sparse_return <= evaluation.length).all()


def test_an_evaluator_plays_the_same_episodes_each_time(masked_task):
    evaluator = Evaluator(masked_task, range(10))
    first, again = (
        evaluator.play(random_policy(masked_task.spec, np.random.default_rng(5)))[0] for _ in range(2)
    )
    assert first.to_dict() == again.to_dict()


def test_no_seeds_is_an_error(box_task):
    with pytest.raises(UserError, match="at least one seed"):
        evaluate(Straight(), box_task, [])
