import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces

import rewardsmith
from rewardsmith import Field, Info, Obs, gym_task
from rewardsmith.envs import Worlds, demonstrate
from rewardsmith.envs.adapters.actions import translation

POLE = {
    Field("pole_angle", "angle of the pole", unit="rad"): Obs[2],
    Field("cart", "position and velocity of the cart", (2,)): Obs[0:2],
    Field("past_limit", "whether the pole leans far", kind="flag"): lambda env: abs(env.state[2]) > 0.1,
}


def cartpole(name: str = "mine-pole", **options):
    return gym_task(
        name,
        "CartPole-v1",
        **{
            "goal": "Stand.",
            "action": "left or right",
            "fields": POLE,
            "success": lambda f: np.abs(f.pole_angle) < 0.02,
            **options,
        },
    )


def start(task, draw: float, worlds: int = 1):
    made = task(worlds)
    made.reset(np.arange(worlds), np.full((worlds, 1), draw))
    return made


def test_fields_are_what_the_official_environment_returns():
    task = start(cartpole(), 0.25)
    official = gym.make("CartPole-v1").unwrapped
    observation, _ = official.reset(seed=int(0.25 * 2**31))
    for step in range(8):
        fields = task.fields()
        assert fields["pole_angle"][0] == observation[2]
        assert np.array_equal(fields["cart"][0], observation[:2])
        assert fields["past_limit"][0] == (abs(observation[2]) > 0.1)
        assert task.success()[0] == (abs(observation[2]) < 0.02)
        task.step(np.array([step % 2]))
        observation = official.step(step % 2)[0]


def test_the_horizon_and_the_metric_have_defaults():
    spec = cartpole().spec
    assert spec.horizon == 500 and "succeeded" in spec.metric
    ours = cartpole("mine-measured", horizon=7, metric=("angle", lambda f: -np.abs(f.pole_angle)))
    task = start(ours, 0.5, worlds=3)
    assert ours.spec.horizon == 7 and ours.spec.metric == "angle"
    assert np.array_equal(task.metric(), -np.abs(task.fields()["pole_angle"]))


def test_a_finished_episode_stays_as_it_is_until_its_reset():
    task = start(cartpole(), 0.5)
    while not task.terminated()[0]:
        task.step(np.array([1]))
    last = task.fields()
    task.step(np.array([0]))
    assert task.terminated()[0]
    assert all(np.array_equal(last[name], values) for name, values in task.fields().items())
    task.reset(np.arange(1), np.array([[0.1]]))
    assert not task.terminated()[0]


def test_success_can_end_the_episode():
    task = start(cartpole(ends_on_success=True, success=lambda f: f.pole_angle > 0), 0.5, worlds=1)
    for _ in range(50):
        assert task.terminated()[0] == task.success()[0]
        if task.success()[0]:
            break
        task.step(np.array([0]))
    assert task.success()[0]


def test_a_script_shows_that_the_task_can_be_done():
    scripted = cartpole(
        script=lambda f: (f.pole_angle > 0).astype(int), success=lambda f: np.abs(f.cart[:, 1]) > 0.3
    )
    assert demonstrate(scripted, 5, np.random.default_rng(0)).all()
    with pytest.raises(rewardsmith.UserError, match="neither a script nor a recorded episode"):
        demonstrate(cartpole("mine-silent"), 5, np.random.default_rng(0))


def test_its_human_reward_stands_beside_the_file_under_the_tasks_name():
    assert cartpole("mine-two-words").human_reward_path().name == "mine_two_words.reward.py"
    assert cartpole("mine-two-words").human_reward_path().parent.name == "adapters"


def test_gymnasium_knows_it_and_any_process_finds_it():
    cartpole("mine-known")
    env = gym.make("rewardsmith/MineKnown-v0")
    assert env.reset(seed=0)[0].shape == (4,)
    assert env.spec.max_episode_steps == 500
    assert env.spec.kwargs["task"] == f"{__file__}:mine-known"
    assert rewardsmith.task_class(env.spec.kwargs["task"]).spec.name == "mine-known"


def test_the_same_declaration_can_be_made_again():
    assert [cartpole().spec.name for _ in range(2)] == ["mine-pole"] * 2


class Goals(gym.Env):
    """Dictionaries, infos that come with steps alone, two choices an action, and its own truncation."""

    observation_space = spaces.Dict(
        {"state": spaces.Box(-9, 9, (3,)), "goal": spaces.Dict({"place": spaces.Box(-9, 9, (2,))})}
    )
    action_space = spaces.MultiDiscrete([2, 3])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state, self.goal = np.zeros(3), self.np_random.uniform(-1, 1, 2)
        return self.observe(), {}

    def step(self, action):
        self.state = self.state + np.array([*action, self.np_random.normal()])
        return (
            self.observe(),
            0.0,
            False,
            self.state[1] > 20,
            {"ready": self.state[0] > 3, "sum": sum(action)},
        )

    def observe(self):
        return {"state": self.state, "goal": {"place": self.goal}}


def test_dictionaries_infos_and_several_choices():
    task = start(
        gym_task(
            "mine-goals",
            Goals,
            goal="Go.",
            action="steps along two axes",
            fields={
                Field("place", "the goal", (2,)): Obs["goal"]["place"],
                Field("drift", "what nobody controls"): Obs["state"][2],
                Field("sum", "sum of the choices", kind="category", categories=4): Info["sum"].at_reset(0),
            },
            success=Info["ready"],
            horizon=30,
        ),
        0.3,
        worlds=2,
    )
    assert task.spec.action.choices == (2, 3)
    assert not task.success().any() and not task.fields()["sum"].any()
    for _ in range(4):
        task.step(np.array([[1, 2], [0, 2]]))
    assert task.success().tolist() == [True, False]
    assert task.fields()["sum"].tolist() == [3, 2]
    for _ in range(8):
        task.step(np.array([[1, 2], [0, 0]]))
    assert task.terminated().tolist() == [True, False]


@pytest.mark.parametrize(
    ("space", "action", "expected"),
    [
        (spaces.Box(-2.0, 2.0, (1,)), [0.5], [1.0]),
        (spaces.Box(np.array([0.0, -1.0]), np.array([10.0, 1.0]), dtype=np.float64), [-1.0, 0.3], [0.0, 0.3]),
        (spaces.Box(-1.0, 3.0, (2, 1)), [5.0, 0.0], [[3.0], [1.0]]),
        (spaces.Discrete(3, start=5), 2, 7),
        (spaces.MultiDiscrete([2, 2], start=[1, 1]), [0, 1], [1, 2]),
    ],
)
def test_actions_are_translated_to_the_environments_own(space, action, expected):
    translated = translation(space)(np.asarray(action))
    assert np.allclose(translated, expected, rtol=1e-7)
    assert space.contains(translated)


def test_actions_that_span_one_already_are_not_touched():
    drawn = np.random.default_rng(0).uniform(-1, 1, 1000).astype(np.float32)
    assert np.array_equal(translation(spaces.Box(-1.0, 1.0, (1000,)))(drawn), drawn)


def test_it_trains_like_any_other_task():
    worlds = Worlds(cartpole(), 4, horizon=20)
    worlds.seed([np.random.default_rng(i) for i in range(4)])
    first = worlds.reset()
    step = worlds.step(np.array([0, 1, 0, 1]))
    assert first.shape == step.observation.shape == (4, 4)
    part = worlds.part(np.array([2, 1]))
    onward, alone = worlds.step(np.array([1, 1, 0, 1])), part.step(np.array([0, 1]))
    assert np.array_equal(onward.observation[[2, 1]], alone.observation)
