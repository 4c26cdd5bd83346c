"""Gymnasium's Humanoid-v5: a body of 17 hinges (Tassa et al., 2012).

Its observation is that of the original without inertias, body velocities and forces, which follow from the
rest or are no quantities of the state.
"""

from __future__ import annotations

import mujoco
import numpy as np

from ...spec import Field
from ..scene import Sensor
from .floating import FloatingTask, floating_fields
from .robot import Robot

LEG = ("hip_x", "hip_z", "hip_y", "knee")
ARM = ("shoulder1", "shoulder2", "elbow")
SIDES = ("right", "left")
LIMBS = tuple(f"{side}_{joint}" for limb in (LEG, ARM) for side in SIDES for joint in limb)
HINGES = ("abdomen_z", "abdomen_y", "abdomen_x", *LIMBS)
# The motors of the abdomen come in another order than its hinges.
MOTORS = ("abdomen_y", "abdomen_z", "abdomen_x", *LIMBS)
LOWEST_TORSO, HIGHEST_TORSO = 1.0, 2.0
MASS_CENTRE = Field("mass_centre", "centre of mass of the whole body", (3,), "m", observed=False)
ROBOT = Robot(floating_fields, HINGES, MOTORS, step_seconds=0.015, own=(MASS_CENTRE,))


class Humanoid(FloatingTask):
    """B humanoids. An action of 1 is the control 0.4, the largest that the motors take."""

    hinges = ROBOT.hinges
    draws = 24 + 23
    model_file = "humanoid.xml"
    sensors = (Sensor("mass_centre", mujoco.mjtSensor.mjSENS_SUBTREECOM, mujoco.mjtObj.mjOBJ_BODY, "torso"),)
    substeps = 5
    position_noise = 0.01
    velocity_noise = 0.01

    def robot_fields(self) -> dict[str, np.ndarray]:
        """Torso, hinges and centre of mass."""
        return {**super().robot_fields(), "mass_centre": self.batch.sensor("mass_centre")}

    def healthy(self) -> np.ndarray:
        """(B,) bool: torso between 1 and 2 m high."""
        return (self.torso_height > LOWEST_TORSO) & (self.torso_height < HIGHEST_TORSO)
