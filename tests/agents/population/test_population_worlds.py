import numpy as np
import pytest

from rewardsmith.agents.population import PopulationWorlds
from rewardsmith.envs import Worlds, task_class
from rewardsmith.envs.play import random_actions
from rewardsmith.envs.sb3 import SB3VecEnv


def play(task, worlds, rng, members):
    """One step of random legal actions."""
    action = task.spec.action
    masks = worlds.action_masks().reshape(-1, action.mask_size) if action.masked else None
    actions = random_actions(action, masks, members * worlds.worlds_each, rng)
    return actions.reshape(members, worlds.worlds_each, *actions.shape[1:])


def assert_equal_steps(ours, theirs):
    for name, one, other in zip(ours._fields, ours, theirs, strict=True):
        assert np.array_equal(one, other), name


def test_a_members_worlds_are_those_that_sb3_would_give_it(masked_task, approach_reward):
    together = PopulationWorlds(masked_task, [None, approach_reward], [5, 70], 3, horizon=7)
    alone = SB3VecEnv(Worlds(masked_task, 3, reward=approach_reward, horizon=7), 70)
    rng = np.random.default_rng(0)
    assert np.array_equal(together.reset()[1], alone.reset())
    for _ in range(20):
        actions = play(masked_task, together, rng, members=2)
        ours = together.step(actions)
        observation, reward, done, infos = alone.step(actions[1])
        assert np.array_equal(ours.observation[1], observation)
        assert np.array_equal(ours.reward[1], reward)
        assert np.array_equal(ours.done[1], done)
        assert ours.truncated[1].tolist() == [info["TimeLimit.truncated"] for info in infos]
        for world in np.flatnonzero(done):
            assert np.array_equal(ours.final_observation[1, world], infos[world]["terminal_observation"])
    statistics = together.statistics[1].pop()
    assert statistics.keys() == {"reward", "closer", "far"}
    for name, values in alone.pop_statistics().items():
        assert statistics[name] == pytest.approx(values)


def test_a_reward_in_two_phases_cannot_serve_two_members(box_task):
    class InTwoPhases:
        def submit(self, obs, action, next_obs):
            pass

        def collect(self):
            return np.zeros(2), {}

    one, other = InTwoPhases(), InTwoPhases()
    PopulationWorlds(box_task, [one, other], [1, 2], 2)
    with pytest.raises(ValueError, match="serves one member"):
        PopulationWorlds(box_task, [one, one], [1, 2], 2)


@pytest.mark.parametrize("name", ["drawer-open", "reach", "arithmetic-chain", "tool-call"])
def test_worlds_that_are_kept_go_on_bit_for_bit(name):
    task = task_class(name)
    whole, fewer = (PopulationWorlds(task, [None] * 3, [5, 70, 5], 2, horizon=9) for _ in range(2))
    assert np.array_equal(whole.reset(), fewer.reset())
    rng = np.random.default_rng(0)
    kept = slice(None)
    for step in range(40):
        if step == 13:
            fewer.keep([0, 2])
            kept = [0, 2]
        actions = play(task, whole, rng, members=3)
        theirs, ours = whole.step(actions), fewer.step(actions[kept])
        for field, one, other in zip(ours._fields, ours, theirs, strict=True):
            assert np.array_equal(one, other[kept]), (field, step)


def test_statistics_of_a_step_that_failed_are_those_before_it(box_task, approach_reward):
    calls = iter(range(100))

    def fails_at_the_third(obs, action, next_obs):
        if next(calls) == 2:
            raise ArithmeticError
        return approach_reward(obs, action, next_obs)

    worlds = PopulationWorlds(box_task, [fails_at_the_third, None], [1, 2], 2, fault_types=(ArithmeticError,))
    worlds.reset()
    actions = np.full((2, 2, 2), 0.1, np.float32)
    paid = [worlds.step(actions).reward[0] for _ in range(4)]
    assert (paid[0] != 0).all()
    assert (paid[2] == 0).all() and (paid[3] == 0).all()
    assert list(worlds.faults) == [0]
    assert worlds.statistics[0].pop()["reward"][1] == pytest.approx(np.mean(paid[:2]))
