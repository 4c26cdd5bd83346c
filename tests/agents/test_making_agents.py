import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from rewardsmith.agents.agent import make_agent
from rewardsmith.agents.algorithms import ALGORITHMS
from rewardsmith.agents.hyperparameters import resolve
from rewardsmith.agents.policies import random_policy
from rewardsmith.envs import Worlds
from rewardsmith.envs.sb3 import SB3VecEnv


def made(algo, task, tensorboard=None, seed=0, **override):
    env = SB3VecEnv(Worlds(task, 2), seed=0)
    chosen = resolve(algo, task.spec, override)
    return make_agent(algo, env, hyperparameters=chosen, seed=seed, tensorboard=tensorboard)


@pytest.mark.parametrize("algo", ALGORITHMS)
def test_every_algorithm_is_made_from_its_own_file(tasks_by_algorithm, algo):
    agent = made(algo, tasks_by_algorithm[algo])
    assert type(agent) is ALGORITHMS[algo].kind
    assert agent.gamma == resolve(algo, tasks_by_algorithm[algo].spec)["gamma"]


def test_hyperparameters_reach_the_agent(box_task):
    agent = made(
        "ppo",
        box_task,
        learning_rate="lin_2e-3",
        clip_range="lin_0.4",
        policy_kwargs="dict(net_arch=[7], activation_fn=nn.ELU)",
    )
    assert agent.lr_schedule(0.5) == pytest.approx(1e-3)
    assert agent.clip_range(0.25) == pytest.approx(0.1)
    layers = agent.policy.mlp_extractor.policy_net
    assert layers[0].out_features == 7 and isinstance(layers[1], torch.nn.ELU)


def test_small_on_policy_agents_stay_on_the_cpu(box_task, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert made("ppo", box_task).device.type == "cpu"


def test_the_seed_decides_the_first_weights(box_task):
    first, same, other = (made("ppo", box_task, seed=seed).policy.state_dict() for seed in (1, 1, 2))
    name = "mlp_extractor.policy_net.0.weight"
    assert torch.equal(first[name], same[name]) and not torch.equal(first[name], other[name])


def test_tensorboard_files_are_written_where_asked(tmp_path, box_task):
    made("ppo", box_task, str(tmp_path), n_steps=16, batch_size=32).learn(64)
    assert EventAccumulator(str(next(tmp_path.iterdir()))).Reload().Tags()["scalars"]


def test_random_play_is_uniform_and_legal(masked_task):
    rng = np.random.default_rng(0)
    masks = rng.random((4000, 4)) < 0.5
    masks[:, 2] = True
    actions, _ = random_policy(masked_task.spec, rng).predict(np.zeros((4000, 4)), action_masks=masks)
    assert masks[np.arange(4000), actions].all()
    free = masks.all(axis=1)
    assert np.bincount(actions[free], minlength=4) / free.sum() == pytest.approx([0.25] * 4, abs=0.09)
