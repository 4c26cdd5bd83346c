"""Rock a weak car out of a valley (Moore, 1990), in Gymnasium's continuous form: an example of `gym_task`."""

from __future__ import annotations

import numpy as np

from ..spec import Field
from ..views import FieldView
from .declare import gym_task
from .sources import Obs

FLAG = 0.45
VALLEY = -np.pi / 6


def push_along(fields: FieldView) -> np.ndarray:
    """(B, 1): full throttle in the direction of motion, which adds energy to every swing."""
    return np.where(fields.velocity >= 0, 1.0, -1.0)[:, None]


def height(fields: FieldView) -> np.ndarray:
    """(B,) height of the ground where the car is, as a share of the hill's."""
    return (1.0 - np.cos(3.0 * (fields.position - VALLEY))) / 2.0


MountainCar = gym_task(
    "mountain-car",
    "MountainCarContinuous-v0",
    goal="Drive the car, whose engine is too weak for the slope, up to the flag on the right hill at 0.45.",
    action="force of the engine, forwards (+1) or backwards (-1)",
    fields={
        Field(
            "position", "position of the car along x: the valley's bottom is at -0.52, the flag at 0.45"
        ): Obs[0],
        Field("velocity", "velocity of the car, per step: at most 0.07 either way"): Obs[1],
    },
    success=lambda fields: fields.position >= FLAG,
    metric=("height of the car, from 0 in the valley to 1 on the hill", height),
    script=push_along,
    tags=("control", "official"),
)
