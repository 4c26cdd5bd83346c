"""Put a ball into a hoop: Meta-World's basketball (Yu et al., 2019)."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_pos, body_quat
from . import base
from .arm_scene import PAD_SENSORS
from .script import at_height, first_of, grasp_and_carry, off_axis

# The original keeps the ball's height in single precision.
BALL_HEIGHT = float(np.float32(0.03))
HOOP_OFFSET = np.array([0.0, -0.083, 0.25])
# The ball is to come to a point above the hoop, where an error of height counts twice.
TARGET_HEIGHT = 0.3
WEIGHTS = np.array([1.0, 1.0, 2.0])
# The script carries the ball at this height and keeps it this far from the hoop while it rises.
CARRYING_HEIGHT = 0.34
CLEARANCE = 0.13
# The fingers hold better when their tips are below the ball's centre.
GRASPED_AT = np.array([0.0, 0.0, -0.01])


@register
class Basketball(base.SawyerTask):
    """A ball on the table and a hoop on a post; the hand must lift the ball over the hoop."""

    spec = base.sawyer_spec(
        "basketball",
        "Lift the ball over the hoop: bring its centre to within 8 cm of the point 5 cm above goal_pos, the "
        "hoop's centre; distances along z count double.",
        Field("ball_pos", "centre of the ball", (3,), "m"),
        Field("ball_quat", "orientation of the ball, a unit quaternion with w first", (4,)),
        Field("ball_start_pos", "centre of the ball at the start", (3,), "m", observed=False),
        *base.PAD_FIELDS,
        tags=("hard",),
    )
    draws = 6
    scene_file = "sawyer_basketball.xml"
    sensors = (body_pos("ball_pos", "bsktball"), body_quat("ball_quat", "bsktball"), *PAD_SENSORS)
    movable = ("basket_goal",)
    # Single precision, as in the original: in double the hand would settle 24 nm away.
    hand_init_pos = np.array([0.0, 0.6, 0.2], np.float32)
    success_radius = 0.08
    # The ball, then the hoop's post. The original would draw again if they were within 15 cm; they never are.
    start_low = np.array([-0.1, 0.6, BALL_HEIGHT, -0.1, 0.85, 0.0])
    start_high = np.array([0.1, 0.7, BALL_HEIGHT, 0.1, 0.9 + 1e-7, 0.0])

    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the ball at `start[:, :3]` m, at rest, and the post at `start[:, 3:]` m."""
        self.place_free(worlds, "bsktball", start[:, :3])
        self.place_body(worlds, "basket_goal", start[:, 3:])

    def goal(self, start: np.ndarray) -> np.ndarray:
        """The hoop's centre."""
        return start[:, 3:] + HOOP_OFFSET

    def remembered(self, start: np.ndarray) -> dict[str, np.ndarray]:
        """Where the ball started."""
        return {"ball_start_pos": start[:, :3]}

    def distance_to_goal(self) -> np.ndarray:
        """(B,) weighted distance in m between the ball and the point above the hoop."""
        above_hoop = at_height(self.goal_pos, TARGET_HEIGHT)
        return np.linalg.norm((self.batch.sensor("ball_pos") - above_hoop) * WEIGHTS, axis=-1)

    def scripted_actions(self) -> np.ndarray:
        """(B, 4): grasp the ball, lift it before the hoop and carry it over."""
        ball = self.batch.sensor("ball_pos")
        over_hoop = at_height(self.goal_pos, CARRYING_HEIGHT)
        before_hoop = at_height(ball, CARRYING_HEIGHT)
        before_hoop[:, 1] = np.minimum(ball[:, 1], over_hoop[:, 1] - CLEARANCE)
        low = ball[:, 2] < TARGET_HEIGHT
        away = off_axis(ball, self.goal_pos, (0, 1)) > 0.5 * CLEARANCE
        carry_to = first_of([(low & away, before_hoop)], otherwise=over_hoop)
        openness = self.fields()["gripper_openness"]
        return grasp_and_carry(self.tcp_pos(), ball + GRASPED_AT, openness, carry_to + GRASPED_AT)
