"""Walk or run forward: the goal of Gymnasium's Walker2d-v5."""

from __future__ import annotations

from ...registry import register
from . import walker2d
from .running import METRIC, Running


@register
class Walker2dRun(Running, walker2d.Walker2d):
    """A walker starts upright and falls unless it steps."""

    distance = 4.0
    spec = walker2d.ROBOT.spec(
        "walker2d-run",
        "Walk or run forward until the torso has come 4 m along +x. "
        "The episode ends when the torso tilts by 1 rad or leaves the range of 0.8 to 2 m.",
        metric=METRIC,
        tags=("hard",),
    )
