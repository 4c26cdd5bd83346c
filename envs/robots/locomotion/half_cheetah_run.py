"""Run forward: the goal of Gymnasium's HalfCheetah-v5."""

from __future__ import annotations

from ...registry import register
from . import half_cheetah
from .running import METRIC, Running


@register
class HalfCheetahRun(Running, half_cheetah.HalfCheetah):
    """A half-cheetah cannot fall, but it can overturn."""

    distance = 50.0
    spec = half_cheetah.ROBOT.spec(
        "half-cheetah-run",
        "Run forward until the torso has come 50 m along +x and is within 60 degrees of upright.",
        metric=METRIC,
        tags=("hard",),
    )
