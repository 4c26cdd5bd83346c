"""Keep standing, on Gymnasium's humanoid; stand is a task of Tassa et al. (2018)."""

from __future__ import annotations

import math

from ...registry import register
from . import humanoid
from .holding import HELD, METRIC, Standing


@register
class HumanoidStand(Standing, humanoid.Humanoid):
    """A humanoid that falls within half a second unless it balances."""

    lowest_torso = 1.15
    least_upright = math.cos(math.radians(30))
    required_steps = 100
    spec = humanoid.ROBOT.spec(
        "humanoid-stand",
        "Keep the torso at least 1.15 m high and within 30 degrees of upright for 1.5 s without a break.",
        HELD,
        metric=METRIC,
        tags=("hard",),
    )
