"""A whole house: find a thing, heat, cool or wash it, and put it where it is wanted.

The commands and the kinds of errand are those of ALFWorld (Shridhar et al., "ALFWorld: Aligning Text and
Embodied Environments for Interactive Learning", 2021), under rules of our own. Sub-goals are known to
rewards alone, so that a reward program can pay what HiPER (Peng et al. 2026) assigns credit to: the found,
the carried, the treated and the delivered thing.
"""

from __future__ import annotations

from ...registry import register
from .errand import Errand
from .house import House

DISH, FOOD, CUTLERY = ("hot", "cold", "clean"), ("hot", "cold", "clean"), ("clean",)
WHOLE_HOUSE = House(
    places=(
        "counter", "sink", "microwave", "fridge", "cupboard",
        "drawer", "table", "desk", "shelf", "sideboard", "armchair",
    ),
    things={
        "mug": DISH, "plate": DISH, "bowl": DISH, "apple": FOOD, "potato": FOOD, "tomato": FOOD,
        "egg": ("hot", "cold"), "bread": ("hot", "cold"), "spoon": CUTLERY, "knife": CUTLERY,
    },
)  # fmt: skip


@register
class Household(Errand, name="household", house=WHOLE_HOUSE, horizon=40):
    """Eleven places, ten things, three conditions: 192 errands."""
