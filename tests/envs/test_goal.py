"""Goal environments: their interface, their relabelled rewards, and Stable-Baselines3's HER."""

import dataclasses

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3 import SAC, HerReplayBuffer
from stable_baselines3.common.env_checker import check_env as check_env_sb3

from rewardsmith import goal_env
from rewardsmith.agents.threads import torch_threads
from rewardsmith.envs import FieldView, GoalTaskEnv, UserError, has_goal, task_class, task_names
from rewardsmith.envs.goal import TRANSITION

GOAL_TASKS = task_names(has_goal)
# Looks at both states, at the action and at a field that no goal environment shows.
PROGRESS = """
def compute_reward(obs, action, next_obs, xp):
    before = xp.linalg.norm(obs.grip_pos - obs.goal_pos, axis=-1)
    after = xp.linalg.norm(next_obs.grip_pos - next_obs.goal_pos, axis=-1)
    effort = xp.sum(action ** 2, axis=-1)
    return 10.0 * (before - after) - 0.1 * effort, {"progress": before - after, "effort": effort}
"""

each_task = pytest.mark.parametrize("name", GOAL_TASKS)


def test_fetch_and_sawyer_tasks_have_goals():
    expected = {"fetch-reach", "fetch-push", "fetch-slide", "fetch-pick-and-place", "reach"}
    assert expected <= set(GOAL_TASKS)


@pytest.mark.filterwarnings("ignore::UserWarning")
@each_task
def test_passes_both_checkers(name):
    check_env(goal_env(name), skip_render_check=True)
    check_env_sb3(goal_env(name))


def played(name, steps):
    """A task with 8 worlds after `steps` random steps."""
    task = task_class(name)(8)
    rng = np.random.default_rng(0)
    task.reset(np.arange(8), rng.random((8, task.draws)))
    for _ in range(steps):
        task.step(rng.uniform(-1, 1, (8, task.spec.action.size)))
    return task


@each_task
def test_success_is_the_goal_reached_predicate(name):
    task = played(name, 5)
    state, fields = task.snapshot(), task.fields()
    # Half of the worlds get the goal that they have achieved.
    state["goal_pos"][:4] = fields[task.achieved_goal][:4]
    task.restore(state)
    fields = task.fields()
    reached = task.goal_reached(fields[task.achieved_goal], fields[task.desired_goal])
    assert np.array_equal(task.success(), reached)
    assert reached[:4].all() and not reached.all()


@each_task
def test_no_field_but_the_goal_depends_on_the_goal(name):
    task = played(name, 5)
    before, state = task.fields(), task.snapshot()
    state["goal_pos"] += 0.07
    task.restore(state)
    after = task.fields()
    changed = {field for field in before if not np.array_equal(before[field], after[field])}
    assert changed == {task.desired_goal}


@each_task
@pytest.mark.parametrize("reward", ["sparse", "human"])
def test_steps_are_paid_what_compute_reward_says(name, reward):
    env = goal_env(name, reward)
    env.reset(seed=1)
    env.action_space.seed(1)
    steps = [env.step(env.action_space.sample()) for _ in range(6)]
    observations, rewards, _, _, infos = zip(*steps, strict=True)
    achieved = np.stack([o["achieved_goal"] for o in observations])
    desired = np.stack([o["desired_goal"] for o in observations])
    assert np.array_equal(env.compute_reward(achieved, desired, infos), rewards)
    assert env.compute_reward(achieved[0], desired[0], infos[0]) == rewards[0]
    if reward == "sparse":
        assert (env.compute_reward(achieved, achieved, infos) == 1.0).all()
        assert all(TRANSITION not in info for info in infos)


def test_the_policy_sees_the_goal_apart():
    env = goal_env("fetch-push")
    observation, _ = env.reset(seed=0)
    fields = env.worlds.view.arrays()
    assert observation["observation"].size == env.worlds.encoder.size - 3
    assert np.array_equal(observation["desired_goal"], fields["goal_pos"][0])
    assert np.array_equal(observation["achieved_goal"], fields["object_pos"][0])
    assert not np.isin(np.float32(fields["goal_pos"][0, :2]), observation["observation"]).any()


def test_relabelled_rewards_are_those_of_the_same_steps_with_other_goals():
    env = goal_env("fetch-reach", PROGRESS, trusted=True)
    env.reset(seed=2)
    rng, states, actions, infos = np.random.default_rng(2), [env.worlds.view], [], []
    for _ in range(8):
        actions.append(rng.uniform(-1, 1, 4).astype(np.float32))
        infos.append(env.step(actions[-1])[-1])
        states.append(env.worlds.view)
    goals = rng.normal(size=(8, 3))
    achieved = np.concatenate([state.grip_pos for state in states[1:]])
    relabelled = env.compute_reward(achieved, goals, infos)
    for step in range(8):
        before, after = (
            FieldView(states[at].arrays() | {"goal_pos": goals[step : step + 1]}) for at in (step, step + 1)
        )
        expected, _ = env._reward(before, actions[step][None], after)
        assert relabelled[step] == expected[0]


@pytest.fixture
def one_thread():
    with torch_threads(1):
        yield


def her(env, **settings):
    return SAC(
        "MultiInputPolicy",
        env,
        replay_buffer_class=HerReplayBuffer,
        gamma=0.95,
        learning_rate=1e-3,
        policy_kwargs={"net_arch": [64, 64]},
        seed=0,
        device="cpu",
        **settings,
    )


def test_her_trains_on_relabelled_shaped_rewards(one_thread):
    env = goal_env("fetch-reach", PROGRESS)
    keep_infos = {"copy_info_dict": True, "n_sampled_goal": 4}
    agent = her(env, learning_starts=60, batch_size=32, replay_buffer_kwargs=keep_infos)
    agent.learn(120)
    samples = agent.replay_buffer.sample(500)
    seen, after = samples.observations, samples.next_observations
    goal, grip = seen["desired_goal"].numpy(), env._encoder.slices()["grip_pos"]
    distance_before = np.linalg.norm(seen["observation"].numpy()[:, grip] - goal, axis=-1)
    distance_after = np.linalg.norm(after["achieved_goal"].numpy() - goal, axis=-1)
    effort = np.sum(samples.actions.numpy() ** 2, axis=-1)
    expected = 10.0 * (distance_before - distance_after) - 0.1 * effort
    assert samples.rewards.numpy()[:, 0] == pytest.approx(expected, abs=1e-5)
    own_goals = np.unique(agent.replay_buffer.observations["desired_goal"][:120, 0], axis=0)
    relabelled = ~(goal[:, None] == own_goals.astype(np.float32)).all(-1).any(-1)
    assert relabelled.mean() > 0.7
    env.close()


def test_her_without_the_infos_says_what_to_do(one_thread):
    agent = her(goal_env("fetch-reach", "human"), learning_starts=50, batch_size=8)
    with pytest.raises(UserError, match="copy_info_dict"):
        agent.learn(60)


def test_tasks_that_cannot_be_relabelled_are_refused():
    with pytest.raises(UserError, match="arithmetic-chain declares no achieved_goal"):
        goal_env("arithmetic-chain")
    reach = task_class("fetch-reach")

    class Ending(reach):
        spec = dataclasses.replace(reach.spec, ends_on_success=True)

    with pytest.raises(UserError, match="ends on success"):
        GoalTaskEnv(Ending)


@pytest.mark.slow
def test_her_learns_to_reach_from_relabelled_shaped_rewards(one_thread):
    env = goal_env("fetch-reach", "human")
    agent = her(env, learning_starts=500, ent_coef=0.005, replay_buffer_kwargs={"copy_info_dict": True})
    agent.learn(6000)
    succeeded = []
    for episode in range(50):
        observation, done = env.reset(seed=1000 + episode)[0], False
        while not done:
            action = agent.predict(observation, deterministic=True)[0]
            observation, _, terminated, truncated, info = env.step(action)
            done = terminated or truncated
        succeeded.append(info["is_success"])
    assert np.mean(succeeded) >= 0.8
