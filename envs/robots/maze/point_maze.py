"""A ball in a maze: the PointMaze tasks of Gymnasium-Robotics (version 3 there)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...registry import register
from ...spec import ActionSpec, Field, TaskSpec
from ..picture import Camera
from ..scene import package_file
from . import base
from .layout import Layout

CELL = 1.0
MAX_SPEED = 5.0
STEP_SECONDS = 0.01

FIELDS = (
    Field("ball_pos", "position of the ball, as seen from above", (2,), "m"),
    Field("ball_vel", "velocity of the ball", (2,), "m/s"),
)
ACTION = ActionSpec(
    kind="box",
    size=2,
    meaning="pushes the ball with up to 100 N along each axis",
    labels=("push along x", "push along y"),
)


def _spec(name: str, layout: Layout, horizon: int, level: str) -> TaskSpec:
    return base.maze_spec(name, layout, "ball", FIELDS, ACTION, horizon, STEP_SECONDS, (level,))


class PointMaze(base.MazeTask):
    """A ball that slides without gravity and is slowed down to 5 m/s along each axis before each step."""

    wall_height = 0.4
    substeps = 1

    @staticmethod
    def robot_file() -> Path:
        """The ball."""
        return package_file("gymnasium_robotics", "envs", "assets", "point", "point.xml")

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 10 ms; `actions` is (B, 2)."""
        np.clip(self.batch.qvel, -MAX_SPEED, MAX_SPEED, out=self.batch.qvel)
        self.batch.ctrl[:] = np.clip(actions, -1.0, 1.0)
        self.batch.step(self.substeps)

    def robot_fields(self) -> dict[str, np.ndarray]:
        """The ball."""
        return {"ball_pos": self.batch.qpos.copy(), "ball_vel": self.batch.qvel.copy()}

    def scripted_actions(self) -> np.ndarray:
        """(B, 2): head for the next cell, the slower the nearer it is."""
        wanted_velocity = 4.0 * (self.waypoint() - self.position)
        return np.clip(wanted_velocity - self.batch.qvel, -1.0, 1.0)


@register
class PointMazeU(PointMaze):
    """A corridor with one bend of 180 degrees."""

    layout = Layout(base.U_MAZE, CELL)
    spec = _spec("point-maze-u", layout, 300, "easy")
    camera = Camera((0.0, 0.0, 0.0), 8.8, 90.0, -70.0)


@register
class PointMazeMedium(PointMaze):
    """Eight by eight cells."""

    layout = Layout(base.MEDIUM_MAZE, CELL)
    spec = _spec("point-maze-medium", layout, 600, "easy")
    camera = Camera((0.0, 0.0, 0.0), 12.5, 90.0, -70.0)


@register
class PointMazeLarge(PointMaze):
    """Nine by twelve cells."""

    layout = Layout(base.LARGE_MAZE, CELL)
    spec = _spec("point-maze-large", layout, 800, "easy")
    camera = Camera((0.0, 0.0, 0.0), 14.0, 90.0, -70.0)
