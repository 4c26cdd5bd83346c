"""The base of every task that MuJoCo simulates."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..task import Task
from .mujoco_batch import MujocoBatch
from .picture import Camera, Painter


class MujocoTask(Task):
    """A task whose worlds are those of a `MujocoBatch`, and can be drawn.

    Attributes:
        batch: the worlds; the task's constructor makes them.
        camera: where pictures are taken from; None shows all of the scene.
        sites_are_seen: whether pictures show the scene's sites. Most mark sensors, or goals that the scene's
            own package would move and we do not.
    """

    batch: MujocoBatch
    camera: ClassVar[Camera | None] = None
    sites_are_seen: ClassVar[bool] = False
    _painter: Painter | None = None

    def render_rgb(self, world: int, width: int = 480, height: int = 480) -> np.ndarray:
        """Picture (height, width, 3) uint8 of world `world`.

        Raises:
            UserError: if OpenGL cannot be opened; says what to install.
        """
        if self._painter is None or self._painter.size != (width, height):
            self.close()
            self._painter = Painter(self.batch, width, height, self.camera, self.sites_are_seen)
        return self._painter.picture(world, self.markers(world))

    def markers(self, world: int) -> list[np.ndarray]:
        """Points (3,) in m that a picture of world `world` marks: ``goal_pos``, if that is a field."""
        if all(field.name != "goal_pos" for field in self.spec.fields):
            return []
        goal = np.zeros(3)
        goal_pos = self.fields()["goal_pos"][world]
        goal[: len(goal_pos)] = goal_pos
        return [goal]

    def close(self) -> None:
        """Give the graphics memory back."""
        if self._painter is not None:
            self._painter.close()
            self._painter = None
