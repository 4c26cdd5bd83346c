"""The Sawyer arm of Meta-World (Yu et al., 2019): what all of its tasks share.

The hand hangs on a weld to a mocap body, which the action moves by at most a centimetre per axis and step;
the fingers are position-controlled. A step is 5 substeps of 2.5 ms.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ..spec import ActionSpec, Field, TaskSpec
from ..task import Task
from .mujoco_batch import MujocoBatch
from .sawyer_scene import SUBSTEPS, settled_scene
from .scene import Sensor, mocap_index

HORIZON = 500
STEP_SECONDS = 0.0125
HAND_LOW = np.array([-0.5, 0.40, 0.05])
HAND_HIGH = np.array([0.5, 1.0, 0.5])
METRES_PER_ACTION = 0.01
FULL_OPENING = 0.1

ACTION = ActionSpec(
    kind="box",
    size=4,
    meaning="moves the hand by up to 1 cm along each axis (x to the robot's right, y away from it, z up) and "
    "closes (+1) or opens (-1) the gripper",
    labels=("move along x", "move along y", "move along z", "gripper effort"),
)
METRIC = "share of the way from the start to the goal: 0 at the start, 1 at the goal, below 0 farther away"


def sawyer_spec(name: str, goal: str, *own: Field, metric: str = METRIC) -> TaskSpec:
    """The spec of a Sawyer task: all share the arm's fields, the action and the horizon.

    Args:
        name: the task's name.
        goal: the goal in plain words.
        own: the task's own fields, which stand before the goal.
        metric: meaning of the metric.
    """
    fields = (
        Field("hand_pos", "position of the hand", (3,), "m"),
        Field("gripper_openness", "distance between the fingers: 0 closed, 1 wide open", low=0.0, high=1.0),
        *own,
        Field("goal_pos", "where the task wants its object, or the hand, to be", (3,), "m"),
        Field("tcp_pos", "centre between the two finger tips", (3,), "m", observed=False),
    )
    return TaskSpec(
        name=name,
        goal=goal,
        fields=fields,
        action=ACTION,
        horizon=HORIZON,
        tags=("manipulation", "metaworld", "robot"),
        metric=metric,
        step_seconds=STEP_SECONDS,
    )


class SawyerTask(Task):
    """B worlds of a Meta-World scene.

    A task names its scene, its sensors and where things may start, and says how far it is from its goal.

    Attributes:
        scene_file: file in Meta-World's ``assets/sawyer_xyz``.
        sensors: the task's own sensors, beside those of the arm.
        movable: body that each world places elsewhere; None where the object is free.
        hand_init_pos: (3,) m, where the hand is sent before an episode starts.
        success_radius: distance to the goal in m up to which the state is a success.
        start_low: lower corner of the box of starts, over which `draws` are uniform.
        start_high: upper corner of that box.
    """

    scene_file: ClassVar[str]
    sensors: ClassVar[tuple[Sensor, ...]]
    movable: ClassVar[str | None] = None
    hand_init_pos: ClassVar[np.ndarray]
    success_radius: ClassVar[float]
    start_low: ClassVar[np.ndarray]
    start_high: ClassVar[np.ndarray]

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        model, self._rest = settled_scene(
            self.scene_file, self.sensors, self.movable, tuple(float(x) for x in self.hand_init_pos)
        )
        self.batch = MujocoBatch(model, num_worlds, threads)
        self._hand_target = self.batch.mocap_pos[:, mocap_index(model, "mocap")]
        self._initial_distance = np.ones(num_worlds)
        self.goal_pos = np.zeros((num_worlds, 3))
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, self.draws)."""
        self.batch.set_rows(worlds, self._rest.state, self._rest.control, self._rest.warmstart)
        start = self.start(draws)
        self.place(worlds, start)
        self.batch.sense(worlds)
        # A fresh array, since the old one may be in use as a field of the last state.
        self.goal_pos = self.goal_pos.copy()
        self.goal_pos[worlds] = self.goal(start)
        self._initial_distance[worlds] = self.distance_to_goal()[worlds]

    @classmethod
    def start(cls, draws: np.ndarray) -> np.ndarray:
        """Points (n, k) of the box of starts from uniform `draws` (n, cls.draws)."""
        return cls.start_low + (cls.start_high - cls.start_low) * draws

    @abstractmethod
    def place(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Put the object of each of `worlds` (n,) where its row of `start` (n, k) says."""

    @abstractmethod
    def goal(self, start: np.ndarray) -> np.ndarray:
        """(n, 3) goal positions in m that belong to the points `start` (n, k)."""

    @abstractmethod
    def own_fields(self) -> dict[str, np.ndarray]:
        """The task's own fields of all worlds."""

    @abstractmethod
    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m that success is judged by."""

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 12.5 ms; `actions` is (B, 4)."""
        # The product keeps the actions' own precision, as Meta-World's does.
        moved = self._hand_target + np.clip(actions[:, :3], -1, 1) * METRES_PER_ACTION
        np.clip(moved, HAND_LOW, HAND_HIGH, out=self._hand_target)
        self.batch.ctrl[:, 0] = actions[:, 3]
        self.batch.ctrl[:, 1] = -actions[:, 3]
        self.batch.step(SUBSTEPS)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        between_claws = self.batch.sensor("right_claw_pos") - self.batch.sensor("left_claw_pos")
        opening = np.sqrt(np.einsum("ij,ij->i", between_claws, between_claws)) / FULL_OPENING
        values = {
            "hand_pos": self.batch.sensor("hand_pos"),
            "gripper_openness": np.clip(opening, 0.0, 1.0),
            "goal_pos": self.goal_pos,
            "tcp_pos": self.tcp_pos(),
            **self.own_fields(),
        }
        return {field.name: values[field.name] for field in self.spec.fields}

    def tcp_pos(self) -> np.ndarray:
        """(B, 3) centre between the finger tips in m."""
        return (self.batch.sensor("right_tip_pos") + self.batch.sensor("left_tip_pos")) / 2.0

    def success(self) -> np.ndarray:
        """(B,) bool: whether the distance to the goal is at most the success radius."""
        return self.distance_to_goal() <= self.success_radius

    def metric(self) -> np.ndarray:
        """(B,) share of the way from the start to the goal."""
        return 1.0 - self.distance_to_goal() / self._initial_distance

    def set_physics(self, state: np.ndarray, warmstart: np.ndarray, hand_target: np.ndarray) -> None:
        """Continue from another simulation of the same scene; object poses, goals and starts stay.

        Args:
            state: (B, nstate) MuJoCo's "full physics" state of each world.
            warmstart: (B, nv) accelerations from which the constraint solver starts.
            hand_target: (B, 3) m, where the mocap body that draws the hand stands.
        """
        self._hand_target[:] = hand_target
        self.batch.set_rows(np.arange(self.num_worlds), state, self.batch.control.copy(), warmstart)
        self.batch.sense()

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds."""
        episode = {"goal_pos": self.goal_pos.copy(), "initial_distance": self._initial_distance.copy()}
        return {**self.batch.snapshot(), **episode}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.batch.restore(state)
        self.goal_pos = state["goal_pos"].copy()
        self._initial_distance[:] = state["initial_distance"]

    def place_body(self, worlds: np.ndarray, pos: np.ndarray) -> None:
        """Put the movable body of `worlds` (n,) at `pos` (n, 3) m."""
        assert self.movable is not None
        self.batch.mocap_pos[worlds, mocap_index(self.batch.model, self.movable)] = pos

    def place_joint(self, worlds: np.ndarray, joint: str, position: float) -> None:
        """Put a slide (m) or hinge (rad) of `worlds` (n,) at `position`, at rest."""
        where = self.batch.model.joint(joint)
        self.batch.qpos[worlds, where.qposadr[0]] = position
        self.batch.qvel[worlds, where.dofadr[0]] = 0.0
