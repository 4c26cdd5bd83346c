"""Text and pictures through Gymnasium's own doors."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import RecordVideo, RenderCollection
from gymnasium.wrappers.vector import RecordVideo as RecordVectorVideo

import rewardsmith  # noqa: F401 - registers the tasks
from rewardsmith.envs import TaskEnv, TaskVectorEnv, UserError, task_class

ROBOT, TEXT = "rewardsmith/Reach-v0", "rewardsmith/ArithmeticChain-v0"
SIZE = {"width": 48, "height": 32}


def test_one_world_as_a_picture():
    env = gym.make(ROBOT, render_mode="rgb_array")
    env.reset(seed=0)
    first = env.render()
    assert (first.shape, first.dtype) == ((480, 480, 3), np.uint8)
    assert first.std() > 10, "the picture shows something"
    for _ in range(5):
        env.step(np.array([1, 1, 1, 0], np.float32))
    assert not np.array_equal(env.render(), first)
    env.close()


def test_a_worlds_picture_does_not_depend_on_its_neighbours():
    envs = TaskVectorEnv(task_class("reach"), 3, render_mode="rgb_array", **SIZE)
    env = TaskEnv(task_class("reach"), render_mode="rgb_array", **SIZE)
    envs.reset(seed=5)
    env.reset(seed=7)
    pictures = envs.render()
    assert isinstance(pictures, tuple) and [picture.shape for picture in pictures] == [(32, 48, 3)] * 3
    assert np.array_equal(pictures[2], env.render())
    assert not np.array_equal(pictures[0], pictures[1])


def test_text_stays_text():
    env = gym.make(TEXT, render_mode="ansi")
    env.reset(seed=0)
    assert isinstance(env.render(), str)
    envs = gym.make_vec(TEXT, num_envs=2, vectorization_mode="vector_entry_point", render_mode="ansi")
    envs.reset(seed=0)
    assert envs.render()[0] == env.render()
    assert TaskEnv(task_class("arithmetic-chain")).render() is None
    assert TaskVectorEnv(task_class("arithmetic-chain"), 2).render() is None


def test_metadata_say_what_each_task_can_show():
    robot, text = gym.make(ROBOT), gym.make(TEXT)
    assert robot.metadata["render_modes"] == ["ansi", "rgb_array"]
    assert robot.metadata["render_fps"] == 80, "pictures of 12.5 ms each, in real time"
    assert text.metadata["render_modes"] == ["ansi"]


def test_what_cannot_be_shown_is_refused_in_one_line():
    with pytest.raises(
        UserError, match="the render modes of arithmetic-chain are ansi, got render_mode='rgb_array'"
    ):
        gym.make(TEXT, render_mode="rgb_array")
    with pytest.raises(
        UserError, match="the render modes of reach are ansi, rgb_array, got render_mode='human'"
    ):
        TaskVectorEnv(task_class("reach"), 1, render_mode="human")
    with pytest.raises(UserError, match="at least 1 x 1 pixels, got 0 x 5"):
        gym.make(ROBOT, render_mode="rgb_array", width=0, height=5)
    with pytest.raises(UserError, match="arithmetic-chain has no pictures, only text"):
        task_class("arithmetic-chain")(1).render_rgb(0)


def test_gymnasiums_collection_keeps_every_picture():
    env = RenderCollection(gym.make(ROBOT, render_mode="rgb_array", **SIZE))
    env.reset(seed=0)
    for _ in range(3):
        env.step(env.action_space.sample())
    frames = env.render()
    assert len(frames) == 4 and all(frame.shape == (32, 48, 3) for frame in frames)
    env.close()


def test_gymnasium_records_videos(tmp_path):
    pytest.importorskip("moviepy", reason="RecordVideo writes its files with moviepy")
    env = RecordVideo(
        gym.make(ROBOT, render_mode="rgb_array", max_episode_steps=5, **SIZE),
        str(tmp_path / "one"),
        episode_trigger=lambda _: True,
    )
    envs = RecordVectorVideo(
        TaskVectorEnv(task_class("reach"), 2, max_episode_steps=5, render_mode="rgb_array", **SIZE),
        str(tmp_path / "many"),
        episode_trigger=lambda _: True,
    )
    for recorded in (env, envs):
        recorded.reset(seed=0)
        for _ in range(5):
            recorded.step(recorded.action_space.sample())
        recorded.close()
    assert {path.parent.name for path in tmp_path.rglob("*.mp4") if path.stat().st_size > 0} == {
        "one",
        "many",
    }
