"""The Shadow hand with an object on its palm (Plappert et al., arXiv 1802.09464), as in Gymnasium-Robotics.

A step is 20 substeps of 2 ms. Where the object lies does not matter, only how it is turned.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from typing import ClassVar

import mujoco
import numpy as np

from ...spec import ActionSpec, Field, TaskSpec
from ..mujoco_batch import MujocoBatch
from ..mujoco_task import MujocoTask
from ..picture import Camera
from ..scene import compile_scene, mocap_index, package_file
from .rotations import about_axis, product

SUBSTEPS = 20
STEP_SECONDS = 0.04
HORIZON = 100
SETTLING_STEPS = 10
SUCCESS_ANGLE = 0.1
# An angle and three numbers for an axis.
DRAWS_OF_A_TURN = 4
# From which three normal ones are made.
DRAWS_OF_A_SHIFT = 4
POSITION_NOISE = 0.005
# In pictures the object as it shall be turned hovers beside the hand.
SHOWN_BESIDE = np.array([0.15, 0.0, 0.0])
HAND_JOINTS = 24

HAND_LABELS = (
    "wrist sideways",
    "wrist bend",
    *(
        f"{finger} finger {joint}"
        for finger in ("first", "middle", "ring")
        for joint in ("spread", "knuckle", "middle and end joint")
    ),
    *(f"little finger {joint}" for joint in ("palm arch", "spread", "knuckle", "middle and end joint")),
    *(f"thumb {joint}" for joint in ("turn", "base bend", "hub sideways", "middle joint", "end joint")),
)


def shadow_spec(name: str, goal: str, thing: str) -> TaskSpec:
    """The spec of a task for the Shadow hand: all share the fields, the action and the horizon.

    Args:
        name: the task's name.
        goal: the goal in plain words.
        thing: what lies on the palm.
    """
    joints = "wrist, first, middle, ring and little finger and thumb"
    return TaskSpec(
        name=name,
        goal=goal,
        fields=(
            Field("joint_angles", f"angles of {joints}", (HAND_JOINTS,), "rad"),
            Field("joint_velocities", f"angular velocities of {joints}", (HAND_JOINTS,), "rad/s"),
            Field("object_vel", f"velocity of the {thing}", (3,), "m/s"),
            Field("object_angular_vel", f"angular velocity of the {thing} about its own axes", (3,), "rad/s"),
            Field("object_pos", f"position of the {thing}", (3,), "m"),
            Field("object_quat", f"orientation of the {thing}, a unit quaternion with w first", (4,)),
            Field("goal_quat", f"how the {thing} shall be turned, a unit quaternion with w first", (4,)),
            Field(
                "angle_to_goal",
                f"angle by which the {thing} has still to be turned; a quaternion and its negative count as "
                "a full turn apart",
                unit="rad",
                low=0.0,
                high=2 * np.pi + 1e-6,
                observed=False,
            ),
        ),
        action=ActionSpec(
            kind="box",
            size=len(HAND_LABELS),
            meaning="where each joint shall go: -1 and +1 are the ends of its range",
            labels=HAND_LABELS,
        ),
        horizon=HORIZON,
        tags=("dexterous", "manipulation", "robot", "hard"),
        metric="angle in rad by which the object has still to be turned, negated",
        step_seconds=STEP_SECONDS,
    )


class ShadowTask(MujocoTask):
    """B worlds of the Shadow hand with an object.

    Attributes:
        scene_file: file in Gymnasium-Robotics' ``assets/hand``.
        turned_at_start: whether the object starts turned at random.
    """

    draws = 2 * DRAWS_OF_A_TURN + DRAWS_OF_A_SHIFT
    camera = Camera(lookat=(1.05, 0.9, 0.17), distance=0.65, azimuth=55.0, elevation=-25.0)
    scene_file: ClassVar[str]
    turned_at_start: ClassVar[bool]

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        model = shadow_scene(self.scene_file)
        self.batch = MujocoBatch(model, num_worlds, threads)
        low, high = model.actuator_ctrlrange.T
        self._middle, self._half_range = (low + high) / 2, (high - low) / 2
        self._rest, self._rest_control = self.batch.state[0].copy(), self.batch.control[0].copy()
        self._rest_control[: model.nu] = self._middle
        self._goal_quat = np.zeros((num_worlds, 4))
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, 12).

        The object is let fall on the palm. Gymnasium-Robotics does so again should it roll off, which we have
        not seen happen.
        """
        goal, turn, shift = np.split(draws, [DRAWS_OF_A_TURN, 2 * DRAWS_OF_A_TURN], axis=1)
        self.batch.set_rows(worlds, self._rest, self._rest_control)
        self.batch.qpos[worlds, HAND_JOINTS : HAND_JOINTS + 3] += POSITION_NOISE * _normal(shift)
        if self.turned_at_start:
            turned = product(self._object_quat[worlds], _random_turns(turn))
            self.batch.qpos[worlds, HAND_JOINTS + 3 :] = turned
        self.batch.advance(worlds, SETTLING_STEPS * SUBSTEPS)
        self._set_goal(worlds, _random_turns(goal))

    def _set_goal(self, worlds: np.ndarray, goal_quat: np.ndarray) -> None:
        # A fresh array, since the old one may be in use as a field of the last state.
        self._goal_quat = self._goal_quat.copy()
        self._goal_quat[worlds] = goal_quat
        target = mocap_index(self.batch.model, "target")
        self.batch.mocap_pos[worlds, target] = self._object_pos[worlds] + SHOWN_BESIDE
        self.batch.mocap_quat[worlds, target] = goal_quat

    @property
    def _object_pos(self) -> np.ndarray:
        return self.batch.qpos[:, HAND_JOINTS : HAND_JOINTS + 3]

    @property
    def _object_quat(self) -> np.ndarray:
        return self.batch.qpos[:, HAND_JOINTS + 3 :]

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 40 ms; `actions` is (B, 20)."""
        self.batch.ctrl[:] = self._middle + np.clip(actions, -1.0, 1.0) * self._half_range
        self.batch.step(SUBSTEPS)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        velocities = self.batch.qvel.copy()
        return {
            "joint_angles": self.batch.qpos[:, :HAND_JOINTS].copy(),
            "joint_velocities": velocities[:, :HAND_JOINTS],
            "object_vel": velocities[:, HAND_JOINTS : HAND_JOINTS + 3],
            "object_angular_vel": velocities[:, HAND_JOINTS + 3 :],
            "object_pos": self._object_pos.copy(),
            "object_quat": self._object_quat.copy(),
            "goal_quat": self._goal_quat,
            "angle_to_goal": self.angle_to_goal(self._object_quat, self._goal_quat),
        }

    @staticmethod
    @abstractmethod
    def angle_to_goal(object_quat: np.ndarray, goal_quat: np.ndarray) -> np.ndarray:
        """(n,) rad in [0, 2 pi] between orientations (n, 4), as the official environment counts it."""

    def success(self) -> np.ndarray:
        """(B,) bool: whether the object is turned as it shall be."""
        return self.angle_to_goal(self._object_quat, self._goal_quat) < SUCCESS_ANGLE

    def metric(self) -> np.ndarray:
        """(B,) angle still to be turned, negated."""
        return -self.angle_to_goal(self._object_quat, self._goal_quat)

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds."""
        return {**self.batch.snapshot(), "goal_quat": self._goal_quat.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.batch.restore(state)
        self._goal_quat = state["goal_quat"].copy()


@cache
def shadow_scene(scene_file: str) -> mujoco.MjModel:
    """The compiled scene, in which the shown goal neither falls nor counts among the joints."""
    spec = mujoco.MjSpec.from_file(
        str(package_file("gymnasium_robotics", "envs", "assets", "hand", scene_file))
    )
    spec.joint("target:joint").delete()
    return compile_scene(spec, (), movable=("target",))


def _random_turns(draws: np.ndarray) -> np.ndarray:
    """(n, 4) rotations by any angle about any axis, from uniform `draws` (n, 4)."""
    return about_axis((2 * draws[:, 0] - 1) * np.pi, 2 * draws[:, 1:] - 1)


def _normal(draws: np.ndarray) -> np.ndarray:
    """(n, 3) standard normal numbers from uniform `draws` (n, 4) (Box and Muller, 1958)."""
    radius = np.sqrt(-2 * np.log1p(-draws[:, :2]))
    angle = 2 * np.pi * draws[:, 2:]
    return np.concatenate([radius * np.cos(angle), radius[:, :1] * np.sin(angle[:, :1])], axis=1)
