"""Bring the gripper to a point in the air: FetchReach (Plappert et al., 2018)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from .base import FetchTask, fetch_spec
from .script import pull

GOAL_RANGE = 0.15


@register
class FetchReach(FetchTask):
    """A goal in the air around the gripper; there is no object."""

    spec = fetch_spec(
        "fetch-reach",
        "Bring the point between the finger tips to less than 5 cm from the goal position in the air.",
        tags=("easy",),
    )
    draws = 3
    scene_file = "reach.xml"
    base_pos = (0.4049, 0.48, 0.0)
    achieved_goal = "grip_pos"

    def start(self, worlds: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Goals in a cube of 30 cm around the gripper."""
        return self.rest.grip_pos + GOAL_RANGE * (2.0 * draws - 1.0)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): straight to the goal."""
        return pull(self.batch.sensor("grip_pos"), self.goal_pos)
