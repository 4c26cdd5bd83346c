"""Carry a block to a goal on the table or in the air: FetchPickAndPlace (Plappert et al., 2018)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from .base import fetch_spec
from .object_task import OBJECT_FIELDS, FetchObjectTask
from .script import ABOVE, OPEN, SHUT, pull

MAX_GOAL_HEIGHT = 0.45
# Sum of the openings in m below which the fingers, at the block, have hold of it.
HOLDING = 0.06


@register
class FetchPickAndPlace(FetchObjectTask):
    """A block on the table; half of the goals are in the air, so the block has to be gripped.

    The official environment sees its bodies where they were one substep ago, and pulls the gripper from
    there; this one does too.
    """

    spec = fetch_spec(
        "fetch-pick-and-place",
        "Bring the block's centre to less than 5 cm from the goal position, on the table or in the air.",
        Field("finger_pos", "how far the right and the left finger are open", (2,), "m"),
        *OBJECT_FIELDS,
        tags=("hard",),
    )
    draws = 2 * FetchObjectTask.candidates + 4
    scene_file = "pick_and_place.xml"
    object_pos = (1.25, 0.53, 0.4)

    def start(self, worlds: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Place the object; every other goal is up to 45 cm above the table."""
        goals = super().start(worlds, draws)
        in_the_air, height = draws[:, -2] < 0.5, MAX_GOAL_HEIGHT * draws[:, -1]
        goals[:, 2] += np.where(in_the_air, height, 0.0)
        return goals

    def move_fingers(self, moves: np.ndarray) -> None:
        """Set the fingers' targets, in m from where the fingers are."""
        model = self.batch.model
        driven = model.jnt_qposadr[model.actuator_trnid[:, 0]]
        self.batch.ctrl[:] = self.batch.qpos[:, driven] + moves

    def after_substeps(self) -> None:
        """See the worlds as they were one substep ago."""
        self._see(self.batch.previous_qpos)

    def own_fields(self) -> dict[str, np.ndarray]:
        """The fingers and the object."""
        return {**super().own_fields(), "finger_pos": self.batch.qpos[:, self._finger_qpos]}

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): above the block, down around it, grip it, carry it to the goal."""
        grip, block = self.batch.sensor("grip_pos"), self.batch.sensor("object_pos")
        aside = np.linalg.norm((grip - block)[:, :2], axis=-1)
        height = np.abs(grip[:, 2] - block[:, 2])
        opening = self.batch.qpos[:, self._finger_qpos].sum(axis=-1)
        around = (aside < 0.015) & (height < 0.012)
        held = (aside < 0.03) & (height < 0.02) & (opening < HOLDING)
        steps = [held[:, None], (aside < 0.02)[:, None]]
        above_block = block.copy()
        above_block[:, 2] += ABOVE
        point = np.select(steps, [self.goal_pos, block], above_block)
        return pull(grip, point, np.where(held | around, SHUT, OPEN))
