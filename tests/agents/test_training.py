import dataclasses

import numpy as np
import pytest
import torch

from rewardsmith.agents.evaluate import evaluate
from rewardsmith.agents.policies import random_policy
from rewardsmith.agents.threads import torch_threads
from rewardsmith.agents.train import train
from rewardsmith.envs import Evaluation, UserError

SMALL = {"n_envs": 4, "n_steps": 16, "batch_size": 32, "n_epochs": 2}
SEEDS = range(2**31, 2**31 + 8)


def weights(model):
    return {name: tensor.clone() for name, tensor in model.policy.state_dict().items()}


def assert_same_weights(a, b):
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)


def assert_same_evaluation(a: Evaluation, b: Evaluation):
    for name in ("seeds", "success", "metric", "length"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name


def test_ppo_learns_what_random_play_cannot(box_task, approach_reward):
    seeds = range(2**31, 2**31 + 40)
    result = train(
        box_task,
        approach_reward,
        steps=16_000,
        seed=1,
        eval_seeds=seeds,
        hyperparameters={"learning_rate": 1e-3, "n_steps": 64},
    )
    by_chance = evaluate(random_policy(box_task.spec, np.random.default_rng(0)), box_task, seeds)
    assert result.evaluation.success_rate > by_chance.success_rate + 0.3
    assert result.evaluation.success_rate > result.trace.success[0]


def test_maskable_ppo_is_the_default_where_actions_can_be_illegal_and_plays_none(
    masked_task, approach_reward
):
    result = train(masked_task, approach_reward, steps=256, seed=1, eval_seeds=SEEDS, hyperparameters=SMALL)
    assert type(result.model).__name__ == "MaskablePPO"


@pytest.mark.parametrize("algo", ["ppo", "sac"])
def test_the_same_seed_gives_the_same_weights_bit_for_bit(box_task, approach_reward, algo):
    own = SMALL if algo == "ppo" else {"learning_starts": 50, "batch_size": 32}
    runs = [
        train(
            box_task,
            approach_reward,
            algo=algo,
            steps=192,
            seed=seed,
            eval_seeds=SEEDS,
            hyperparameters=own,
            device="cpu",
        )
        for seed in (5, 5, 6)
    ]
    assert_same_weights(weights(runs[0].model), weights(runs[1].model))
    assert_same_evaluation(runs[0].evaluation, runs[1].evaluation)
    assert any(
        not torch.equal(a, b) for a, b in zip(*[weights(r.model).values() for r in runs[1:]], strict=True)
    )


@pytest.mark.parametrize("algo", ["ppo", "maskable-ppo", "dqn", "sac", "td3"])
def test_evaluating_more_often_does_not_disturb_training(tasks_by_algorithm, approach_reward, algo):
    own = SMALL if "ppo" in algo else {"learning_starts": 40, "batch_size": 32}
    seldom, often = (
        train(
            tasks_by_algorithm[algo],
            approach_reward,
            algo=algo,
            steps=192,
            seed=3,
            eval_seeds=SEEDS,
            hyperparameters=own | {"normalize": True},
            eval_every=every,
            device="cpu",
        )
        for every in (192, 64)
    )
    assert len(often.trace.steps) > len(seldom.trace.steps) == 1
    assert_same_weights(weights(seldom.model), weights(often.model))


def test_steps_are_counted_exactly_and_never_exceed_the_budget(box_task, approach_reward):
    counted = 0

    def counting(obs, action, next_obs):
        nonlocal counted
        counted += len(action)
        return approach_reward(obs, action, next_obs)

    result = train(box_task, counting, steps=1000, seed=0, eval_seeds=SEEDS, hyperparameters=SMALL)
    assert result.steps == counted == result.trace.steps[-1] == 960
    assert (np.diff(result.trace.steps) > 0).all() and len(result.trace.steps) <= 11


def test_a_budget_below_one_rollout_is_an_error(box_task):
    with pytest.raises(UserError, match=r"n_steps = 64 environment steps, the budget is 63"):
        train(box_task, None, steps=63, seed=0, eval_seeds=SEEDS, hyperparameters=SMALL)


def test_an_interval_of_no_steps_is_an_error(box_task):
    with pytest.raises(UserError, match="eval_every is a number of environment steps from 1 up, got 0"):
        train(box_task, None, steps=64, seed=0, eval_seeds=SEEDS, hyperparameters=SMALL, eval_every=0)


def test_the_trace_holds_the_terms_since_each_last_checkpoint(box_task):
    step = 0

    def counting_up(obs, action, next_obs):
        nonlocal step
        step += 1
        return np.full(len(action), 2.0 * step), {"count": np.full(len(action), float(step))}

    trace = train(
        box_task, counting_up, steps=192, seed=0, eval_seeds=SEEDS, hyperparameters=SMALL, eval_every=64
    ).trace
    assert trace.steps.tolist() == [64, 128, 192]
    assert trace.terms["count"].tolist() == [[1, 8.5, 16], [17, 24.5, 32], [33, 40.5, 48]]
    assert np.array_equal(trace.terms["reward"], 2 * trace.terms["count"])


def test_the_final_evaluation_is_of_the_agent_handed_back(box_task, approach_reward):
    result = train(
        box_task,
        approach_reward,
        steps=512,
        seed=0,
        eval_seeds=SEEDS,
        horizon=9,
        hyperparameters=SMALL | {"normalize": True},
    )
    assert_same_evaluation(result.evaluation, evaluate(result.model, box_task, SEEDS, horizon=9))
    assert result.evaluation.length.max() <= 9
    assert result.trace.success[-1] == result.evaluation.success_rate


def test_what_the_reward_raises_passes_through_and_leaves_no_agent(tmp_path, box_task, approach_reward):
    class FaultError(Exception):
        pass

    calls = 0

    def failing(obs, action, next_obs):
        nonlocal calls
        calls += 1
        if calls > 40:
            raise FaultError("worker died")
        return approach_reward(obs, action, next_obs)

    (tmp_path / "model.zip").write_text("an older run")
    with pytest.raises(FaultError, match="worker died"):
        train(box_task, failing, steps=640, seed=0, eval_seeds=SEEDS, hyperparameters=SMALL, out=tmp_path)
    assert not (tmp_path / "model.zip").exists()


def test_progress_is_told_in_order_and_to_the_end(box_task, approach_reward):
    told = []
    result = train(
        box_task,
        approach_reward,
        steps=640,
        seed=0,
        eval_seeds=SEEDS,
        hyperparameters=SMALL,
        progress=lambda steps, success: told.append((steps, success)),
    )
    assert [steps for steps, _ in told] == sorted({steps for steps, _ in told})
    assert told[-1] == (result.steps, result.evaluation.success_rate)


def test_seeds_that_are_trained_on_cannot_judge(box_task):
    with pytest.raises(UserError, match="evaluation seed 11 is also trained on"):
        train(box_task, None, steps=64, seed=10, eval_seeds=[40, 11], hyperparameters=SMALL)
    with pytest.raises(UserError, match="a training seed is"):
        train(box_task, None, steps=64, seed=2**31, eval_seeds=SEEDS, hyperparameters=SMALL)


def test_a_misspelt_algorithm_or_task_is_an_error(box_task):
    with pytest.raises(UserError, match="there is no algorithm 'pop'; choose one of ppo"):
        train(box_task, None, algo="pop", steps=64, seed=0, eval_seeds=SEEDS)
    with pytest.raises(UserError, match="there is no task 'no-such-task'"):
        train("no-such-task", None, steps=64, seed=0, eval_seeds=SEEDS)


def test_torch_gets_its_threads_back():
    before = torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt), torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise KeyboardInterrupt
    assert torch.get_num_threads() == before


def test_the_result_is_frozen(box_task):
    result = train(box_task, None, steps=64, seed=0, eval_seeds=SEEDS, hyperparameters=SMALL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.steps = 0
