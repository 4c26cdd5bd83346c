"""Insert a peg into a hole from the side: Meta-World's peg-insert-side (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_quat, site_pos
from . import base
from .arm_scene import PAD_SENSORS
from .script import grasp_and_carry, off_axis

GOAL_OFFSET = np.array([0.03, 0.0, 0.13])
# An error across the hole counts twice as much as one along it.
WEIGHTS = np.array([1.0, 2.0, 2.0])
# The fingers hold better when their tips are below the peg's axis.
GRASPED_AT = np.array([0.0, 0.0, -0.01])
# The script aligns the peg this far before the hole, then aims this far into it.
STAND_OFF = np.array([0.2, 0.0, 0.0])
DEPTH = np.array([0.05, 0.0, 0.0])


@register
class PegInsertSide(base.SawyerTask):
    """A peg on the table and a block with a hole in its right side; the hand must put the peg into it."""

    spec = base.sawyer_spec(
        "peg-insert-side",
        "Lift the peg and insert its head into the hole in the block's side, along -x, until the head is "
        "within 7 cm of the goal position; distances along y and z count double.",
        Field("peg_pos", "where the peg is to be grasped", (3,), "m"),
        Field("peg_quat", "orientation of the peg, a unit quaternion with w first", (4,)),
        Field("peg_head_pos", "the peg's end that goes into the hole", (3,), "m", observed=False),
        Field("peg_start_pos", "centre of the peg at the start", (3,), "m", observed=False),
        *base.PAD_FIELDS,
        tags=("hard",),
    )
    draws = 6
    scene_file = "sawyer_peg_insertion_side.xml"
    sensors = (
        site_pos("peg_pos", "pegGrasp"),
        body_quat("peg_quat", "peg"),
        site_pos("peg_head_pos", "pegHead"),
        *PAD_SENSORS,
    )
    movable = ("box",)
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    success_radius = 0.07
    # The peg, then the block. The original would draw again if they were within 10 cm; they never are.
    start_low = np.array([0.0, 0.5, 0.02, -0.35, 0.4, -0.001])
    start_high = np.array([0.2, 0.7, 0.02, -0.25, 0.7, 0.001])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the peg at `start[:, :3]` m, at rest, and the block at `start[:, 3:]` m."""
        self.place_free(worlds, "peg", start[:, :3])
        self.place_body(worlds, "box", start[:, 3:])

    def goal(self, start: np.ndarray) -> np.ndarray:
        """In the hole, near the block's centre."""
        return start[:, 3:] + GOAL_OFFSET

    def remembered(self, start: np.ndarray) -> dict[str, np.ndarray]:
        """Where the peg started."""
        return {"peg_start_pos": start[:, :3]}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) weighted distance in m between the peg's head and the goal."""
        return np.linalg.norm((self.batch.sensor("peg_head_pos") - self.goal_pos) * WEIGHTS, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): grasp the peg, align it with the hole at a distance and push it in."""
        peg = self.batch.sensor("peg_pos") + GRASPED_AT
        head = self.batch.sensor("peg_head_pos")
        aligned = off_axis(head, self.goal_pos, (1, 2)) < 0.02
        head_to = np.where(aligned[:, None], self.goal_pos - DEPTH, self.goal_pos + STAND_OFF)
        openness = self.fields()["gripper_openness"]
        return grasp_and_carry(self.tcp_pos(), peg, openness, peg + head_to - head, closed=0.5)
