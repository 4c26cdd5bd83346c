"""A four-legged robot in a maze: the AntMaze tasks of Gymnasium-Robotics (version 5 there).

The official observation holds contact forces too; these tasks leave them out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..picture import Camera
from ..scene import package_file
from . import base
from .ant_gait import Gait, trot, yaw_of
from .layout import Layout

CELL = 4.0
STEP_SECONDS = 0.05
LEGS = "hip and knee of the front left, front right, back left and back right leg"
# Gymnasium's motors begin with the back right leg: this is the leg that each pair of them moves.
MOTOR_LEGS = np.array([3, 0, 1, 2])

FIELDS = (
    Field("torso_pos", "position of the torso", (3,), "m"),
    Field("torso_quat", "orientation of the torso, a unit quaternion with w first", (4,)),
    Field("joint_angles", f"angles of {LEGS}", (8,), "rad"),
    Field("torso_vel", "velocity of the torso", (3,), "m/s"),
    Field("torso_angular_vel", "angular velocity of the torso about its own axes", (3,), "rad/s"),
    Field("joint_velocities", f"angular velocities of {LEGS}", (8,), "rad/s"),
)
ACTION = ActionSpec(
    kind="box",
    size=8,
    meaning="turns hips and knees with up to 150 N m",
    labels=tuple(
        f"{leg} {joint}"
        for leg in ("back right", "front left", "front right", "back left")
        for joint in ("hip", "knee")
    ),
)
# Found by the cross-entropy method for speed between random places of the U maze.
GAIT = Gait(2.0, 0.75, 0.45, 0.23, 0.89, -0.87, 0.74, 0.09, 0.32)


def _spec(name: str, layout: Layout, horizon: int) -> TaskSpec:
    return base.maze_spec(name, layout, "ant", FIELDS, ACTION, horizon, STEP_SECONDS, ("locomotion", "hard"))


class AntMaze(base.MazeTask):
    """Gymnasium's ant between walls 2 m high."""

    wall_height = 2.0
    substeps = 5

    @staticmethod
    def robot_file() -> Path:
        """The ant."""
        return package_file("gymnasium", "envs", "mujoco", "assets", "ant.xml")

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 50 ms; `actions` is (B, 8)."""
        self.batch.ctrl[:] = actions
        self.batch.step(self.substeps)

    def robot_fields(self) -> dict[str, np.ndarray]:
        """The ant."""
        qpos, qvel = self.batch.qpos.copy(), self.batch.qvel.copy()
        return {
            "torso_pos": qpos[:, :3],
            "torso_quat": qpos[:, 3:7],
            "joint_angles": qpos[:, 7:],
            "torso_vel": qvel[:, :3],
            "torso_angular_vel": qvel[:, 3:6],
            "joint_velocities": qvel[:, 6:],
        }

    def scripted_actions(self) -> np.ndarray:
        """(B, 8): trot towards the next cell."""
        return self.trotting(GAIT)

    def trotting(self, gait: Gait) -> np.ndarray:
        """(B, 8): trot towards the next cell as `gait` says."""
        to_waypoint = self.waypoint() - self.position
        torques = trot(
            gait,
            self.batch.state[:, 0],
            np.arctan2(to_waypoint[:, 1], to_waypoint[:, 0]),
            yaw_of(self.batch.qpos[:, 3:7]),
            self.batch.qpos[:, 7:].reshape(-1, 4, 2),
            self.batch.qvel[:, 6:].reshape(-1, 4, 2),
        )
        return np.stack(torques, axis=-1)[:, MOTOR_LEGS].reshape(-1, 8)


@register
class AntMazeU(AntMaze):
    """A corridor with one bend of 180 degrees."""

    layout = Layout(base.U_MAZE, CELL)
    spec = _spec("ant-maze-u", layout, 700)
    camera = Camera((0.0, 0.0, 0.0), 35.0, 90.0, -70.0)


@register
class AntMazeMedium(AntMaze):
    """Eight by eight cells."""

    layout = Layout(base.MEDIUM_MAZE, CELL)
    spec = _spec("ant-maze-medium", layout, 1000)
    camera = Camera((0.0, 0.0, 0.0), 50.0, 90.0, -70.0)


@register
class AntMazeLarge(AntMaze):
    """Nine by twelve cells."""

    layout = Layout(base.LARGE_MAZE, CELL)
    spec = _spec("ant-maze-large", layout, 1000)
    camera = Camera((0.0, 0.0, 0.0), 56.0, 90.0, -70.0)
