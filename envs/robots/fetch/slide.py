"""Hit a puck so that it slides to a goal out of reach: FetchSlide (Plappert et al., 2018)."""

from __future__ import annotations

from ...registry import register
from .base import fetch_spec
from .object_task import OBJECT_FIELDS, FetchObjectTask


@register
class FetchSlide(FetchObjectTask):
    """A puck on a slippery table and a goal on the table; the fingers are locked shut.

    The recorded episode is a hit that also succeeds when each of its actions is disturbed by 1 %.
    """

    spec = fetch_spec(
        "fetch-slide",
        "Hit the puck so that it slides to less than 5 cm from the goal position, which may be out of reach.",
        *OBJECT_FIELDS,
        tags=("hard",),
    )
    # Only a fifth of the places are far enough from the gripper.
    candidates = 64
    draws = 2 * candidates + 2
    scene_file = "slide.xml"
    base_pos = (0.05, 0.48, 0.0)
    gripper_lift = -0.02
    object_pos = (1.7, 1.1, 0.41)
    object_range = 0.1
    goal_range = 0.3
    goal_ahead = 0.4
