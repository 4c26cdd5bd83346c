"""Point a pen with the hand: HandManipulatePenRotate of Gymnasium-Robotics."""

from __future__ import annotations

import numpy as np

from ...registry import register
from . import shadow
from .rotations import angle_between, tilt


@register
class HandPenRotate(shadow.ShadowTask):
    """A pen of 20 cm on the palm, to be pointed any way; its turn about its own axis does not matter."""

    spec = shadow.shadow_spec(
        "hand-pen-rotate",
        f"Turn the pen in the hand until it points within {shadow.SUCCESS_ANGLE} rad of the wanted "
        "direction; its turn about its own axis does not matter.",
        "pen",
    )
    scene_file = "manipulate_pen.xml"
    turned_at_start = False

    @staticmethod
    def angle_to_goal(object_quat: np.ndarray, goal_quat: np.ndarray) -> np.ndarray:
        """(n,) rad between the orientations (n, 4) but for their last turns about the pen's axis."""
        return angle_between(tilt(object_quat), _without_last_turn(goal_quat))


def _without_last_turn(quat: np.ndarray) -> np.ndarray:
    """`tilt` of `quat` (n, 4) with the sign that `quat` has: the official angle goes by it."""
    tilted = tilt(quat)
    return np.where(np.einsum("ij,ij->i", tilted, quat)[:, None] < 0, -tilted, tilted)
