"""A forward flip: hopper-front-flip of Text2Reward (Xie et al., 2024, arXiv:2309.11489)."""

from __future__ import annotations

from ...registry import register
from . import hopper
from .flipping import FOOT_HEIGHT, METRIC, Flipping


@register
class HopperFrontFlip(Flipping):
    """A hopper that has to turn forward once and land on its foot."""

    direction = 1.0
    spec = hopper.ROBOT.spec(
        "hopper-front-flip",
        "Do a forward flip: turn the torso forward once, to within 0.5 rad of a full turn, and stand on "
        "the foot, with the torso at least 0.9 m high and the middle of the foot at most 0.1 m.",
        FOOT_HEIGHT,
        metric=METRIC,
        tags=("hard",),
        horizon=500,
    )
