"""The Sawyer arm of Meta-World (Yu et al., 2019): what all of its tasks share.

The hand hangs on a weld to a mocap body, which the action moves by at most a centimetre per axis and step;
the fingers are position-controlled. A step is 5 substeps of 2.5 ms.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from ...spec import ActionSpec, Field, TaskSpec
from ..mujoco_batch import MujocoBatch
from ..mujoco_task import MujocoTask
from ..picture import Camera
from ..scene import Sensor, mocap_index
from .arm_scene import SETTLING_STEPS, SUBSTEPS, settled_scene

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
PAD_FIELDS = (
    Field("left_pad_pos", "position of the left finger's pad", (3,), "m", observed=False),
    Field("right_pad_pos", "position of the right finger's pad", (3,), "m", observed=False),
)
GOAL_FIELD = Field("goal_pos", "where the task wants its object, or the hand, to be", (3,), "m")
TCP_START_FIELD = Field(
    "tcp_start_pos", "centre between the finger tips when the hand had settled", (3,), "m", observed=False
)
METRIC = "share of the way from the start to the goal: 0 at the start, 1 at the goal, below 0 farther away"


def sawyer_spec(
    name: str,
    goal: str,
    *own: Field,
    goal_varies: bool = True,
    metric: str = METRIC,
    tags: tuple[str, ...] = (),
) -> TaskSpec:
    """The spec of a Sawyer task: all share the arm's fields, the action and the horizon.

    Args:
        name: the task's name.
        goal: the goal in plain words.
        own: the task's own fields, which stand before the goal; one with a sensor's name shows that sensor.
        goal_varies: whether the goal is a field; one that never moves stands in the goal's words.
        metric: meaning of the metric.
        tags: ``hard`` where random play succeeds in clearly less than a tenth of its episodes, else ``easy``.
    """
    fields = (
        Field("hand_pos", "position of the hand", (3,), "m"),
        Field("gripper_openness", "distance between the fingers: 0 closed, 1 wide open", low=0.0, high=1.0),
        *own,
        *((GOAL_FIELD,) if goal_varies else ()),
        Field("tcp_pos", "centre between the two finger tips", (3,), "m", observed=False),
    )
    return TaskSpec(
        name=name,
        goal=goal,
        fields=fields,
        action=ACTION,
        horizon=HORIZON,
        tags=("manipulation", "metaworld", "robot", *tags),
        metric=metric,
        step_seconds=STEP_SECONDS,
    )


class SawyerTask(MujocoTask):
    """B worlds of a Meta-World scene.

    A task names its scene, its sensors and where things may start, and says how far it is from its goal.

    Attributes:
        scene_file: file in Meta-World's ``assets/sawyer_xyz``.
        sensors: the task's own sensors, beside those of the arm.
        movable: bodies that each world places elsewhere; objects on free joints are not among them.
        hand_low: (3,) m, lower corner of the box that the hand stays in.
        hand_high: (3,) m, upper corner of that box.
        hand_init_pos: (3,) m, where the hand is sent before an episode starts.
        settles_beside_object: whether the hand may touch the object on its way there. Each start is then
            settled anew, for 50 steps; otherwise all start from the same settled arm.
        steps_after_placing: steps for which the physics runs once the object has been placed.
        success_radius: distance to the goal in m up to which the state is a success.
        start_low: lower corner of the box of starts, over which `draws` are uniform.
        start_high: upper corner of that box.
    """

    camera = Camera(lookat=(0.0, 0.72, 0.12), distance=1.45, azimuth=140.0, elevation=-25.0)
    scene_file: ClassVar[str]
    sensors: ClassVar[tuple[Sensor, ...]]
    movable: ClassVar[tuple[str, ...]] = ()
    hand_low: ClassVar[np.ndarray] = HAND_LOW
    hand_high: ClassVar[np.ndarray] = HAND_HIGH
    hand_init_pos: ClassVar[np.ndarray]
    settles_beside_object: ClassVar[bool] = False
    steps_after_placing: ClassVar[int] = 0
    success_radius: ClassVar[float]
    start_low: ClassVar[np.ndarray]
    start_high: ClassVar[np.ndarray]

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        hand_init_pos = tuple(float(x) for x in self.hand_init_pos)
        model, self._rest = settled_scene(self.scene_file, self.sensors, self.movable, hand_init_pos)
        self.batch = MujocoBatch(model, num_worlds, threads)
        self._scene_state = self.batch.state[0].copy()
        self._hand_target = self.batch.mocap_pos[:, mocap_index(model, "mocap")]
        self._noted: dict[str, np.ndarray] = {}
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, self.draws)."""
        self.batch.set_rows(worlds, self._rest.state, self._rest.control, self._rest.warmstart)
        start = self.start(draws)
        if self.settles_beside_object:
            self._settle(worlds, start)
        self.place(worlds, start)
        self.batch.advance(worlds, self.steps_after_placing * SUBSTEPS)
        self.batch.sense(worlds)
        self._note(worlds, {"goal_pos": self.goal(start), **self.remembered(start)})
        self._note(worlds, {"initial_distance": self.distance_to_goal()[worlds]})

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
    def distance_to_goal(self) -> np.ndarray:
        """(B,) distance in m that success is judged by."""

    def remembered(self, start: np.ndarray) -> dict[str, np.ndarray]:
        """Fields {name: (n, ...)}, beside the goal, that the points `start` (n, k) fix for an episode."""
        return {}

    def own_fields(self) -> dict[str, np.ndarray]:
        """The task's own fields of all worlds, as far as they are neither sensors nor remembered."""
        return {}

    @property
    def goal_pos(self) -> np.ndarray:
        """(B, 3) goal positions in m."""
        return self._noted["goal_pos"]

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 12.5 ms; `actions` is (B, 4)."""
        # The product keeps the actions' own precision, as Meta-World's does.
        moved = self._hand_target + np.clip(actions[:, :3], -1, 1) * METRES_PER_ACTION
        np.clip(moved, self.hand_low, self.hand_high, out=self._hand_target)
        self.batch.ctrl[:, 0] = actions[:, 3]
        self.batch.ctrl[:, 1] = -actions[:, 3]
        self.batch.step(SUBSTEPS)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        between_claws = self.batch.sensor("right_claw_pos") - self.batch.sensor("left_claw_pos")
        opening = np.sqrt(np.einsum("ij,ij->i", between_claws, between_claws)) / FULL_OPENING
        values = {
            **self._noted,
            "gripper_openness": np.clip(opening, 0.0, 1.0),
            "tcp_pos": self.tcp_pos(),
            **self.own_fields(),
        }
        return {
            field.name: values[field.name] if field.name in values else self._sensed(field)
            for field in self.spec.fields
        }

    def tcp_pos(self) -> np.ndarray:
        """(B, 3) centre between the finger tips in m."""
        return (self.batch.sensor("right_tip_pos") + self.batch.sensor("left_tip_pos")) / 2.0

    def success(self) -> np.ndarray:
        """(B,) bool: whether the distance to the goal is at most the success radius."""
        return self.distance_to_goal() <= self.success_radius

    @classmethod
    def goal_reached(cls, achieved: np.ndarray, desired: np.ndarray) -> np.ndarray:
        """(N,) bool: success where points `achieved` (N, 3) are to come to `desired` (N, 3), in m."""
        return np.linalg.norm(achieved - desired, axis=-1) <= cls.success_radius

    def metric(self) -> np.ndarray:
        """(B,) share of the way from the start to the goal."""
        return 1.0 - self.distance_to_goal() / self._noted["initial_distance"]

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
        return {**self.batch.snapshot(), **{name: values.copy() for name, values in self._noted.items()}}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.batch.restore(state)
        self._noted = {name: state[name].copy() for name in self._noted}

    def place_body(self, worlds: np.ndarray, body: str, pos: np.ndarray) -> None:
        """Put a movable body of `worlds` (n,) at `pos` (n, 3) m."""
        self.batch.mocap_pos[worlds, mocap_index(self.batch.model, body)] = pos

    def place_joint(self, worlds: np.ndarray, body: str, position: float) -> None:
        """Put the slide (m) or hinge (rad) of a body of `worlds` (n,) at `position`, at rest."""
        first_pos, first_vel = self._joint_rows(body)
        self.batch.qpos[worlds, first_pos] = position
        self.batch.qvel[worlds, first_vel] = 0.0

    def place_free(
        self, worlds: np.ndarray, body: str, pos: np.ndarray, quat: np.ndarray | None = None
    ) -> None:
        """Put a free body of `worlds` (n,) at `pos` (n, 3) m, at rest.

        Args:
            worlds: (n,) int.
            body: name of a body on a free joint.
            pos: (n, 3) m.
            quat: (n, 4) or (4,) orientation, w first; None keeps the one in which the body has settled.
        """
        first_pos, first_vel = self._joint_rows(body)
        self.batch.qpos[worlds, first_pos : first_pos + 3] = pos
        if quat is not None:
            self.batch.qpos[worlds, first_pos + 3 : first_pos + 7] = quat
        self.batch.qvel[worlds, first_vel : first_vel + 6] = 0.0

    def _settle(self, worlds: np.ndarray, start: np.ndarray) -> None:
        """Send the hand to its place beside the objects of `worlds` (n,), with all joints as in the scene."""
        self.place(worlds, start)
        self.batch.set_rows(worlds, self._scene_state, self.batch.control[worlds])
        # Worlds that start alike settle alike: once is enough.
        _, first, which = np.unique(start, axis=0, return_index=True, return_inverse=True)
        different, which = worlds[first], which.ravel()
        just_before = self.batch.advance(different, SETTLING_STEPS * SUBSTEPS)
        settled, warmstart = self.batch.state[different], self.batch.warmstart[different]
        # Meta-World notes the finger tips where the last substep began.
        self.batch.set_rows(worlds, just_before[which], self.batch.control[worlds], warmstart[which])
        self.batch.sense(worlds)
        self._note(worlds, {"tcp_start_pos": self.tcp_pos()[worlds]})
        self.batch.state[worlds] = settled[which]

    def _joint_rows(self, body: str) -> tuple[int, int]:
        """Where the one joint of `body` begins in qpos and in qvel; many joints here have no name."""
        joint = self.batch.model.body(body).jntadr[0]
        return self.batch.model.jnt_qposadr[joint], self.batch.model.jnt_dofadr[joint]

    def _note(self, worlds: np.ndarray, rows: dict[str, np.ndarray]) -> None:
        for name, values in rows.items():
            # A fresh array, since the old one may be in use as a field of the last state.
            noted = (
                self._noted[name].copy()
                if name in self._noted
                else np.zeros((self.num_worlds, *values.shape[1:]))
            )
            noted[worlds] = values
            self._noted[name] = noted

    def _sensed(self, field: Field) -> np.ndarray:
        return self.batch.sensor(field.name).reshape(self.num_worlds, *field.shape)
