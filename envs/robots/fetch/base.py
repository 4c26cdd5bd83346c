"""The Fetch arm (Plappert et al., 2018): what all of its tasks share.

The gripper hangs on a weld to a mocap body. In each step that body starts anew from where the gripper is
and is moved by at most 5 cm per axis, so a gripper that is held back does not push harder and harder. A
step is 20 substeps of 2 ms.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ...spec import ActionSpec, Field, TaskSpec
from ..mujoco_batch import MujocoBatch
from ..mujoco_task import MujocoTask
from ..picture import Camera
from .arm_scene import FINGERS, SUBSTEPS, TURN, settled_scene

HORIZON = 50
STEP_SECONDS = 0.04
METRES_PER_ACTION = 0.05
SUCCESS_RADIUS = 0.05

ACTION = ActionSpec(
    kind="box",
    size=4,
    meaning="pulls the gripper by up to 5 cm along each axis (x away from the robot, y to its left, z up) "
    "and opens (+1) or closes (-1) the fingers, where they are not locked",
    labels=("move along x", "move along y", "move along z", "fingers"),
)
METRIC = "distance to the goal in m, negated: 0 at the goal"

ARM_FIELDS = (
    Field("grip_pos", "point between the finger tips", (3,), "m"),
    Field("grip_vel", "velocity of that point", (3,), "m/s"),
    Field("finger_vel", "velocities of the right and the left finger, positive while they open", (2,), "m/s"),
)


def fetch_spec(name: str, goal: str, *own: Field, tags: tuple[str, ...]) -> TaskSpec:
    """The spec of a Fetch task: all share the arm's fields, the action and the horizon.

    Args:
        name: the task's name.
        goal: the goal in plain words.
        own: the task's own fields, which stand before the goal.
        tags: ``easy`` or ``hard``, beside those of all Fetch tasks.
    """
    goal_pos = Field("goal_pos", "where the task wants its object, or the gripper, to be", (3,), "m")
    return TaskSpec(
        name=name,
        goal=goal,
        fields=(*ARM_FIELDS, *own, goal_pos),
        action=ACTION,
        horizon=HORIZON,
        tags=("manipulation", "fetch", "robot", *tags),
        metric=METRIC,
        step_seconds=STEP_SECONDS,
    )


class FetchTask(MujocoTask):
    """B worlds of a Fetch scene.

    Attributes:
        scene_file: file in Gymnasium-Robotics' ``envs/assets/fetch``.
        base_pos: (3,) m, where the robot stands.
        gripper_lift: m, how much higher than over the table the gripper starts.
        object_pos: (3,) m, where the object waits while the arm settles; None where there is none.
        achieved_goal: field that is to come to `desired_goal`.
        desired_goal: field that says where to.
    """

    camera = Camera(lookat=(1.3, 0.75, 0.5), distance=1.8, azimuth=140.0, elevation=-22.0)
    scene_file: ClassVar[str]
    base_pos: ClassVar[tuple[float, float, float]] = (0.405, 0.48, 0.0)
    gripper_lift: ClassVar[float] = 0.2
    object_pos: ClassVar[tuple[float, float, float] | None] = None
    achieved_goal: ClassVar[str]
    desired_goal: ClassVar[str] = "goal_pos"

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        model, self.rest = settled_scene(self.scene_file, self.base_pos, self.gripper_lift, self.object_pos)
        self.batch = MujocoBatch(model, num_worlds, threads)
        self._finger_qpos = [model.joint(finger).qposadr[0] for finger in FINGERS]
        self._finger_qvel = [model.joint(finger).dofadr[0] for finger in FINGERS]
        # The joint positions in which the sensors see the worlds.
        self._seen_qpos = self.batch.qpos.copy()
        self.goal_pos = np.zeros((num_worlds, 3))
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, self.draws)."""
        self.batch.set_rows(worlds, self.rest.state, self.rest.control, self.rest.warmstart)
        # A fresh array, since the old one may be in use as a field of the last state.
        self.goal_pos = self.goal_pos.copy()
        self.goal_pos[worlds] = self.start(worlds, draws)
        self._seen_qpos[worlds] = self.batch.qpos[worlds]
        self.batch.sense(worlds)

    @abstractmethod
    def start(self, worlds: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Place the objects of `worlds` (n,) as their `draws` (n, self.draws) say; goals (n, 3) in m."""

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 40 ms; `actions` is (B, 4)."""
        # The product keeps the actions' own precision, as the official environment's does.
        moves = np.clip(actions, -1, 1)
        self.batch.mocap_pos[:, 0] = self.batch.sensor("wrist_pos") + moves[:, :3] * METRES_PER_ACTION
        self.batch.mocap_quat[:, 0] = self.batch.sensor("wrist_quat") + TURN
        self.move_fingers(moves[:, 3:])
        self.batch.step(SUBSTEPS)
        self.after_substeps()

    def move_fingers(self, moves: np.ndarray) -> None:
        """Set the fingers' targets from their part of the actions, (B, 1) in [-1, 1]; none where locked."""

    def after_substeps(self) -> None:
        """Shut the fingers again, which the physics may have moved, and see the worlds as they are then."""
        self.batch.qpos[:, self._finger_qpos] = 0.0
        self._see(self.batch.qpos)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        values = {"finger_vel": self.batch.qvel[:, self._finger_qvel], **self.own_fields()}
        values["goal_pos"] = self.goal_pos
        names = [field.name for field in self.spec.fields]
        return {name: values[name] if name in values else self.batch.sensor(name) for name in names}

    def own_fields(self) -> dict[str, np.ndarray]:
        """The task's own fields of all worlds, as far as they are not sensors."""
        return {}

    @classmethod
    def goal_reached(cls, achieved: np.ndarray, desired: np.ndarray) -> np.ndarray:
        """(N,) bool: whether the points `achieved` (N, 3) are less than 5 cm from `desired` (N, 3), in m."""
        return np.linalg.norm(achieved - desired, axis=-1) < SUCCESS_RADIUS

    def success(self) -> np.ndarray:
        """(B,) bool: whether what is to come to the goal is there."""
        return self.goal_reached(self.batch.sensor(self.achieved_goal), self.goal_pos)

    def metric(self) -> np.ndarray:
        """(B,) distance to the goal in m, negated."""
        return -np.linalg.norm(self.batch.sensor(self.achieved_goal) - self.goal_pos, axis=-1)

    def set_physics(self, state: np.ndarray, warmstart: np.ndarray, seen_qpos: np.ndarray) -> None:
        """Continue from another simulation of the same scene; goals stay.

        Args:
            state: (B, nstate) MuJoCo's "full physics" state of each world.
            warmstart: (B, nv) accelerations from which the constraint solver starts.
            seen_qpos: (B, nq) joint positions in which the worlds are seen.
        """
        self.batch.set_rows(np.arange(self.num_worlds), state, self.batch.control.copy(), warmstart)
        self._see(seen_qpos)

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds."""
        return {
            **self.batch.snapshot(),
            "seen_qpos": self._seen_qpos.copy(),
            "goal_pos": self.goal_pos.copy(),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.goal_pos = state["goal_pos"].copy()
        self.batch.restore(state)
        self._see(state["seen_qpos"])

    def _see(self, qpos: np.ndarray) -> None:
        """Sense all worlds with their joints at `qpos` (B, nq); the state stays as it is."""
        self._seen_qpos[:] = qpos
        present = self.batch.qpos.copy()
        self.batch.qpos[:] = self._seen_qpos
        self.batch.sense()
        self.batch.qpos[:] = present
