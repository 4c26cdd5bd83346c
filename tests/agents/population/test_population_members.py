"""Members as SB3 models: where they come from, what their files hold, and how they go on."""

import random

import numpy as np
import pytest
import torch
from stable_baselines3 import PPO

from rewardsmith.agents.hyperparameters import resolve
from rewardsmith.agents.population import (
    Member,
    MemberStreams,
    PopulationPPO,
    PopulationWorlds,
    load_member,
    make_member,
)
from rewardsmith.agents.population.settings import Own
from rewardsmith.envs import UserError, Worlds
from rewardsmith.envs.sb3 import SB3VecEnv

SMALL = {"n_envs": 4, "n_steps": 16, "batch_size": 32, "n_epochs": 2, "policy_kwargs": {"net_arch": [16]}}


def parameters(model):
    return list(model.policy.state_dict().values())


def make(task, seed=3, **own):
    return make_member("ppo", task.spec, resolve("ppo", task.spec, SMALL | own), seed)


def learn(task, reward, members, seeds, updates):
    ppo = PopulationPPO(members)
    worlds = PopulationWorlds(task, [reward] * len(members), seeds, ppo.shared.n_envs)
    for _ in range(updates):
        ppo.collect(worlds)
        ppo.update(1.0)
    return ppo


def test_making_a_member_leaves_the_global_generators_alone(box_task):
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    expected = random.random(), np.random.rand(), torch.rand(1).item()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    make(box_task)
    assert (random.random(), np.random.rand(), torch.rand(1).item()) == expected


def test_a_member_of_a_normalized_population_goes_on_from_its_file(box_task, approach_reward, tmp_path):
    member = make(box_task, normalize=True)
    ppo = learn(box_task, approach_reward, [member], [3], updates=2)
    ppo.export(0).save(tmp_path / "model.zip")
    member.normalizer.save(str(tmp_path / "vecnormalize.pkl"))
    loaded = load_member(tmp_path / "model.zip", "ppo", box_task.spec, seed=9)
    from_memory = Member(member.model, MemberStreams.seeded(9))
    ours, theirs = (
        learn(box_task, approach_reward, [one], [50], updates=2).export(0) for one in (loaded, from_memory)
    )
    assert all(torch.equal(a, b) for a, b in zip(parameters(ours), parameters(theirs), strict=True))


def test_sb3_goes_on_from_a_members_file_as_the_population_does(box_task, approach_reward, tmp_path):
    own = {"learning_rate": 1e-3}
    learn(box_task, approach_reward, [make(box_task, **own)], [3], updates=2).export(0).save(
        tmp_path / "m.zip"
    )
    ours = learn(
        box_task, approach_reward, [load_member(tmp_path / "m.zip", "ppo", box_task.spec, 9)], [50], updates=2
    ).export(0)
    env = SB3VecEnv(Worlds(box_task, 4, reward=approach_reward), 50)
    theirs = PPO.load(tmp_path / "m.zip", env=env, device="cpu")
    theirs.set_random_seed(9)
    env.seed(50)
    theirs.learn(2 * 64)
    assert all(
        torch.allclose(a, b, rtol=0, atol=1e-5)
        for a, b in zip(parameters(ours), parameters(theirs), strict=True)
    )


def test_an_exported_model_refuses_to_be_trained_without_worlds(box_task):
    with pytest.raises(UserError, match="no worlds of its own"):
        make(box_task).model.learn(64)


def test_a_file_that_is_not_there_is_named(box_task, tmp_path):
    with pytest.raises(UserError, match=r"nowhere\.zip"):
        load_member(tmp_path / "nowhere.zip", "ppo", box_task.spec, 1)


def test_schedules_are_read_at_the_share_of_training_that_is_left(box_task):
    members = [make(box_task, clip_range="lin_0.4", learning_rate="lin_1e-2", target_kl=0.1), make(box_task)]
    own = Own.read([member.model for member in members], 0.25, torch.device("cpu"))
    assert own.clip_range.tolist() == pytest.approx([0.1, 0.2])
    assert own.learning_rate == pytest.approx([2.5e-3, 3e-4])
    assert own.target_kl.tolist() == pytest.approx([0.1, np.inf])
    assert own.clip_range_vf.tolist() == [np.inf, np.inf]
