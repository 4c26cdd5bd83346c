import numpy as np
import pytest
from chat_server import Server, answer, completion

from rewardsmith.agents import selection_seeds, training_seed
from rewardsmith.agents.episodic import EpisodicWorlds
from rewardsmith.envs import UserError, Worlds, random_transitions, task_class
from rewardsmith.envs.play import random_actions
from rewardsmith.experiments.latent.learn import Setting, find_factors, train_episodic, train_latent
from rewardsmith.reward_gen import LLMProposer, open_reward
from rewardsmith.reward_gen.latent import draw_factors
from rewardsmith.reward_gen.proposers.llm.latent import Latent

TASK = task_class("tool-call-easy")
SMALL = {"n_envs": 8, "n_steps": 32, "batch_size": 64, "n_epochs": 2}
SETTING = Setting(1024, training_seed(0), selection_seeds(0, 4), SMALL)
GOOD = """```python
def compute_reward(obs, action, next_obs, xp):
    tool = xp.where(next_obs.tool_matches, 1.0, 0.0) - xp.where(obs.tool_matches, 1.0, 0.0)
    names = next_obs.names_matched - obs.names_matched
    return tool + names, {"tool": tool, "names": names}
```"""
WEIGHED = GOOD.replace("return tool +", "return 2.0 * tool +")


def play(worlds, steps=60):
    rng = np.random.default_rng(0)
    worlds.seed([np.random.default_rng(world) for world in range(worlds.num_worlds)])
    worlds.reset()
    for _ in range(steps):
        step = worlds.step(random_actions(worlds.spec.action, worlds.action_masks(), worlds.num_worlds, rng))
        done = step.terminated | step.truncated
        yield step.reward, done
        if done.any():
            worlds.reset(np.flatnonzero(done))


def test_an_episodes_return_is_paid_when_it_ends_and_not_before():
    human = open_reward("human", TASK)
    returns = np.zeros(6)
    ended = 0
    for (dense, done), (paid, _) in zip(
        play(Worlds(TASK, 6, reward=human)), play(EpisodicWorlds(TASK, 6, reward=human)), strict=True
    ):
        returns += dense
        assert paid == pytest.approx(np.where(done, returns, 0.0))
        returns[done] = 0.0
        ended += done.sum()
    assert ended > 6


@pytest.mark.parametrize("decoder", ["linear", "mlp"])
def test_an_agent_trains_on_a_reward_that_is_decoded_while_it_does(decoder):
    factors = open_reward(draw_factors(TASK.spec, np.random.default_rng(0)), TASK, trusted=True)
    found = train_latent(TASK, factors, open_reward("human", TASK), SETTING, decoder)
    assert found.trained.steps == 1024
    assert 0 < len(found.explained) <= 4 and found.explained[-1] <= 1.0
    assert set(found.trained.trace.terms) == {"reward", *found.latent.names}
    reward, terms = found.latent(*random_transitions(TASK, 20, np.random.default_rng(0)))
    assert reward.any() and tuple(terms) == found.latent.names


def test_the_same_setting_trains_the_same_agent():
    results = []
    for _ in range(2):
        factors = open_reward(draw_factors(TASK.spec, np.random.default_rng(0)), TASK, trusted=True)
        results.append(
            train_latent(TASK, factors, open_reward("human", TASK), SETTING).latent.decoder.weights
        )
    assert np.array_equal(*results)


def test_an_agent_trains_on_returns_alone():
    assert train_episodic(TASK, open_reward("human", TASK), SETTING).steps == 1024


def test_a_model_is_told_why_its_factors_were_refused():
    samples = random_transitions(TASK, 128, np.random.default_rng(0))
    with Server(answer(completion(WEIGHED)), answer(completion(GOOD))) as server:
        proposer = LLMProposer("tiny", style=Latent(), base_url=server.url, api_key="x")
        program = find_factors(proposer, TASK.spec, samples, np.random.default_rng(0), n=1)
    assert "return tool + names" in program.text
    asked = [request["messages"][1]["content"] for request in server.requests]
    assert "factor program" in asked[0] and "not the plain sum" not in asked[0]
    assert "not the plain sum" in asked[1]


def test_a_model_that_never_finds_factors_is_given_up():
    samples = random_transitions(TASK, 128, np.random.default_rng(0))
    with Server(answer(completion("No."))) as server:
        proposer = LLMProposer("tiny", style=Latent(), base_url=server.url, api_key="x")
        with pytest.raises(UserError, match=r"none of 2 factor programs passed.*no code"):
            find_factors(proposer, TASK.spec, samples, np.random.default_rng(0), rounds=2, n=1)
