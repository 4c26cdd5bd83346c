"""What a world looks like in Gymnasium's render modes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .errors import UserError
from .task import Task

# Where a task has no time of its own, a person can read about this many states in a second.
_READABLE_FPS = 4


class Rendering(NamedTuple):
    """How the worlds of an environment are shown.

    Attributes:
        mode: ``ansi`` for text, ``rgb_array`` for pictures, None for nothing.
        width: width of a picture in pixels.
        height: height of a picture in pixels.
    """

    mode: str | None
    width: int
    height: int

    def checked(self, task: type[Task]) -> Rendering:
        """This, if `task` can be shown so.

        Raises:
            UserError: if it cannot.
        """
        modes = task.render_modes()
        if self.mode is not None and self.mode not in modes:
            raise UserError(
                f"the render modes of {task.spec.name} are {', '.join(modes)}, got render_mode={self.mode!r}"
            )
        if min(self.width, self.height) < 1:
            raise UserError(f"a picture has at least 1 x 1 pixels, got {self.width} x {self.height}")
        return self

    def frame(self, task: Task, world: int) -> str | np.ndarray | None:
        """World `world` of `task`: text, a picture (height, width, 3) uint8, or None."""
        if self.mode == "ansi":
            return task.render_text(world)
        if self.mode == "rgb_array":
            return task.render_rgb(world, self.width, self.height)
        return None


def render_metadata(task: type[Task]) -> dict[str, Any]:
    """The entries of Gymnasium's metadata that concern rendering; pictures come in real time."""
    seconds = task.spec.step_seconds
    return {
        "render_modes": list(task.render_modes()),
        "render_fps": round(1 / seconds) if seconds else _READABLE_FPS,
    }
