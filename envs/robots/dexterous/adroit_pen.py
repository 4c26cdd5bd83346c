"""Turn a pen in the fingers: AdroitHandPen of Gymnasium-Robotics."""

from __future__ import annotations

import numpy as np

from ...registry import register
from ...spec import Field
from ..scene import body_pos, mocap_index, site_pos
from . import adroit
from .rotations import euler_to_quat

PEN_LENGTH = 0.13
WANTED_POS = np.array([0.0, -0.2, 0.25])
MAX_OFFSET = 0.075
MIN_ALIGNMENT = 0.95


@register
class AdroitPen(adroit.AdroitTask):
    """A pen on an upturned hand, whose wrist stands still."""

    spec = adroit.adroit_spec(
        "adroit-pen",
        f"Turn the pen in the hand until the cosine between its direction and the wanted one is above "
        f"{MIN_ALIGNMENT}, with the pen within {100 * MAX_OFFSET:g} cm of its place above the palm.",
        (),
        Field("pen_pos", "position of the pen's middle", (3,), "m"),
        Field("pen_vel", "velocity of the pen", (3,), "m/s"),
        Field("pen_angular_vel", "rates of the pen's turns about its three hinges", (3,), "rad/s"),
        Field("pen_direction", "direction in which the pen points, a unit vector", (3,)),
        Field("wanted_direction", "direction in which it shall point, a unit vector", (3,)),
        Field("pen_offset", "the pen's middle as seen from its place above the palm", (3,), "m"),
        level="easy",
        metric="cosine between the pen's direction and the wanted one, less the pen's offset in m",
    )
    draws = 2
    scene_file = "adroit_pen.xml"
    sensors = (
        body_pos("pen_pos", "Object"),
        site_pos("pen_top", "object_top"),
        site_pos("pen_bottom", "object_bottom"),
        site_pos("wanted_top", "target_top"),
        site_pos("wanted_bottom", "target_bottom"),
    )
    movable = ("target",)

    def place(self, worlds: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
        """Turn the pen that shows the wanted direction."""
        angles = np.zeros((len(worlds), 3))
        angles[:, :2] = 2.0 * draws - 1.0
        self.batch.mocap_quat[worlds, mocap_index(self.batch.model, "target")] = euler_to_quat(angles)
        return {}

    def own_fields(self) -> dict[str, np.ndarray]:
        """The pen and where it shall be."""
        return {
            "pen_vel": self.batch.qvel[:, -6:-3].copy(),
            "pen_angular_vel": self.batch.qvel[:, -3:].copy(),
            "pen_direction": self._pen_direction(),
            "wanted_direction": self._wanted_direction(),
            "pen_offset": self._pen_offset(),
        }

    def success(self) -> np.ndarray:
        """(B,) bool: whether the pen is in its place and points the wanted way."""
        in_place = np.linalg.norm(self._pen_offset(), axis=-1) < MAX_OFFSET
        return in_place & (self._alignment() > MIN_ALIGNMENT)

    def metric(self) -> np.ndarray:
        """(B,) cosine between the directions, less the offset."""
        return self._alignment() - np.linalg.norm(self._pen_offset(), axis=-1)

    def _alignment(self) -> np.ndarray:
        return np.einsum("ij,ij->i", self._pen_direction(), self._wanted_direction())

    def _pen_direction(self) -> np.ndarray:
        return (self.batch.sensor("pen_top") - self.batch.sensor("pen_bottom")) / PEN_LENGTH

    def _wanted_direction(self) -> np.ndarray:
        return (self.batch.sensor("wanted_top") - self.batch.sensor("wanted_bottom")) / PEN_LENGTH

    def _pen_offset(self) -> np.ndarray:
        return self.batch.sensor("pen_pos") - WANTED_POS
