"""Walk or run forward: the goal of Gymnasium's Humanoid-v5."""

from __future__ import annotations

from ...registry import register
from . import humanoid
from .running import METRIC, Running


@register
class HumanoidRun(Running, humanoid.Humanoid):
    """A humanoid starts upright and falls within half a second unless it balances."""

    distance = 3.0
    spec = humanoid.ROBOT.spec(
        "humanoid-run",
        "Walk or run forward until the torso has come 3 m along +x and is within 60 degrees of upright. "
        "The episode ends when the torso leaves the range of 1 to 2 m.",
        metric=METRIC,
        tags=("hard",),
    )
