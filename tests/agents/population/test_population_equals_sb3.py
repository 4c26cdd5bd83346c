"""A population's members against SB3's own PPO and sb3-contrib's MaskablePPO, run alone."""

import numpy as np
import pytest
import torch
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import KVWriter, Logger
from stable_baselines3.common.vec_env import VecNormalize

from rewardsmith.agents.agent import make_agent
from rewardsmith.agents.hyperparameters import normalizer_arguments, resolve
from rewardsmith.agents.population.members import make_member
from rewardsmith.agents.population.ppo import PopulationPPO
from rewardsmith.agents.population.worlds import PopulationWorlds
from rewardsmith.agents.threads import torch_threads
from rewardsmith.envs import Worlds
from rewardsmith.envs.sb3 import SB3VecEnv

UPDATES = 4
SMALL = {
    "n_envs": 4,
    "n_steps": 24,
    "batch_size": 32,
    "n_epochs": 3,
    "learning_rate": "lin_1e-3",
    "policy_kwargs": {"net_arch": [16, 12]},
}
LOGGED = (
    "policy_gradient_loss", "value_loss", "entropy_loss", "approx_kl", "clip_fraction", "loss",
    "explained_variance",
)  # fmt: skip
SETTINGS = {
    "plain": {},
    "normalized": {"normalize": True, "gamma": 0.9},
    "everything": {
        "normalize": "dict(norm_obs=True, norm_reward=False)",
        "ent_coef": 0.01,
        "vf_coef": 0.7,
        "clip_range": 0.05,
        "clip_range_vf": 0.1,
        "max_grad_norm": 0.05,
        "target_kl": 0.002,
        "batch_size": 40,  # leaves a short last minibatch
        "gae_lambda": 0.8,
        "policy_kwargs": "dict(net_arch=dict(pi=[8], vf=[16, 8, 8]), activation_fn=nn.ReLU)",
    },
    "unlike_blocks": {"n_envs": 3, "n_steps": 11, "batch_size": 7, "normalize_advantage": False},
}


@pytest.fixture(autouse=True)
def one_torch_thread():
    """Networks this small gain nothing from a second thread, and wait for it long on a busy machine."""
    with torch_threads(1):
        yield


class LossLog(KVWriter):
    """Keeps what SB3 logs after each update."""

    def __init__(self):
        self.rows = []

    def write(self, key_values, key_excluded, step=0):
        if "train/loss" in key_values:
            self.rows.append({name: float(key_values[f"train/{name}"]) for name in LOGGED})

    def close(self):
        pass


class DumpLast(BaseCallback):
    """The last update's losses would otherwise stay unwritten."""

    def _on_step(self):
        return True

    def _on_training_end(self):
        self.logger.dump()


def sb3_alone(task, algo, reward, seed, chosen):
    """Train SB3's own algorithm; the model and the losses of each update."""
    env = SB3VecEnv(Worlds(task, chosen["n_envs"], reward=reward), seed)
    arguments = normalizer_arguments(chosen)
    env = env if arguments is None else VecNormalize(env, **arguments)
    model = make_agent(algo, env, hyperparameters=chosen, seed=seed, device="cpu")
    log = LossLog()
    model.set_logger(Logger(None, [log]))
    model.learn(UPDATES * chosen["n_envs"] * chosen["n_steps"], DumpLast())
    return model, log.rows


def population(task, algo, rewards, seeds, chosen, threads=1):
    """Train a population in the same way; its trainer and the losses of each update."""
    members = [make_member(algo, task.spec, own, seed) for own, seed in zip(chosen, seeds, strict=True)]
    ppo = PopulationPPO(members, threads=threads)
    worlds = PopulationWorlds(task, rewards, seeds, ppo.shared.n_envs)
    reports = []
    for update in range(UPDATES):
        ppo.collect(worlds)
        reports.append(ppo.update(1 - (update + 1) / UPDATES))
    ppo.close()
    return ppo, reports


def assert_equal_weights(ours, theirs):
    ours, theirs = ours.policy.state_dict(), theirs.policy.state_dict()
    assert ours.keys() == theirs.keys()
    for name in theirs:
        assert torch.allclose(ours[name], theirs[name], rtol=0, atol=1e-5), name


def assert_equal_losses(reports, row, rows):
    assert len(reports) == len(rows) == UPDATES
    for report, theirs in zip(reports, rows, strict=True):
        for name in LOGGED:
            assert report.logs[name][row] == pytest.approx(theirs[name], rel=1e-4, abs=1e-5), name


def backwards(obs, action, next_obs):
    """The opposite of what is wanted, so that members go different ways."""
    return np.linalg.norm(next_obs.point - next_obs.goal, axis=-1), {}


KINDS = (
    ("ppo", "box"),
    ("ppo", "discrete"),
    ("maskable-ppo", "masked"),
    ("ppo", "multi"),
    ("maskable-ppo", "masked_multi"),
)


@pytest.fixture
def tasks(box_task, discrete_task, masked_task, multi_task, masked_multi_task):
    return {
        "box": box_task,
        "discrete": discrete_task,
        "masked": masked_task,
        "multi": multi_task,
        "masked_multi": masked_multi_task,
    }


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize(("algo", "kind"), [KINDS[0], *KINDS[2:]])
def test_a_population_of_one_is_an_sb3_run(tasks, approach_reward, algo, kind, settings):
    chosen = resolve(algo, tasks[kind].spec, SMALL | SETTINGS[settings])
    ppo, reports = population(tasks[kind], algo, [approach_reward], [7], [chosen])
    theirs, rows = sb3_alone(tasks[kind], algo, approach_reward, 7, chosen)
    assert_equal_losses(reports, 0, rows)
    assert_equal_weights(ppo.export(0), theirs)
    assert ppo.export(0)._n_updates == theirs._n_updates


@pytest.mark.parametrize(("algo", "kind", "threads"), [(*kind, 1) for kind in KINDS] + [(*KINDS[0], 2)])
def test_a_member_of_four_is_an_sb3_run(tasks, approach_reward, algo, kind, threads):
    task = tasks[kind]
    own = (
        {},
        {"gamma": 0.5, "learning_rate": 3e-3},
        {"normalize": True, "target_kl": 1e-3},
        {"ent_coef": 0.1, "clip_range": 0.1},
    )
    chosen = [resolve(algo, task.spec, SMALL | values) for values in own]
    seeds, rewards = [3, 100, 5, 3], [None, approach_reward, backwards, approach_reward]
    ppo, reports = population(task, algo, rewards, seeds, chosen, threads)
    for row, (reward, seed, values) in enumerate(zip(rewards, seeds, chosen, strict=True)):
        theirs, rows = sb3_alone(task, algo, reward, seed, values)
        assert_equal_losses(reports, row, rows)
        assert_equal_weights(ppo.export(row), theirs)


@pytest.mark.parametrize(("algo", "kind"), [KINDS[0], KINDS[1]])
def test_a_normalizer_ends_up_as_sb3s_own(tasks, approach_reward, algo, kind):
    chosen = resolve(algo, tasks[kind].spec, SMALL | {"normalize": True})
    ppo, _ = population(tasks[kind], algo, [backwards, approach_reward], [1, 7], [chosen] * 2)
    ours = ppo.export(1).get_vec_normalize_env()
    theirs = sb3_alone(tasks[kind], algo, approach_reward, 7, chosen)[0].get_vec_normalize_env()
    for mine, other in ((ours.obs_rms, theirs.obs_rms), (ours.ret_rms, theirs.ret_rms)):
        assert mine.count == pytest.approx(other.count)
        assert np.allclose(mine.mean, other.mean, atol=1e-5)
        assert np.allclose(mine.var, other.var, atol=1e-5)
