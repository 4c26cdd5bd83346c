"""A trot that carries Gymnasium's ant in any direction without turning: four legs, two at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Directions in which the legs point from the torso, in the order of the joints: front left, front right,
# back left, back right in the model's words.
LEG_AZIMUTH = np.radians([45.0, 135.0, 225.0, 315.0])
# The knee's angle that sends the foot down is positive in two legs and negative in the others.
FOOT_DOWN = np.array([1.0, -1.0, -1.0, 1.0])
# Legs across from each other step together.
LEG_PHASE = np.array([0.0, np.pi, 0.0, np.pi])


class Gait(NamedTuple):
    """How to trot; every entry is a number, or (B, 1) to try many at once.

    Attributes:
        frequency: strides per second.
        hip_swing: how far the hips swing, in rad.
        knee_swing: how far the knees reach out and draw in, in rad.
        knee_lift: how far the knees lift the feet, in rad.
        knee_down: where the knees rest, in rad below the horizontal.
        lift_phase: how far the lift is ahead of the swing, in rad.
        stiffness: torque command for a joint's error, in 1/rad.
        damping: torque command for a joint's speed, in s/rad.
        straightening: hip swing for each rad that the torso has turned away.
    """

    frequency: float | np.ndarray
    hip_swing: float | np.ndarray
    knee_swing: float | np.ndarray
    knee_lift: float | np.ndarray
    knee_down: float | np.ndarray
    lift_phase: float | np.ndarray
    stiffness: float | np.ndarray
    damping: float | np.ndarray
    straightening: float | np.ndarray


def yaw_of(quat: np.ndarray) -> np.ndarray:
    """(B,) rad: how far orientations (B, 4), w first, are turned about the vertical.

    >>> yaw_of(np.array([[np.cos(0.3), 0.0, 0.0, np.sin(0.3)]])).round(6).tolist()
    [0.6]
    """
    w, x, y, z = quat.T
    return np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))


def trot(
    gait: Gait,
    time: np.ndarray,
    heading: np.ndarray,
    yaw: np.ndarray,
    angles: np.ndarray,
    velocities: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Torque commands (B, 4) in [-1, 1] of the hips and of the knees.

    Args:
        gait: how to trot.
        time: (B,) s, from which the phase follows.
        heading: (B,) rad, direction to go in the world.
        yaw: (B,) rad, how far the torso is turned.
        angles: (B, 4, 2) rad, hip and knee of each leg.
        velocities: (B, 4, 2) rad/s, their rates.
    """
    phase = 2 * np.pi * gait.frequency * time[:, None] + LEG_PHASE
    ahead = (heading - yaw)[:, None] - LEG_AZIMUTH
    stroke = np.sin(phase)
    hips = (gait.hip_swing * np.sin(ahead) - gait.straightening * np.sin(yaw)[:, None]) * stroke
    lift = gait.knee_lift * np.cos(phase + gait.lift_phase)
    knees = FOOT_DOWN * (gait.knee_down - lift - gait.knee_swing * np.cos(ahead) * stroke)
    wanted = np.stack([hips, knees], axis=-1)
    stiffness, damping = np.asarray(gait.stiffness)[..., None], np.asarray(gait.damping)[..., None]
    torques = np.clip(stiffness * (wanted - angles) - damping * velocities, -1.0, 1.0)
    return torques[..., 0], torques[..., 1]
