"""Turn a block in the hand: HandManipulateBlockRotateXYZ of Gymnasium-Robotics."""

from __future__ import annotations

import numpy as np

from ...registry import register
from . import shadow
from .rotations import angle_between


@register
class HandBlockRotate(shadow.ShadowTask):
    """A cube of 5 cm on the palm, to be turned any way."""

    spec = shadow.shadow_spec(
        "hand-block-rotate",
        f"Turn the block in the hand until it is within {shadow.SUCCESS_ANGLE} rad of the wanted turn.",
        "block",
    )
    scene_file = "manipulate_block.xml"
    turned_at_start = True

    @staticmethod
    def angle_to_goal(object_quat: np.ndarray, goal_quat: np.ndarray) -> np.ndarray:
        """(n,) rad between orientations (n, 4)."""
        return angle_between(object_quat, goal_quat)
