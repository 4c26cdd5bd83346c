"""Every registered task gets every test unasked."""

import json

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.env_checker import check_env as check_env_sb3

import rewardsmith  # noqa: F401 - registers the tasks
from rewardsmith.envs import TaskSpec, TaskVectorEnv, Worlds, random_transitions, task_class, task_names
from rewardsmith.envs.play import random_actions

# Of the tasks that run official code, one of each suite; tests/envs/adapters looks at all of them.
ADAPTED = ["metaworld-reach", "robotics-fetch-reach", "robotics-ant-maze-u-maze"]
TASKS = [*task_names(), *ADAPTED]


def fewer(task: str, number: int) -> int:
    """`number`, or a sixteenth of it for official code, where each world is an object of its own."""
    return number // 16 if task in ADAPTED else number


def play(worlds: Worlds, steps: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Random play with restarts; observations, rewards and flags of every step, stacked."""
    record = []
    for _ in range(steps):
        masks = worlds.action_masks()
        step = worlds.step(random_actions(worlds.spec.action, masks, worlds.num_worlds, rng))
        record.append((step.observation, step.reward, step.terminated, step.truncated))
        done = np.flatnonzero(step.terminated | step.truncated)
        if len(done):
            worlds.reset(done)
    names = ("observation", "reward", "terminated", "truncated")
    return {name: np.stack(values) for name, values in zip(names, zip(*record, strict=True), strict=True)}


def started(task: str, num_worlds: int, seed: int = 0, **options) -> Worlds:
    worlds = Worlds(task_class(task), num_worlds, **options)
    worlds.seed([np.random.default_rng(seed + i) for i in range(num_worlds)])
    worlds.reset()
    return worlds


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("task", TASKS)
def test_passes_gymnasiums_checker(task):
    check_env(gym.make(task_class(task).spec.gym_id).unwrapped, skip_render_check=False)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("task", TASKS)
def test_passes_sb3s_checker(task):
    check_env_sb3(gym.make(task_class(task).spec.gym_id))


@pytest.mark.parametrize("task", TASKS)
def test_specs_survive_json(task):
    spec = task_class(task).spec
    assert TaskSpec.from_json(spec.to_json()) == spec
    registered = gym.spec(spec.gym_id)
    assert EnvSpec.from_json(registered.to_json()) == registered
    json.loads(spec.to_json(), parse_constant=float)


@pytest.mark.parametrize("task", TASKS)
def test_made_by_module_and_id(task):
    env = gym.make(f"rewardsmith:{task_class(task).spec.gym_id}")
    observation, _ = env.reset(seed=3)
    assert observation in env.observation_space
    envs = gym.make_vec(task_class(task).spec.gym_id, num_envs=3, vectorization_mode="vector_entry_point")
    assert isinstance(envs.unwrapped, TaskVectorEnv)
    assert envs.reset(seed=3)[0][0] == pytest.approx(observation, abs=0)


@pytest.mark.parametrize("task", TASKS)
def test_same_seed_same_bits(task):
    first = play(started(task, 4, horizon=15), 40, np.random.default_rng(1))
    second = play(started(task, 4, horizon=15), 40, np.random.default_rng(1))
    other = play(started(task, 4, seed=100, horizon=15), 40, np.random.default_rng(1))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not np.array_equal(first["observation"], other["observation"])


@pytest.mark.parametrize("task", TASKS)
def test_a_single_world_equals_its_row_in_a_batch(task):
    batch = started(task, 5, seed=7, horizon=12)
    singles = [started(task, 1, seed=7 + i, horizon=12) for i in range(5)]
    rng = np.random.default_rng(2)
    for _ in range(30):
        masks = batch.action_masks()
        actions = random_actions(batch.spec.action, masks, 5, rng)
        together = batch.step(actions)
        for i, single in enumerate(singles):
            alone = single.step(actions[i : i + 1])
            assert np.array_equal(alone.observation[0], together.observation[i])
            assert alone.reward[0] == together.reward[i]
            if alone.terminated[0] or alone.truncated[0]:
                single.reset()
        done = np.flatnonzero(together.terminated | together.truncated)
        if len(done):
            batch.reset(done)


@pytest.mark.parametrize("task", TASKS)
def test_resetting_one_world_leaves_the_others_untouched(task):
    reset, untouched = started(task, 4), started(task, 4)
    play(reset, 3, np.random.default_rng(3))
    play(untouched, 3, np.random.default_rng(3))
    reset.reset(np.array([1]))
    others = [0, 2, 3]
    for name, values in reset.view.arrays().items():
        assert np.array_equal(values[others], untouched.view.arrays()[name][others]), name


@pytest.mark.parametrize("task", TASKS)
def test_snapshot_and_restore_are_exact(task):
    worlds = started(task, 4)
    play(worlds, 3, np.random.default_rng(4))
    rng = np.random.default_rng(5)
    masks = worlds.action_masks()
    actions = random_actions(worlds.spec.action, masks, 4, rng)
    state = worlds.task.snapshot()
    worlds.task.step(actions)
    first = worlds.task.fields()
    worlds.task.restore(state)
    worlds.task.step(actions)
    again = worlds.task.fields()
    assert all(np.array_equal(first[name], again[name]) for name in first)


@pytest.mark.parametrize("task", TASKS)
def test_fields_are_as_declared_and_none_is_constant(task):
    spec = task_class(task).spec
    # Random play touches some objects so seldom that only a long one moves them all.
    for count in (fewer(task, 2_000), fewer(task, 16_000)):
        rng = np.random.default_rng(6)
        played = random_transitions(task_class(task), count, rng, num_worlds=fewer(task, 64))
        arrays = played.next_obs.arrays()
        if not any((values == values[0]).all() for values in arrays.values()):
            break
    assert list(arrays) == [field.name for field in spec.fields]
    for field in spec.fields:
        values = arrays[field.name]
        assert values.shape == (count, *field.shape), field.name
        assert values.dtype == field.dtype, field.name
        assert not (values == values[0]).all(), f"{field.name} never changes"
        if field.kind == "category":
            assert values.min() >= 0, field.name
            assert values.max() < field.categories, field.name
        if field.kind == "real":
            assert np.isfinite(values).all(), field.name
            assert (values >= field.low).all() and (values <= field.high).all(), field.name


@pytest.mark.parametrize("task", TASKS)
def test_random_play_hardly_succeeds(task):
    num_worlds = fewer(task, 64)
    worlds = started(task, num_worlds, horizon=100)
    succeeded = np.zeros(num_worlds, bool)
    rng = np.random.default_rng(8)
    for _ in range(100):
        masks = worlds.action_masks()
        step = worlds.step(random_actions(worlds.spec.action, masks, num_worlds, rng))
        succeeded |= step.succeeded
    assert step.task_reward.shape == (num_worlds,)
    assert succeeded.mean() < 0.5


@pytest.mark.parametrize("task", TASKS)
def test_next_step_autoreset_gives_a_reset_observation_and_no_reward(task):
    envs = TaskVectorEnv(task_class(task), 3, max_episode_steps=4, autoreset_mode=AutoresetMode.NEXT_STEP)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    _, _, terminated, truncated, _ = step_until_done(envs)
    done = terminated | truncated
    observation, reward, terminated, truncated, _ = envs.step(envs.action_space.sample())
    assert (reward[done] == 0).all() and not (terminated | truncated)[done].any()
    assert (envs.worlds.elapsed[done] == 0).all()
    assert np.array_equal(observation, envs.worlds.observe())


@pytest.mark.parametrize("task", TASKS)
def test_same_step_autoreset_keeps_the_final_observation(task):
    envs = TaskVectorEnv(task_class(task), 3, max_episode_steps=4, autoreset_mode=AutoresetMode.SAME_STEP)
    plain = TaskVectorEnv(task_class(task), 3, max_episode_steps=4, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=0)
    plain.reset(seed=0)
    envs.action_space.seed(0)
    done = np.zeros(3, bool)
    while not done.any():
        actions = envs.action_space.sample()
        observation, _, terminated, truncated, info = envs.step(actions)
        expected = plain.step(actions)[0]
        done = terminated | truncated
    for world in np.flatnonzero(done):
        assert np.array_equal(info["final_obs"][world], expected[world])
    assert np.array_equal(info["_final_obs"], done)
    assert (envs.worlds.elapsed[done] == 0).all()
    assert np.array_equal(observation[~done], expected[~done])


@pytest.mark.parametrize("task", TASKS)
def test_without_autoreset_a_done_world_must_be_reset(task):
    envs = TaskVectorEnv(task_class(task), 3, max_episode_steps=4, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    _, _, terminated, truncated, _ = step_until_done(envs)
    with pytest.raises(RuntimeError, match="reset them first"):
        envs.step(envs.action_space.sample())
    envs.reset(options={"reset_mask": terminated | truncated})
    envs.step(envs.action_space.sample())


def step_until_done(envs):
    """Step with random actions until a world is done."""
    done = np.zeros(envs.num_envs, bool)
    while not done.any():
        result = envs.step(envs.action_space.sample())
        done = result[2] | result[3]
    return result
