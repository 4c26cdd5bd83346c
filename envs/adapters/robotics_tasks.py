"""The goal environments of Gymnasium-Robotics, as data: what they are called and what their numbers mean.

Sources: Plappert et al. (2018) for Fetch and the Shadow hand, Melnik et al. (2021) for its touch sensors, Fu
et al. (2020) for the mazes; thresholds are those of the installed environments. Variants with dense rewards
are the same environments, and aliases are left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..spec import Field

# A field and where in the official "observation" it stands; what the goals repeat is left out there.
Layout = tuple[tuple[Field, slice], ...]


class About(NamedTuple):
    """One official environment.

    Attributes:
        env_id: its official id.
        horizon: its official horizon in steps.
        goal: the goal in plain words, with the official threshold.
        action: what the action means.
        layout: the named parts of its observation.
        goal_shape: shape of the achieved and of the desired goal.
        unit: the goals' unit.
        success: the key of its info that says whether the goal is met.
        tags: words to select it by.
    """

    env_id: str
    horizon: int
    goal: str
    action: str
    layout: Layout
    goal_shape: tuple[int, ...]
    unit: str
    success: str
    tags: tuple[str, ...]


def _layout(*parts: tuple[str, str, int, str], start: int = 0) -> Layout:
    """Named parts, one after another: (name, meaning, size, unit); one without a name is skipped."""
    found = []
    for name, meaning, size, unit in parts:
        if name:
            found.append((Field(name, meaning, (size,), unit), slice(start, start + size)))
        start += size
    return tuple(found)


_FINGERS = ("fingers_pos", "how far each of the two fingers is out", 2, "m")
_GRIPPER_MOTION = (
    ("gripper_displacement", "what the gripper moves in one step at its present velocity", 3, "m"),
    ("fingers_displacement", "what each finger moves in one step at its present velocity", 2, "m"),
)
# Where the fingers are held shut, their position never changes.
_SHUT = ("", "", 2, "m")
_FETCH_REACH = _layout(("", "the gripper: the achieved goal", 3, "m"), _SHUT, *_GRIPPER_MOTION)


def _fetch_object(fingers: tuple[str, str, int, str]) -> Layout:
    return _layout(
        ("gripper_pos", "position of the gripper", 3, "m"),
        ("", "the object: the achieved goal", 3, "m"),
        ("object_from_gripper", "vector from the gripper to the object", 3, "m"),
        fingers,
        ("object_angles", "Euler angles of the object", 3, "rad"),
        ("object_displacement", "what the object moves in one step, seen from the gripper", 3, "m"),
        ("object_rotation", "what the object turns in one step", 3, "rad"),
        *_GRIPPER_MOTION,
    )


_HAND_JOINTS = (
    ("joint_angles", "angles of the hand's 24 joints", 24, "rad"),
    ("joint_velocities", "angular velocities of the hand's 24 joints", 24, "rad/s"),
)
_HAND_REACH = _layout(*_HAND_JOINTS)
_HAND_OBJECT = _layout(
    *_HAND_JOINTS,
    ("object_velocity", "the object's velocity in m/s, then its angular velocity in rad/s", 6, ""),
)
_TOUCH = _layout(("touch", "readings of the 92 touch sensors", 92, ""), start=61)
_POINT = _layout(
    ("", "the position: the achieved goal", 2, "m"), ("velocity", "velocity along x and y", 2, "m/s")
)
_ANT = _layout(
    ("torso_height", "height of the ant's torso", 1, "m"),
    ("torso_quat", "orientation of the torso, a unit quaternion with w first", 4, ""),
    ("joint_angles", "angles of the eight joints", 8, "rad"),
    ("torso_velocity", "velocity of the torso", 3, "m/s"),
    ("torso_angular_velocity", "angular velocity of the torso", 3, "rad/s"),
    ("joint_velocities", "angular velocities of the eight joints", 8, "rad/s"),
    ("contact_forces", "force and torque on each of 13 bodies, clipped to [-1, 1]", 78, ""),
)

_FETCH_ACTION = "moves the gripper along x, y and z and opens (+1) or closes (-1) its fingers"
_HAND_ACTION = "sets the angles that the hand's 20 motors strive for, from the lowest to the highest of each"
_POINT_ACTION = "pushes the ball along x and y"
_ANT_ACTION = "torques on the ant's eight joints"


def _fetch(name: str, goal: str) -> About:
    fingers = _FINGERS if name == "PickAndPlace" else _SHUT
    layout = _FETCH_REACH if name == "Reach" else _fetch_object(fingers)
    tags = ("manipulation",)
    return About(f"Fetch{name}-v4", 50, goal, _FETCH_ACTION, layout, (3,), "m", "is_success", tags)


def _manipulate(variant: str, thing: str, what: str, sensors: str) -> About:
    env_id = f"HandManipulate{variant}{f'_{sensors}TouchSensors' if sensors else ''}-v1"
    layout = _HAND_OBJECT + (_TOUCH if sensors else ())
    goal = f"With the fingers, turn {thing} until {what}."
    return About(env_id, 100, goal, _HAND_ACTION, layout, (7,), "", "is_success", ("dexterous",))


def _maze(robot: str, size: str, place: str, horizon: int) -> About:
    point = robot == "Point"
    return About(
        f"{robot}Maze_{size}-{'v3' if point else 'v5'}",
        horizon,
        f"Bring the {'ball' if point else 'ant'} to within 45 cm of the goal in {place}.",
        _POINT_ACTION if point else _ANT_ACTION,
        _POINT if point else _ANT,
        (2,),
        "m",
        "success",
        ("maze",),
    )


_WITHIN = "its orientation is within 0.1 rad of the goal's"
_WITHIN_BOTH = f"{_WITHIN} and its position within 1 cm"
_MANIPULATED = (
    ("BlockRotateZ", "the block about the vertical axis", _WITHIN),
    ("BlockRotateParallel", "the block, one of its faces up,", _WITHIN),
    ("BlockRotateXYZ", "the block about any axis", _WITHIN),
    ("Block", "and move the block", _WITHIN_BOTH),
    ("EggRotate", "the egg", _WITHIN),
    ("Egg", "and move the egg", _WITHIN_BOTH),
    ("PenRotate", "the pen", f"{_WITHIN}, turns about its own axis aside"),
    ("Pen", "and move the pen", f"{_WITHIN}, turns about its own axis aside, and its position within 5 cm"),
)
_MAZES = (
    ("Open", "an open field", 300, 700),
    ("UMaze", "a U-shaped maze", 300, 700),
    ("Medium", "a medium maze", 600, 1000),
    ("Large", "a large maze", 800, 1000),
)
_VARIED = (
    ("", ""),
    ("_Diverse_G", ", which stands in one of many places"),
    ("_Diverse_GR", ", as the start does"),
)


def _all() -> list[About]:
    found = [
        _fetch("Reach", "Bring the gripper to within 5 cm of the goal."),
        _fetch("Push", "Push the block to within 5 cm of the goal on the table."),
        _fetch("Slide", "Hit the puck so that it slides to within 5 cm of a goal beyond the robot's reach."),
        _fetch(
            "PickAndPlace", "Take the block and hold it within 5 cm of the goal, on the table or in the air."
        ),
        About(
            "HandReach-v3",
            50,
            "Bring the five finger tips to their goals, all together within 1 cm.",
            _HAND_ACTION,
            _HAND_REACH,
            (15,),
            "m",
            "is_success",
            ("dexterous",),
        ),
    ]
    for sensors in ("", "Boolean", "Continuous"):
        found += [_manipulate(*manipulated, sensors) for manipulated in _MANIPULATED]
    for size, place, point_horizon, ant_horizon in _MAZES:
        for suffix, where in _VARIED if size != "UMaze" else _VARIED[:1]:
            found.append(_maze("Point", size + suffix, place + where, point_horizon))
            found.append(_maze("Ant", size + suffix, place + where, ant_horizon))
    return found


def kebab(env_id: str) -> str:
    """The words of an official id without its version.

    >>> kebab("HandManipulateBlockRotateXYZ_BooleanTouchSensors-v1")
    'hand-manipulate-block-rotate-xyz-boolean-touch-sensors'
    """
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", env_id.rpartition("-")[0])
    return "-".join(word.lower() for word in words)


ABOUT = {kebab(about.env_id): about for about in _all()}
