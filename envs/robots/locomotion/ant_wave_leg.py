"""Wave a front leg: ant-wave-leg of Text2Reward (Xie et al., 2024, arXiv:2309.11489)."""

from __future__ import annotations

import math
from typing import ClassVar

import mujoco
import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import Sensor, geom_pos
from . import ant

LOWER_LEG = "left_ankle_geom"
HALF_LOWER_LEG = math.hypot(0.4, 0.4) / 2.0
RAISED, LOWERED = 0.3, 0.15
HIGHEST_TORSO = 0.7
LEAST_UPRIGHT = math.cos(math.radians(30))
WAVES = 3
# Of the script: the legs beside the waving one turn towards it, so that the ant stands on the other three.
STANDING, LIFTED, TURNED_IN = math.radians(60), math.radians(28), 0.4
TALL = 0.55


@register
class AntWaveLeg(ant.Ant):
    """An ant that has to lift its front left foot and set it down again, without a jump or a fall."""

    spec = ant.ROBOT.spec(
        "ant-wave-leg",
        "Wave the front left leg three times: each time lift its foot to 0.3 m or more and bring it back to "
        "0.15 m or less. The torso has to stay within 30 degrees of upright and below 0.7 m; otherwise the "
        "count starts anew.",
        Field("front_left_foot_height", "height of the front left foot above the floor", (), "m"),
        Field("foot_is_up", "whether the foot has been lifted and not yet brought back", kind="flag"),
        Field("waves", "how often the foot has been lifted and brought back", low=0.0, high=float(WAVES)),
        metric="waves so far, plus a half while the foot is up; 3 is success",
        tags=("hard",),
        horizon=200,
    )
    sensors = (
        geom_pos("lower_leg_pos", LOWER_LEG),
        Sensor("lower_leg_axis", mujoco.mjtSensor.mjSENS_FRAMEZAXIS, mujoco.mjtObj.mjOBJ_GEOM, LOWER_LEG),
    )
    memory: ClassVar[dict[str, type]] = {"waves": np.int64, "foot_is_up": np.bool_}

    def foot_height(self) -> np.ndarray:
        """(B,) m above the floor, of the centre of the leg's rounded end."""
        # The capsule's own axis points from the foot to the knee.
        centre, to_knee = self.batch.sensor("lower_leg_pos"), self.batch.sensor("lower_leg_axis")
        return centre[:, 2] - HALF_LOWER_LEG * to_knee[:, 2]

    def follow(self) -> None:
        """Count a wave where a lifted foot has come down; forget all where the torso is out of its place."""
        waves, is_up = self.remembered("waves"), self.remembered("foot_is_up")
        height = self.foot_height()
        waves[is_up & (height <= LOWERED) & (waves < WAVES)] += 1
        is_up[:] = (height >= RAISED) | (is_up & (height > LOWERED))
        out_of_place = (self.upright() < LEAST_UPRIGHT) | (self.torso_height > HIGHEST_TORSO)
        waves[out_of_place] = 0
        is_up[out_of_place] = False

    def success(self) -> np.ndarray:
        """(B,) bool: whether the leg has waved often enough."""
        return self.remembered("waves") >= WAVES

    def metric(self) -> np.ndarray:
        """(B,) waves so far, and half of one that has begun."""
        begun = self.remembered("foot_is_up") & ~self.success()
        return self.remembered("waves") + 0.5 * begun

    def own_fields(self) -> dict[str, np.ndarray]:
        """The waving foot."""
        return {
            "front_left_foot_height": self.foot_height(),
            "foot_is_up": self.remembered("foot_is_up").copy(),
            "waves": self.remembered("waves").astype(np.float64),
        }

    def scripted_actions(self) -> np.ndarray:
        """(B, 8): stand up, then lift the leg until the foot counts as up, and lower it until it does not."""
        lifting = (self.torso_height >= TALL) & ~self.remembered("foot_is_up")
        angles = np.tile(ant.leg_angles(hip=0.0, ankle=STANDING), (self.num_worlds, 1))
        angles[:, ant.HINGES.index("front_left_ankle")] = np.where(lifting, LIFTED, STANDING)
        angles[:, ant.HINGES.index("back_left_hip")] = -TURNED_IN
        angles[:, ant.HINGES.index("front_right_hip")] = TURNED_IN
        return self.towards(angles)
