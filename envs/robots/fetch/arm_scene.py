"""Gymnasium-Robotics' Fetch scenes, compiled, and the settled arm from which their episodes start."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import mujoco
import numpy as np

from ..mujoco_batch import CONTROL, STATE
from ..scene import Sensor, body_pos, load_scene, package_file, site_pos

SUBSTEPS = 20
SETTLING_STEPS = 10
# Added to the wrist's own orientation at each step; the weld draws the gripper upright whatever comes out.
TURN = np.array([1.0, 0.0, 1.0, 0.0])
# Where the gripper is sent before an episode starts, seen from where the scene file leaves it, in m.
LIFT = np.array([-0.498, 0.005, -0.431])
# Torque scale and relative orientation stay those of the scene file.
WELD_OFFSET = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
FINGERS = ("robot0:r_gripper_finger_joint", "robot0:l_gripper_finger_joint")

_VELOCITY, _SPIN, _QUAT = (
    mujoco.mjtSensor.mjSENS_FRAMELINVEL,
    mujoco.mjtSensor.mjSENS_FRAMEANGVEL,
    mujoco.mjtSensor.mjSENS_FRAMEQUAT,
)
_SITE, _BODY = mujoco.mjtObj.mjOBJ_SITE, mujoco.mjtObj.mjOBJ_XBODY

ARM_SENSORS = (
    site_pos("grip_pos", "robot0:grip"),
    Sensor("grip_vel", _VELOCITY, _SITE, "robot0:grip"),
    body_pos("wrist_pos", "robot0:gripper_link"),
    Sensor("wrist_quat", _QUAT, _BODY, "robot0:gripper_link"),
)
OBJECT_SENSORS = (
    site_pos("object_pos", "object0"),
    Sensor("object_quat", _QUAT, _SITE, "object0"),
    Sensor("object_vel", _VELOCITY, _SITE, "object0"),
    Sensor("object_spin", _SPIN, _SITE, "object0"),
)


class Rest(NamedTuple):
    """The settled arm from which every episode of a task starts.

    Attributes:
        state: (nstate,) MuJoCo's "full physics" state.
        control: (ncontrol,) as in `MujocoBatch`.
        warmstart: (nv,) as in `MujocoBatch`.
        grip_pos: (3,) m, around which objects and goals are drawn.
        object_height: height of the object at rest in m; 0 where there is none.
    """

    state: np.ndarray
    control: np.ndarray
    warmstart: np.ndarray
    grip_pos: np.ndarray
    object_height: float


@cache
def settled_scene(
    scene_file: str,
    base_pos: tuple[float, float, float],
    gripper_lift: float,
    object_pos: tuple[float, float, float] | None,
) -> tuple[mujoco.MjModel, Rest]:
    """A compiled model and its settled start: found once, shared by all instances of a task.

    Args:
        scene_file: file in Gymnasium-Robotics' ``envs/assets/fetch``.
        base_pos: (3,) m, where the robot stands.
        gripper_lift: m, how much higher than over the table the gripper is sent.
        object_pos: (3,) m, where the object waits while the arm settles; None where there is none.
    """
    path = package_file("gymnasium_robotics", "envs", "assets", "fetch", scene_file)
    sensors = ARM_SENSORS if object_pos is None else (*ARM_SENSORS, *OBJECT_SENSORS)
    model = load_scene(path, sensors)
    model.eq_data[model.eq_type == mujoco.mjtEq.mjEQ_WELD, : len(WELD_OFFSET)] = WELD_OFFSET
    data = mujoco.MjData(model)
    for axis, position in enumerate(base_pos):
        data.joint(f"robot0:slide{axis}").qpos[:] = position
    if object_pos is not None:
        data.joint("object0:joint").qpos[:] = *object_pos, 1.0, 0.0, 0.0, 0.0
    mujoco.mj_forward(model, data)
    data.mocap_pos[0] = data.site("robot0:grip").xpos + LIFT + [0.0, 0.0, gripper_lift]
    data.mocap_quat[0] = TURN
    mujoco.mj_step(model, data, nstep=SETTLING_STEPS * SUBSTEPS)
    return model, _rest(model, data)


def _rest(model: mujoco.MjModel, settled: mujoco.MjData) -> Rest:
    """The official start: joints as settled, all else as in a fresh simulation."""
    has_object = mujoco.mj_name2id(model, _SITE, "object0") >= 0
    height = float(settled.site("object0").xpos[2]) if has_object else 0.0
    fresh = mujoco.MjData(model)
    fresh.time, fresh.qpos[:], fresh.qvel[:] = settled.time, settled.qpos, settled.qvel
    mujoco.mj_forward(model, fresh)
    return Rest(
        _read(model, fresh, STATE),
        _read(model, fresh, CONTROL),
        fresh.qacc_warmstart.copy(),
        settled.site("robot0:grip").xpos.copy(),
        height,
    )


def _read(model: mujoco.MjModel, data: mujoco.MjData, what: int) -> np.ndarray:
    numbers = np.empty(mujoco.mj_stateSize(model, what))
    mujoco.mj_getState(model, data, numbers, what)
    return numbers
