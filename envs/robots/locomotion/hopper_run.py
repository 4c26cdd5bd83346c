"""Hop forward: the goal of Gymnasium's Hopper-v5 and of hopper-forward in Text2Reward (Xie et al., 2024)."""

from __future__ import annotations

from ...registry import register
from . import hopper
from .running import METRIC, Running


@register
class HopperRun(Running, hopper.Hopper):
    """A hopper starts upright and falls unless it hops."""

    distance = 3.0
    spec = hopper.ROBOT.spec(
        "hopper-run",
        "Hop forward until the torso has come 3 m along +x. "
        "The episode ends when the torso tilts by 0.2 rad or sinks to 0.7 m.",
        metric=METRIC,
        tags=("hard",),
    )
