"""Movements from which the tasks' scripts are made: all worlds at once, from their current state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Actions per metre: the hand trails the mocap body by some steps, so that a firmer pull overshoots.
GAIN = 10.0
OPEN, CLOSE = -1.0, 1.0


def move(hand_pos: np.ndarray, point: np.ndarray, gripper: np.ndarray | float = OPEN) -> np.ndarray:
    """(B, 4) actions that bring the hand to a point: at full speed from afar, gently at the end.

    A hand that is held back pushes ever harder, since the body that draws it moves on.

    Args:
        hand_pos: (B, 3) m, where the hand is.
        point: (B, 3) m, where it is to go.
        gripper: gripper effort, one or (B,), from -1 (open) to 1 (close).
    """
    actions = np.empty((len(hand_pos), 4))
    actions[:, :3] = np.clip(GAIN * (point - hand_pos), -1.0, 1.0)
    actions[:, 3] = gripper
    return actions


def first_of(steps: Sequence[tuple[np.ndarray, np.ndarray]], otherwise: np.ndarray) -> np.ndarray:
    """In each world the point (3,) of the first step whose condition holds there.

    Args:
        steps: pairs of a condition (B,) bool and points (B, 3).
        otherwise: (B, 3) points of the worlds in which no condition holds.
    """
    conditions = [np.broadcast_to(condition[:, None], otherwise.shape) for condition, _ in steps]
    return np.select(conditions, [point for _, point in steps], otherwise)


def from_above(
    hand_pos: np.ndarray, point: np.ndarray, height: float, radius: float = 0.02, depth: float = 0.02
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Two steps for `first_of`: fly over the point, then come down on it.

    Args:
        hand_pos: (B, 3) m, where the hand is.
        point: (B, 3) m, where it is to come down.
        height: metres above the point at which it flies.
        radius: metres beside the point, seen from above, from which it comes down.
        depth: metres of height that may be left at the end.
    """
    beside = off_axis(hand_pos, point, (0, 1)) > radius
    above = off_axis(hand_pos, point, (2,)) > depth
    return [(beside, point + np.array([0.0, 0.0, height])), (above, point)]


def grasp_and_carry(
    tcp: np.ndarray,
    thing: np.ndarray,
    openness: np.ndarray,
    goal: np.ndarray,
    height: float = 0.1,
    closed: float = 0.75,
) -> np.ndarray:
    """(B, 4) actions that grasp a thing that is narrower than the open gripper and bring it to a goal.

    Args:
        tcp: (B, 3) m, centre between the finger tips.
        thing: (B, 3) m, where the thing is.
        openness: (B,) distance between the fingers, 0 closed, 1 wide open.
        goal: (B, 3) m, where the thing is to be.
        height: metres above the thing at which the hand comes.
        closed: openness below which the fingers hold it; a thin thing needs less.
    """
    approach = from_above(tcp, thing, height, radius=0.02, depth=0.015)
    around = ~(approach[0][0] | approach[1][0])
    held = around & (openness < closed)
    point = first_of([*approach, (~held, thing)], tcp + goal - thing)
    return move(tcp, point, np.where(around, CLOSE, OPEN))


def push_along(
    tcp: np.ndarray,
    thing: np.ndarray,
    direction: np.ndarray,
    gap: float = 0.06,
    height: float = 0.1,
    lead: float = 0.02,
    gripper: float = CLOSE,
) -> np.ndarray:
    """(B, 4) actions that bring the finger tips to the near side of a thing, from above, and push it.

    Args:
        tcp: (B, 3) m, centre between the finger tips.
        thing: (B, 3) m, the point to push.
        direction: (3,) or (B, 3), unit vector along which to push.
        gap: metres before the thing at which the finger tips come down.
        height: metres above that place at which they fly.
        lead: metres by which they may be ahead of the thing while they push it.
        gripper: gripper effort.
    """
    direction = np.broadcast_to(direction, tcp.shape)
    ahead = np.einsum("ij,ij->i", tcp - thing, direction)
    beside = np.linalg.norm(tcp - thing - ahead[:, None] * direction, axis=-1)
    in_line = (ahead < lead) & (beside < 0.03)
    before = thing - gap * direction
    steps = [(in_line, thing + 0.1 * direction), *from_above(tcp, before, height)]
    return move(tcp, first_of(steps, before), gripper)


def off_axis(here: np.ndarray, there: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """(B,) distance in m between two points (B, 3) along `axes` alone."""
    return np.linalg.norm((here - there)[:, list(axes)], axis=-1)


def at_height(points: np.ndarray, height: np.ndarray | float) -> np.ndarray:
    """The points (B, 3), raised or lowered to `height` in m: one, or (B,)."""
    raised = points.copy()
    raised[:, 2] = height
    return raised
