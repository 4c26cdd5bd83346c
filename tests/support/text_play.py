"""How the tests of text tasks start worlds, play them and add up what a reward pays."""

import numpy as np

from rewardsmith.envs import FieldView
from rewardsmith.envs.play import random_actions
from rewardsmith.reward_gen import open_reward


def started(kind, worlds, seed=0):
    """Worlds of the task class `kind` at the start of episodes drawn from `seed`."""
    task = kind(worlds)
    task.reset(np.arange(worlds), np.random.default_rng(seed).random((worlds, task.draws)))
    return task


def legal_actions(task, rng):
    """(B,) a uniformly drawn legal action for each world."""
    return random_actions(task.spec.action, task.action_masks(), task.num_worlds, rng)


def by_rule(task, rule):
    """The actions that `rule(task)` chooses until the horizon, one row after another."""
    for _ in range(task.spec.horizon):
        yield rule(task)


def returns(task, rows, reward="human"):
    """(B,) return of a shipped reward while the actions `rows` are played, and that of each of its terms."""
    pay, total, sums = open_reward(reward, type(task)), np.zeros(task.num_worlds), {}
    obs = FieldView(task.fields())
    for actions in rows:
        task.step(actions)
        next_obs = FieldView(task.fields())
        value, terms = pay(obs, actions, next_obs)
        np.testing.assert_allclose(value, sum(terms.values()), atol=1e-12)
        total += value
        sums = {name: sums.get(name, 0.0) + term for name, term in terms.items()}
        obs = next_obs
    return total, sums
