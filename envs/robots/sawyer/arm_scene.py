"""Meta-World's Sawyer scenes, compiled, and the settled arm from which their episodes start."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import mujoco
import numpy as np

from ..mujoco_batch import MujocoBatch
from ..scene import Sensor, body_pos, load_scene, mocap_index, package_file, site_pos

SUBSTEPS = 5
HAND_QUAT = np.array([1.0, 0.0, 1.0, 0.0])
# Meta-World overwrites the weld's data with this row whatever the scene says.
WELD = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 5.0])
SETTLING_STEPS = 50

ARM_SENSORS = (
    body_pos("hand_pos", "hand"),
    body_pos("right_claw_pos", "rightclaw"),
    body_pos("left_claw_pos", "leftclaw"),
    site_pos("right_tip_pos", "rightEndEffector"),
    site_pos("left_tip_pos", "leftEndEffector"),
)
PAD_SENSORS = (body_pos("left_pad_pos", "leftpad"), body_pos("right_pad_pos", "rightpad"))


class Rest(NamedTuple):
    """The settled arm from which every episode of a task starts."""

    state: np.ndarray
    control: np.ndarray
    warmstart: np.ndarray


@cache
def settled_scene(
    scene_file: str,
    sensors: tuple[Sensor, ...],
    movable: tuple[str, ...],
    hand_init_pos: tuple[float, ...],
) -> tuple[mujoco.MjModel, Rest]:
    """A compiled model and its settled start: found once, shared by all instances of a task.

    Args:
        scene_file: file in Meta-World's ``assets/sawyer_xyz``.
        sensors: the task's own sensors, beside those of the arm.
        movable: bodies that each world may place elsewhere.
        hand_init_pos: (3,) m, where the hand is sent.
    """
    path = package_file("metaworld", "assets", "sawyer_xyz", scene_file)
    model = load_scene(path, (*ARM_SENSORS, *sensors), movable)
    model.eq_data[model.eq_type == mujoco.mjtEq.mjEQ_WELD] = WELD
    return model, _settle(model, hand_init_pos)


def _settle(model: mujoco.MjModel, hand_init_pos: tuple[float, ...]) -> Rest:
    """Send the hand to `hand_init_pos` with an opening gripper, as Meta-World does before each episode."""
    batch = MujocoBatch(model, 1)
    batch.mocap_pos[:, mocap_index(model, "mocap")] = hand_init_pos
    batch.mocap_quat[:, mocap_index(model, "mocap")] = HAND_QUAT
    batch.ctrl[:] = -1.0, 1.0
    batch.step(SETTLING_STEPS * SUBSTEPS)
    return Rest(batch.state[0], batch.control[0], batch.warmstart[0])
