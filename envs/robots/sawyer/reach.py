"""Bring the finger tips to a point in the air: Meta-World's reach (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..rejection import apart, first_admissible
from ..scene import body_pos, geom_quat
from . import base, script

MIN_GOAL_DISTANCE = 0.15
# Meta-World draws again while the goal stands within 15 cm of the cylinder, seen from above: 1 start in 14.
# Six candidates leave one start in ten million without an admissible one.
CANDIDATES = 6
FALLBACK = np.array([0.0, 0.6, 0.02, 0.0, 0.85, 0.175])


@register
class Reach(base.SawyerTask):
    """A goal in the air; the cylinder on the table only stands in the way."""

    spec = base.sawyer_spec(
        "reach",
        "Bring the centre between the finger tips to within 5 cm of the goal position.",
        Field("object_pos", "position of a cylinder on the table, which plays no part", (3,), "m"),
        Field("object_quat", "orientation of the cylinder, a unit quaternion with w first", (4,)),
        tags=("easy",),
    )
    draws = 6 * CANDIDATES
    scene_file = "sawyer_reach_v3.xml"
    sensors = (body_pos("object_pos", "obj"), geom_quat("object_quat", "objGeom"))
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    success_radius = 0.05
    start_low = np.array([-0.1, 0.6, 0.02, -0.1, 0.8, 0.05])
    start_high = np.array([0.1, 0.7, 0.02, 0.1, 0.9, 0.3])
    achieved_goal = "tcp_pos"
    desired_goal = "goal_pos"

    @classmethod
    def start(cls, draws: np.ndarray) -> np.ndarray:
        """Object and goal (n, 6) in m: the first candidate whose goal is far enough from the object."""
        return first_admissible(
            cls.start_low, cls.start_high, draws, lambda start: apart(start, MIN_GOAL_DISTANCE), FALLBACK
        )

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the cylinder at `start[:, :3]` m, at rest."""
        self.place_free(worlds, "obj", start[:, :3])

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The point to reach."""
        return start[:, 3:]

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the centre of the finger tips and the goal."""
        return np.linalg.norm(self.tcp_pos() - self.goal_pos, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """Go straight to the goal."""
        return script.move(self.tcp_pos(), self.goal_pos)
