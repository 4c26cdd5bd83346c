"""Something to draw on: OpenGL off screen, with or without a display."""

from __future__ import annotations

import atexit
import os
from functools import cache
from importlib import import_module
from typing import Any
from weakref import WeakSet

import mujoco
import numpy as np

from ..errors import UserError


class Canvas:
    """Draws scenes of `model`, `width` x `height` pixels large, in the thread that made it.

    The variable ``MUJOCO_GL`` chooses the way as everywhere in MuJoCo: ``egl``, ``osmesa`` or ``glfw``. Where
    it is unset and there is no display, the way is EGL, which needs neither a display nor a graphics card.

    Raises:
        UserError: if OpenGL cannot be opened; says what to install.
    """

    def __init__(self, model: mujoco.MjModel, width: int, height: int) -> None:
        self.size = (width, height)
        self._gl: Any = None
        model.vis.global_.offwidth = width
        model.vis.global_.offheight = height
        way = chosen_way()
        try:
            gl = _open(way, width, height)
            self._context = mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_100)
        except _failures() as failure:
            raise UserError(
                f"pictures need OpenGL off screen, and {way} failed ({failure}): on Debian or Ubuntu run "
                "`apt-get install libegl1 libgl1 libgl1-mesa-dri`; without EGL, `apt-get install libosmesa6` "
                "and set MUJOCO_GL=osmesa"
            ) from failure
        self._gl = gl
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)
        _canvases.add(self)
        _close_all_at_exit()

    def draw(self, scene: mujoco.MjvScene) -> np.ndarray:
        """The scene as (height, width, 3) uint8."""
        width, height = self.size
        whole = mujoco.MjrRect(0, 0, width, height)
        pixels = np.empty((height, width, 3), np.uint8)
        self._gl.make_current()
        mujoco.mjr_render(whole, scene, self._context)
        mujoco.mjr_readPixels(pixels, None, whole, self._context)
        # OpenGL's first row is the lowest.
        return np.ascontiguousarray(pixels[::-1])

    def close(self) -> None:
        """Give the graphics memory back; nothing is drawn after this."""
        if self._gl is not None:
            self._gl.make_current()
            self._context.free()
            self._gl.free()
            self._gl = None

    def __del__(self) -> None:
        # Freed while another canvas is current, MuJoCo's context would delete that one's textures.
        self.close()


def chosen_way() -> str:
    """The OpenGL platform that ``MUJOCO_GL`` and the display ask for: ``egl``, ``osmesa`` or ``glfw``.

    Raises:
        UserError: if ``MUJOCO_GL`` switches pictures off.
    """
    asked = os.environ.get("MUJOCO_GL", "").lower().strip()
    if asked in ("egl", "osmesa"):
        return asked
    if asked in ("disable", "disabled", "off", "false", "0"):
        raise UserError(
            f"MUJOCO_GL={asked} switches pictures off: unset it, or set it to egl, osmesa or glfw"
        )
    # Every other value that MuJoCo accepts means GLFW.
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return "glfw" if asked or display else "egl"


def _open(way: str, width: int, height: int) -> Any:
    # Taken from MuJoCo's module by name, when it is needed: `mujoco.GLContext` is fixed when MuJoCo is first
    # imported, and where EGL is missing that import would fail for those who want no pictures.
    context_class = import_module(f"mujoco.{way}").GLContext
    # Where MuJoCo's constructor fails, its destructor looks for an attribute that was never set.
    gl = type(context_class.__name__, (context_class,), {"_context": None})(width, height)
    gl.make_current()
    return gl


def _failures() -> tuple[type[Exception], ...]:
    # Importing anything of OpenGL decides its platform, which `mujoco.egl` must do first.
    from OpenGL.error import Error  # type: ignore[import-untyped]

    return ImportError, AttributeError, OSError, RuntimeError, TypeError, mujoco.FatalError, Error


_canvases: WeakSet[Canvas] = WeakSet()


@cache
def _close_all_at_exit() -> None:
    # Registered after MuJoCo's own exit function, which ends OpenGL, and so called before it.
    atexit.register(_close_all)


def _close_all() -> None:
    for canvas in list(_canvases):
        canvas.close()
