"""Keep standing after a push, on Gymnasium's walker; stand is a task of Tassa et al. (2018)."""

from __future__ import annotations

import math

from ...registry import register
from . import walker2d
from .holding import HELD, METRIC, Standing


@register
class Walker2dStand(Standing, walker2d.Walker2d):
    """A walker that starts bent and pushed, and falls within a second unless it balances."""

    position_noise = 0.1
    velocity_noise = 0.5
    lowest_torso = 1.1
    least_upright = math.cos(0.3)
    required_steps = 250
    spec = walker2d.ROBOT.spec(
        "walker2d-stand",
        "Keep the torso at least 1.1 m high and within 0.3 rad of upright for 2 s without a break.",
        HELD,
        metric=METRIC,
        tags=("hard",),
    )
