"""Run forward: the goal of Gymnasium's Ant-v5 and of ant-forward in Text2Reward (Xie et al., 2024)."""

from __future__ import annotations

from ...registry import register
from . import ant
from .running import METRIC, Running


@register
class AntRun(Running, ant.Ant):
    """An ant starts on its feet and may overturn."""

    distance = 20.0
    spec = ant.ROBOT.spec(
        "ant-run",
        "Run forward until the torso has come 20 m along +x and is within 60 degrees of upright. "
        "The episode ends when the torso leaves the range of 0.2 to 1 m.",
        metric=METRIC,
        tags=("hard",),
    )
