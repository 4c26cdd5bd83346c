"""Gymnasium's Ant-v5: four legs of two hinges each (Schulman et al., 2016).

Forward is +x and left is +y. The legs are named by where they stand; the model's own names of the legs
differ from that.
"""

from __future__ import annotations

import numpy as np

from .floating import TORSO_POSITIONS, TORSO_VELOCITIES, FloatingTask, floating_fields
from .robot import Robot

HINGES = (
    *("front_left_hip", "front_left_ankle", "back_left_hip", "back_left_ankle"),
    *("back_right_hip", "back_right_ankle", "front_right_hip", "front_right_ankle"),
)
# The model lists the motors of the last leg first.
MOTORS = (*HINGES[-2:], *HINGES[:-2])
ROBOT = Robot(floating_fields, HINGES, MOTORS, step_seconds=0.05)
LOWEST_TORSO, HIGHEST_TORSO = 0.2, 1.0
# Two of the ankles turn the other way: positive angles of the first and the last leg bend it down.
DOWNWARDS = np.array([1.0, -1.0, -1.0, 1.0])
# Of the scripts: shares of a motor's largest torque per rad and per rad/s, and the rad that count at most, so
# that a far goal is approached gently; with more, the ant jumps.
STIFFNESS, DAMPING, FARTHEST = 3.0, 0.3, 0.1


def leg_angles(hip: float, ankle: float) -> np.ndarray:
    """(8,) rad of all hinges: every hip turned by `hip`, every lower leg bent down by `ankle`."""
    return np.stack([np.full(4, hip), ankle * DOWNWARDS], axis=1).reshape(8)


def standing_pose(pose: np.ndarray, height: float, ankle: float) -> np.ndarray:
    """(nq,) `pose` with the torso `height` m up and every lower leg bent down by `ankle` rad."""
    return np.concatenate([pose[:2], [height], pose[3:TORSO_POSITIONS], leg_angles(0.0, ankle)])


class Ant(FloatingTask):
    """B ants."""

    hinges = ROBOT.hinges
    draws = 15 + 2 * 14
    model_file = "ant.xml"
    substeps = 5
    position_noise = 0.1
    velocity_noise = 0.1
    normal_velocities = True

    def healthy(self) -> np.ndarray:
        """(B,) bool: torso between 0.2 and 1 m high."""
        return (self.torso_height >= LOWEST_TORSO) & (self.torso_height <= HIGHEST_TORSO)

    def towards(self, angles: np.ndarray) -> np.ndarray:
        """(B, 8) actions that bring the hinges to `angles` (8,) or (B, 8) rad, like damped springs."""
        away = np.clip(angles - self.batch.qpos[:, TORSO_POSITIONS:], -FARTHEST, FARTHEST)
        pulls = STIFFNESS * away - DAMPING * self.batch.qvel[:, TORSO_VELOCITIES:]
        return np.clip(np.roll(pulls, 2, axis=1), -1.0, 1.0)
