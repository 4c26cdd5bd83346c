import json
from pathlib import Path

import numpy as np
import pytest

from rewardsmith.envs.records import Transition
from rewardsmith.envs.spec import ActionSpec, Field, TaskSpec
from rewardsmith.envs.views import FieldView


@pytest.fixture(scope="session")
def arm_spec():
    """The task of the hostile corpus: three points and seven joints."""
    points = [Field(name, "a point", (3,), "m") for name in ("gripper_pos", "object_pos", "goal_pos")]
    joints = Field("joint_vel", "speed of each joint", (7,), "rad/s")
    return TaskSpec(
        "arm-probe", "bring the object to the goal", (*points, joints), ActionSpec("box", 4, "x"), 50
    )


@pytest.fixture(scope="session")
def arm_samples(arm_spec):
    """worlds -> a random transition of that many worlds; `joint_vel` and `coincide` set up rare states."""

    def make(worlds, joint_vel=None, coincide=False, seed=0):
        rng = np.random.default_rng(seed)
        halves = []
        for _ in range(2):
            arrays = {field.name: rng.normal(size=(worlds, *field.shape)) for field in arm_spec.fields}
            if joint_vel is not None:
                arrays["joint_vel"][:] = joint_vel
            if coincide:
                arrays["gripper_pos"] = arrays["object_pos"].copy()
            halves.append(FieldView(arrays))
        return Transition(halves[0], rng.uniform(-1, 1, (worlds, arm_spec.action.size)), halves[1])

    return make


def _records(name):
    path = Path(__file__).parent / "hostile" / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def hostile_records():
    """The corpus that the package was given."""
    return _records("hostile.jsonl")


@pytest.fixture(scope="session")
def more_records():
    """Our own records, in the same form."""
    return _records("more.jsonl")


@pytest.fixture(scope="session")
def reach_text():
    return (
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    d = xp.linalg.norm(next_obs.gripper_pos - next_obs.object_pos, axis=-1)\n"
        "    ctrl = 0.01 * xp.sum(action ** 2, axis=-1)\n"
        '    return xp.exp(-d) - ctrl, {"reach": xp.exp(-d), "ctrl": -ctrl}\n'
    )
