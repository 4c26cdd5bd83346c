"""Draws worlds of a MuJoCo batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import mujoco
import numpy as np

from .canvas import Canvas
from .mujoco_batch import CONTROL, STATE, MujocoBatch
from .scene import visible_scene

MARKER_RGBA = np.array([0.9, 0.1, 0.8, 0.5], np.float32)
# Seen under this angle, in rad, from however far away.
MARKER_ANGLE = 0.022
MAX_SHAPES = 10_000
# Finer shadows double the time of a picture where no graphics card draws it.
SHADOW_PIXELS = 1024


class Camera(NamedTuple):
    """Where a picture is taken from.

    Attributes:
        lookat: point (3,) in m in the middle of the picture; with `follow`, relative to that body.
        distance: distance from it in m.
        azimuth: direction of view in degrees: 0 looks along +x, 90 along +y.
        elevation: angle of view in degrees: -90 looks straight down.
        follow: body with which the camera moves; empty for a camera that stands still.
    """

    lookat: tuple[float, float, float]
    distance: float
    azimuth: float
    elevation: float
    follow: str = ""


class Painter:
    """Draws pictures of one size of the worlds of `batch`.

    Args:
        batch: the worlds.
        width: pixels in a row.
        height: rows.
        camera: where to look from; None shows all of the scene.
        sites: whether the scene's sites are drawn.

    Raises:
        UserError: if OpenGL cannot be opened.
    """

    def __init__(
        self,
        batch: MujocoBatch,
        width: int,
        height: int,
        camera: Camera | None = None,
        sites: bool = False,
    ) -> None:
        self._batch = batch
        self._camera = camera
        self._model = visible_scene(batch.scene)
        self._model.vis.quality.shadowsize = SHADOW_PIXELS
        self._data = mujoco.MjData(self._model)
        self._options = mujoco.MjvOption()
        self._options.sitegroup[:] = sites
        self._scene = mujoco.MjvScene(self._model, MAX_SHAPES)
        self._scene.flags[mujoco.mjtRndFlag.mjRND_REFLECTION] = False
        self._canvas = Canvas(self._model, width, height)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a picture in pixels."""
        return self._canvas.size

    def picture(self, world: int, markers: Sequence[np.ndarray] = ()) -> np.ndarray:
        """World `world` as (height, width, 3) uint8, with a translucent ball at each (3,) m of `markers`."""
        mujoco.mj_setState(self._model, self._data, self._batch.state[world], STATE)
        mujoco.mj_setState(self._model, self._data, self._batch.control[world], CONTROL)
        mujoco.mj_fwdPosition(self._model, self._data)
        mujoco.mjv_updateScene(
            self._model,
            self._data,
            self._options,
            None,
            self._viewpoint(),
            mujoco.mjtCatBit.mjCAT_ALL,
            self._scene,
        )
        for marker in markers:
            self._mark(marker)
        return self._canvas.draw(self._scene)

    def close(self) -> None:
        """Give the graphics memory back; no pictures after this."""
        self._canvas.close()

    def _viewpoint(self) -> mujoco.MjvCamera:
        view = mujoco.MjvCamera()
        if self._camera is None:
            mujoco.mjv_defaultFreeCamera(self._model, view)
        else:
            view.type = mujoco.mjtCamera.mjCAMERA_FREE
            view.lookat[:] = self._camera.lookat
            if self._camera.follow:
                view.lookat[:] += self._data.body(self._camera.follow).xpos
            view.distance = self._camera.distance
            view.azimuth = self._camera.azimuth
            view.elevation = self._camera.elevation
        return view

    def _mark(self, pos: np.ndarray) -> None:
        radius = MARKER_ANGLE * float(np.linalg.norm(pos - self._scene.camera[0].pos))
        mujoco.mjv_initGeom(
            self._scene.geoms[self._scene.ngeom],
            mujoco.mjtGeom.mjGEOM_SPHERE,
            np.full(3, radius),
            np.asarray(pos, np.float64),
            np.eye(3).ravel(),
            MARKER_RGBA,
        )
        self._scene.ngeom += 1
