"""Keep standing on one leg after a push, on Gymnasium's hopper; stand is a task of Tassa et al. (2018)."""

from __future__ import annotations

import math

from ...registry import register
from . import hopper
from .holding import HELD, METRIC, Standing


@register
class HopperStand(Standing, hopper.Hopper):
    """A hopper that starts bent and pushed, and falls within a second or two unless it balances."""

    position_noise = 0.1
    velocity_noise = 0.5
    lowest_torso = 1.1
    least_upright = math.cos(0.2)
    required_steps = 250
    spec = hopper.ROBOT.spec(
        "hopper-stand",
        "Keep the torso at least 1.1 m high and within 0.2 rad of upright for 2 s without a break.",
        HELD,
        metric=METRIC,
        tags=("hard",),
    )
