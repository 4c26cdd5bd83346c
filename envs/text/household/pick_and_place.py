"""A small house: find a thing and put it where it is wanted, as it is."""

from __future__ import annotations

from ...registry import register
from .errand import Errand
from .house import House

SMALL_HOUSE = House(
    places=("counter", "cupboard", "table", "drawer", "shelf", "desk"),
    things=dict.fromkeys(("mug", "spoon", "candle", "book", "key"), ()),
)


@register
class PickAndPlace(Errand, name="household-easy", house=SMALL_HOUSE, horizon=20, level="easy"):
    """Six places, five things, nothing to be heated, cooled or washed."""
