"""An errand's declaration: what the agent sees of a house, and what rewards see besides."""

from __future__ import annotations

from ...spec import ActionSpec, Field, TaskSpec
from ..fields import ILLEGAL_ACTIONS, category, flag
from .house import DOORS, TREATMENTS, House

PAPERS = (
    "Shridhar et al. 2021, ALFWorld: Aligning Text and Embodied Environments for Interactive Learning",
    "Peng et al. 2026, HiPER: Hierarchical Reinforcement Learning with Explicit Credit Assignment for Large "
    "Language Model Agents",
)


def declare(name: str, house: House, horizon: int, level: str) -> TaskSpec:
    """The spec of errands in `house`; those without conditions have no fields that speak of them.

    Args:
        name: the task's name.
        house: where it takes place.
        horizon: steps after which an episode is truncated.
        level: ``easy`` or ``hard``.
    """
    return TaskSpec(
        name=name,
        goal=_goal(house),
        fields=_fields(house),
        action=ActionSpec(
            "discrete", len(house.actions), "the next command", labels=house.actions, masked=True
        ),
        horizon=horizon,
        tags=("text", "household", level),
        metric="share of sub-goals met: found, carried or delivered"
        + (", treated" if house.conditions else "")
        + ", delivered",
        ends_on_success=True,
        papers=PAPERS,
    )


def _goal(house: House) -> str:
    closed = ", ".join(place for place in house.places if place in DOORS)
    text = (
        "Bring the wanted thing to the wanted place. It lies somewhere else in the house: go from place to "
        f"place, look inside those with a door ({closed}) by opening them, take it, carry it over and put it "
        "down there. One hand carries one thing, and a closed place must be opened before taking or putting."
    )
    if not house.conditions:
        return text
    verbs = ", ".join(
        f"{TREATMENTS[name][0]} at the {TREATMENTS[name][1]} to make it {name}" for name in house.conditions
    )
    return (
        f"{text} It must arrive in the wanted condition: with the thing in hand, {verbs}; no door need be "
        "open for that. Heating ends cold, and cooling ends hot."
    )


def _fields(house: House) -> tuple[Field, ...]:
    conditions = house.conditions
    wanted = (category("wanted_condition", "condition that it must be in", conditions),) if conditions else ()
    held = (
        (flag("held_condition", f"whether what is held is {', '.join(conditions)}", (len(conditions),)),)
        if conditions
        else ()
    )
    treated = (
        (flag("treated", "whether the wanted thing is in the wanted condition", observed=False),)
        if conditions
        else ()
    )
    return (
        category("wanted_thing", "thing to bring", tuple(house.things)),
        *wanted,
        category("wanted_place", "place to bring it to", house.places),
        category("here", "where the agent stands", (*house.places, "doorway")),
        category("door", "the door of the place where the agent stands", ("none", "closed", "open")),
        flag("in_sight", f"which of {', '.join(house.things)} lie in sight, here", (len(house.things),)),
        category("held", "thing in the agent's hand", (*house.things, "nothing")),
        *held,
        category(
            "wanted_thing_seen",
            "where the wanted thing was seen last, which is where it still is",
            (*house.places, "hand", "nowhere"),
        ),
        flag(
            "searched", f"whether the inside of {', '.join(house.places)} has been seen", (len(house.places),)
        ),
        flag("found", "whether the wanted thing has been seen", observed=False),
        flag("in_hand", "whether the wanted thing is in the agent's hand", observed=False),
        *treated,
        flag(
            "at_wanted_place",
            "whether the wanted thing lies in the wanted place, in whatever condition",
            observed=False,
        ),
        ILLEGAL_ACTIONS,
    )
