"""Pick up a hammer and drive a nail into a board: AdroitHandHammer of Gymnasium-Robotics."""

from __future__ import annotations

import mujoco
import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import Sensor, body_pos, mocap_index, site_pos
from . import adroit

DRIVEN_IN = 0.01
BOARD_HEIGHT_LOW, BOARD_HEIGHT_HIGH = 0.1, 0.25


@register
class AdroitHammer(adroit.AdroitTask):
    """A hammer on the table, a board with a nail that takes a blow or two."""

    spec = adroit.adroit_spec(
        "adroit-hammer",
        "Pick up the hammer and drive the nail into the board with it, until the nail's head is within 1 cm "
        "of the board.",
        ("forearm turn about its x axis", "forearm turn about its y axis"),
        Field("hammer_vel", "velocity of the hammer", (3,), "m/s"),
        Field("hammer_angular_vel", "rates of the hammer's turns about its three hinges", (3,), "rad/s"),
        Field("hammer_pos", "position of the middle of the hammer's handle", (3,), "m"),
        Field("hammer_quat", "orientation of the hammer, a unit quaternion with w first", (4,)),
        Field("nail_pos", "position of the nail's head", (3,), "m"),
        Field("goal_pos", "where the nail's head shall be", (3,), "m"),
        Field("hammer_head_pos", "position of the hammer's striking face", (3,), "m", observed=False),
        Field(
            "total_speed",
            "root of the summed squares of all velocities: of the joints, the hammer and the nail",
            low=0.0,
            observed=False,
        ),
        metric="share of the nail's way into the board",
    )
    draws = 1
    scene_file = "adroit_hammer.xml"
    sensors = (
        body_pos("hammer_pos", "Object"),
        Sensor("hammer_quat", mujoco.mjtSensor.mjSENS_FRAMEQUAT, mujoco.mjtObj.mjOBJ_XBODY, "Object"),
        site_pos("nail_pos", "S_target"),
        site_pos("goal_pos", "nail_goal"),
        site_pos("hammer_head_pos", "tool"),
    )
    movable = ("nail_board",)

    def place(self, worlds: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
        """Hang the board at some height."""
        height = BOARD_HEIGHT_LOW + (BOARD_HEIGHT_HIGH - BOARD_HEIGHT_LOW) * draws[:, 0]
        self.batch.mocap_pos[worlds, mocap_index(self.batch.model, "nail_board"), 2] = height
        self.batch.sense(worlds)
        return {"nail_to_goal_at_start": self._nail_to_goal()[worlds]}

    def own_fields(self) -> dict[str, np.ndarray]:
        """The velocities."""
        return {
            "total_speed": np.linalg.norm(self.batch.qvel, axis=-1),
            "hammer_vel": self.batch.qvel[:, -6:-3].copy(),
            "hammer_angular_vel": self.batch.qvel[:, -3:].copy(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: whether the nail is driven in."""
        return self._nail_to_goal() < DRIVEN_IN

    def metric(self) -> np.ndarray:
        """(B,) share of the nail's way."""
        return 1.0 - self._nail_to_goal() / self._noted["nail_to_goal_at_start"]

    def _nail_to_goal(self) -> np.ndarray:
        return np.linalg.norm(self.batch.sensor("nail_pos") - self.batch.sensor("goal_pos"), axis=-1)
