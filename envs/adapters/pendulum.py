"""Swing up a pendulum whose motor is too weak to lift it, in Gymnasium's form: an example of `gym_task`."""

from __future__ import annotations

import numpy as np

from ..spec import Field
from ..views import FieldView
from .declare import gym_task
from .sources import Obs

NEAR_ANGLE = 0.1
NEAR_VELOCITY = 0.3
# Of the rod: 1 m and 1 kg, hung by its end, at 10 m/s^2.
INERTIA = 1 / 3
WEIGHT_TORQUE = 5.0
MAX_TORQUE = 2.0


def upright(fields: FieldView) -> np.ndarray:
    """(B,) bool: whether the rod stands upright, nearly at rest."""
    return (fields.height > np.cos(NEAR_ANGLE)) & (np.abs(fields.angular_velocity) < NEAR_VELOCITY)


def swing_up_and_hold(fields: FieldView) -> np.ndarray:
    """(B, 1): pump energy until the rod has what upright rest has; hold it once it comes near."""
    angle = np.arctan2(fields.sideways, fields.height)
    missing = WEIGHT_TORQUE * (1 - fields.height) - INERTIA / 2 * fields.angular_velocity**2
    pumping = np.sign(missing) * np.where(fields.angular_velocity >= 0, 1.0, -1.0)
    holding = -(12.0 * angle + 3.0 * fields.angular_velocity) / MAX_TORQUE
    near = (np.abs(angle) < 0.4) & (np.abs(fields.angular_velocity) < 2.0)
    return np.clip(np.where(near, holding, pumping), -1.0, 1.0)[:, None]


Pendulum = gym_task(
    "pendulum",
    "Pendulum-v1",
    goal="Swing the rod up and stop it upright: within 0.1 rad of upright, at less than 0.3 rad/s.",
    action="torque on the pivot, from -2 N m to 2 N m, which is too little to lift the rod in one go",
    fields={
        Field("height", "height of the free end above the pivot, whose rod is 1 m long", unit="m"): Obs[0],
        Field("sideways", "how far the free end is to the side", unit="m"): Obs[1],
        Field("angular_velocity", "angular velocity of the rod", unit="rad/s"): Obs[2],
    },
    success=upright,
    metric=("height of the free end above the pivot in m", lambda fields: fields.height),
    script=swing_up_and_hold,
    tags=("control", "official", "hard"),
    step_seconds=0.05,
)
