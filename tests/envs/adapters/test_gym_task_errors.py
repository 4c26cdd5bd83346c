"""Every way to get a declaration wrong is one line that says what was expected and what came."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces

from rewardsmith import Field, Info, Obs, UserError, gym_task, task_class

ANGLE = Field("pole_angle", "angle of the pole", unit="rad")


class Hidden:
    """Pickle sees none of its state."""

    value = 0

    def __reduce__(self):
        return Hidden, ()


class Broken(gym.Env):
    """An environment that is wrong in one chosen way."""

    observation_space = spaces.Box(-9, 9, (2,))
    action_space = spaces.Discrete(2)

    def __init__(self, how: str = "") -> None:
        self.how = how
        if how == "unbounded":
            self.action_space = spaces.Box(-np.inf, np.inf, (1,))
        if how == "tuple":
            self.action_space = spaces.Tuple([spaces.Discrete(2)])

        self.hidden = Hidden()

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hidden.value = 0
        rng = np.random.default_rng() if self.how == "seed" else self.np_random
        self.state = rng.uniform(-1, 1, 2)
        return self.state, {}

    def step(self, action):
        value = np.nan if self.how == "nan" else 0.1
        shape = 3 if self.how == "ragged" and self.state[0] > 3 else 2
        if self.how == "hidden":
            self.hidden.value += 1
        self.state = np.resize(self.state + value + self.hidden.value, shape)
        return self.state, 0.0, False, False, {"half": 0.5}


def declare(env="CartPole-v1", **options):
    return gym_task(
        **{
            "name": "mine-broken",
            "env": env,
            "goal": "Stand.",
            "action": "left or right",
            "fields": {ANGLE: Obs[1]},
            "success": lambda f: f.pole_angle > 0,
            "horizon": 50,
            **options,
        }
    )


WRONG = [
    ({"name": "Two Words"}, "lower-case words joined by hyphens, got 'Two Words'"),
    ({"name": "pendulum"}, r"the name 'pendulum' is taken by .*pendulum.py; choose another"),
    ({"name": "metaworld-reach"}, "'metaworld-reach' is taken by the task of an official suite"),
    ({"env": "NoSuchEnvironment-v3"}, "'NoSuchEnvironment-v3' cannot be made: .*import the package"),
    ({"env": 3}, "env is a registered id or a function that makes an environment, got 3"),
    ({"env": lambda: "env"}, "returns a gymnasium.Env, got str"),
    ({"env": Broken, "horizon": None}, "no time limit of its own; give horizon"),
    ({"env": lambda: Broken("unbounded")}, "needs finite bounds, got Box"),
    ({"env": lambda: Broken("tuple")}, "Box, Discrete or MultiDiscrete, got Tuple"),
    ({"env": lambda: Broken("seed")}, "the same seed gave two different episodes"),
    ({"env": lambda: Broken("hidden")}, "a saved and restored state went on in another way"),
    ({"env": lambda: Broken("nan")}, r"pole_angle must be finite, but Obs\[1\] gave nan"),
    ({"fields": {ANGLE: Obs[7]}}, r"Obs\[7\] does not exist: Obs is an array of shape \(4,\)"),
    ({"fields": {ANGLE: Obs[3:9]}}, r"shape \(\) by its declaration, but Obs\[3:9\] has \(1,\)"),
    ({"fields": {ANGLE: Obs["state"]}}, r"Obs\['state'\] does not exist: Obs is an array"),
    ({"fields": {ANGLE: Info["speed"]}}, r"Info has the keys \[\]; write Info\['speed'\].at_reset\(value\)"),
    ({"fields": {ANGLE: Info["a"].at_reset(0.0)}}, r"Info\['a'\] does not exist: Info has the keys \[\]$"),
    ({"fields": {ANGLE: 2}}, r"a place like Obs\[0\] or by a function of the environment, got 2"),
    ({"fields": {"pole_angle": Obs[2]}}, r"a dictionary of Field\(...\): place, got the key 'pole_angle'"),
    ({"fields": {}}, "the policy must see at least one field"),
    ({"fields": {ANGLE: Obs[1], Field("pole_angle", "again"): Obs[2]}}, "field names repeat"),
    ({"fields": {ANGLE: lambda env: env.length}}, "pole_angle never varied in 2000 steps of random play"),
    (
        {"fields": {ANGLE: lambda env: "high"}},
        "pole_angle is a real, but its function of the environment gave",
    ),
    ({"fields": {Field("touch", "x", kind="flag"): Obs[2]}}, r"touch is a flag, but Obs\[2\] gave"),
    (
        {"fields": {Field("way", "x", kind="category", categories=2): lambda env: 2}},
        r"way is a category in \[0, 2\), but .* gave 2",
    ),
    ({"success": "yes"}, r"success is a place like Info\['is_success'\] or a rule over fields, got 'yes'"),
    ({"success": Info["is_success"]}, r"Info\['is_success'\] does not exist"),
    ({"env": Broken, "success": Info["half"]}, r"success is true or false, but Info\['half'\] is 0.5"),
    (
        {"success": lambda f: f.pole_angle},
        r"the success rule gives bool of shape \(1,\), one for each world, but gave float64",
    ),
    ({"success": lambda f: True}, r"the success rule gives bool .* shape \(\)"),
    (
        {"success": lambda f: f.pole > 0},
        "the success rule failed: there is no field 'pole'; fields: pole_angle",
    ),
    ({"metric": ("m", lambda f: f.pole_angle > 0)}, "the metric rule gives float .* gave bool"),
    ({"action_labels": ("left",)}, "a word for each of 2 choices or parts, got 1"),
]


@pytest.mark.parametrize(("options", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_one_line_says_what_is_wrong(options, message):
    with pytest.raises(UserError, match=message) as caught:
        declare(**options)
    assert "\n" not in str(caught.value)


def test_a_place_that_changes_its_shape_in_the_middle_of_an_episode_is_named():
    task = declare(
        lambda: Broken("ragged"), fields={Field("all", "x", (2,)): Obs}, success=lambda f: f.all[:, 0] > 9
    )(2)
    task.reset(np.arange(2), np.array([[0.1], [0.9]]))
    with pytest.raises(UserError, match=r"task mine-broken: field all has the shape \(2,\).*Obs has \(3,\)"):
        for _ in range(60):
            task.step(np.zeros(2, int))


def test_rare_changes_can_be_excused():
    assert declare(fields={ANGLE: lambda env: env.length}, probe_steps=0).spec.name == "mine-broken"


def test_a_name_from_another_file_is_taken(tmp_path):
    declaration = """
from rewardsmith import Field, Obs, gym_task

fields = {Field("x", ""): Obs[0]}
gym_task("mine-broken", "CartPole-v1", goal="", action="", fields=fields, success=lambda f: f.x > 0)
"""
    (tmp_path / "my_tasks.py").write_text(declaration)
    declare()
    with pytest.raises(UserError, match=r"'mine-broken' is taken by a task in .*test_gym_task_errors.py"):
        task_class(f"{tmp_path}/my_tasks.py:mine-broken")
