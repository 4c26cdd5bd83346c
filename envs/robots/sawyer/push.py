"""Slide a puck over the table to a point: Meta-World's push (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..rejection import apart, first_admissible
from ..scene import body_pos, geom_quat
from . import base, script
from .arm_scene import PAD_SENSORS

MIN_GOAL_DISTANCE = 0.15
# As for `reach`: 1 start in 14 is refused, so six candidates leave one in ten million without a good one.
CANDIDATES = 6
FALLBACK = np.array([0.0, 0.6, 0.02, 0.0, 0.85, 0.02])
# Meta-World draws heights too, but puts puck and goal where the settled puck's centre is.
REST_HEIGHT = 0.019404683840343


@register
class Push(base.SawyerTask):
    """A puck and a goal on the table; the hand must bring the puck there."""

    spec = base.sawyer_spec(
        "push",
        "Push the puck over the table until its centre is within 5 cm of the goal position.",
        Field("object_pos", "position of the puck's centre", (3,), "m"),
        Field("object_quat", "orientation of the puck, a unit quaternion with w first", (4,)),
        Field("object_start_pos", "where the puck was when the episode began", (3,), "m", observed=False),
        *base.PAD_FIELDS,
        tags=("hard",),
    )
    draws = 6 * CANDIDATES
    scene_file = "sawyer_push_v3.xml"
    sensors = (body_pos("object_pos", "obj"), geom_quat("object_quat", "objGeom"), *PAD_SENSORS)
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    achieved_goal = "object_pos"
    desired_goal = "goal_pos"
    success_radius = 0.05
    start_low = np.array([-0.1, 0.6, 0.02, -0.1, 0.8, 0.01])
    start_high = np.array([0.1, 0.7, 0.02, 0.1, 0.9, 0.02])

    @classmethod
    def start(cls, draws: np.ndarray) -> np.ndarray:
        """Puck and goal (n, 6) in m: the first candidate whose goal is far enough from the puck."""
        return first_admissible(
            cls.start_low, cls.start_high, draws, lambda start: apart(start, MIN_GOAL_DISTANCE), FALLBACK
        )

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the puck on the table at `start[:, :2]` m, at rest."""
        self.place_free(worlds, "obj", script.at_height(start[:, :3], REST_HEIGHT))

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The point on the table."""
        return script.at_height(start[:, 3:], REST_HEIGHT)

    def remembered(self, start: np.ndarray) -> dict[str, np.ndarray]:
        """Where the puck begins."""
        return {"object_start_pos": script.at_height(start[:, :3], REST_HEIGHT)}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the puck and the goal."""
        return np.linalg.norm(self.batch.sensor("object_pos") - self.goal_pos, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """Come down on the puck with open fingers, close them, and drag it to the goal."""
        tcp, puck = self.tcp_pos(), self.batch.sensor("object_pos")
        return script.grasp_and_carry(tcp, puck, self.fields()["gripper_openness"], self.goal_pos)
