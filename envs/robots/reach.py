"""Bring the finger tips to a point in the air: Meta-World's reach (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ..registry import register
from ..spec import Field
from . import sawyer
from .scene import body_pos, geom_quat

MIN_GOAL_DISTANCE = 0.15
# Meta-World draws again while the goal stands within 15 cm of the cylinder, seen from above: 1 start in 14.
# Six candidates leave one start in ten million without an admissible one.
CANDIDATES = 6


@register
class Reach(sawyer.SawyerTask):
    """A goal in the air; the cylinder on the table only stands in the way."""

    spec = sawyer.sawyer_spec(
        "reach",
        "Bring the centre between the finger tips to within 5 cm of the goal position.",
        Field("object_pos", "position of a cylinder on the table, which plays no part", (3,), "m"),
        Field("object_quat", "orientation of the cylinder, a unit quaternion with w first", (4,)),
    )
    draws = 6 * CANDIDATES
    scene_file = "sawyer_reach_v3.xml"
    sensors = (body_pos("object_pos", "obj"), geom_quat("object_quat", "objGeom"))
    hand_init_pos = np.array([0.0, 0.6, 0.2])
    success_radius = 0.05
    start_low = np.array([-0.1, 0.6, 0.02, -0.1, 0.8, 0.05])
    start_high = np.array([0.1, 0.7, 0.02, 0.1, 0.9, 0.3])

    @classmethod
    def start(cls, draws: np.ndarray) -> np.ndarray:
        """Object and goal (n, 6) in m: the first candidate whose goal is far enough from the object."""
        candidates = cls.start_low + (cls.start_high - cls.start_low) * draws.reshape(-1, CANDIDATES, 6)
        apart = np.linalg.norm(candidates[..., :2] - candidates[..., 3:5], axis=-1)
        chosen = np.argmax(apart >= MIN_GOAL_DISTANCE, axis=1)
        start = candidates[np.arange(len(candidates)), chosen]
        # Where no candidate is admissible, the object goes to the near edge, which every goal is 20 cm from.
        start[np.all(apart < MIN_GOAL_DISTANCE, axis=1), 1] = cls.start_low[1]
        return start

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the cylinder at `start[:, :3]` m, at rest."""
        joint = self.batch.model.joint("objjoint")
        first_pos, first_vel = joint.qposadr[0], joint.dofadr[0]
        self.batch.qpos[worlds, first_pos : first_pos + 3] = start[:, :3]
        self.batch.qvel[worlds, first_vel : first_vel + 6] = 0.0

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The point to reach."""
        return start[:, 3:]

    def own_fields(self) -> dict[str, np.ndarray]:
        """The cylinder."""
        return {
            "object_pos": self.batch.sensor("object_pos"),
            "object_quat": self.batch.sensor("object_quat"),
        }

    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m between the centre of the finger tips and the goal."""
        return np.linalg.norm(self.tcp_pos() - self.goal_pos, axis=-1)
