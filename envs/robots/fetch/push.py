"""Push a block across the table to a goal: FetchPush (Plappert et al., 2018)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from .base import fetch_spec
from .object_task import OBJECT_FIELDS, FetchObjectTask
from .script import Line, over_to, pull

# Lengths in m by which the script steers: where it stands behind the block, how far beyond the block's
# middle it pulls, and what it takes for low, behind, in line and done.
STAND, LEAD, HALF_WIDTHS = 0.075, 0.1, 0.045
LOW, ROOM, ASIDE, CLOSE_ENOUGH = 0.03, 0.13, 0.03, 0.015


@register
class FetchPush(FetchObjectTask):
    """A block on the table and a goal on the table; the fingers are locked shut."""

    spec = fetch_spec(
        "fetch-push",
        "Push the block until its centre is less than 5 cm from the goal position on the table.",
        *OBJECT_FIELDS,
        tags=("hard",),
    )
    draws = 2 * FetchObjectTask.candidates + 2
    scene_file = "push.xml"
    gripper_lift = 0.0
    object_pos = (1.25, 0.53, 0.4)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): over the block to its far side, then through it towards the goal."""
        grip, block = self.batch.sensor("grip_pos"), self.batch.sensor("object_pos")
        line = Line.between(block, self.goal_pos, grip)
        place, beyond = block.copy(), block.copy()
        place[:, :2] -= STAND * line.forward
        beyond[:, :2] += (np.minimum(line.length, LEAD) - HALF_WIDTHS)[:, None] * line.forward
        low = grip[:, 2] < block[:, 2] + LOW
        behind = (line.ahead > -ROOM) & (line.ahead < -HALF_WIDTHS / 2) & (np.abs(line.aside) < ASIDE)
        actions = pull(grip, np.where((low & behind)[:, None], beyond, over_to(grip, place, near=ASIDE)))
        actions[line.length < CLOSE_ENOUGH] = 0.0
        return actions
