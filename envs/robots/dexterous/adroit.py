"""The Adroit hand of Rajeswaran et al. (DAPG, arXiv 1709.10087): what its four tasks share.

Scenes and numbers are those of Gymnasium-Robotics (version 1 of its AdroitHand environments). A step is 5
substeps of 2 ms. Success and fields are those of the state after the step; the official environments read
positions one substep earlier.
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
from ..scene import Sensor, compile_scene, package_file, site_pos

SUBSTEPS = 5
STEP_SECONDS = 0.01
HORIZON = 200
# Gymnasium-Robotics overwrites the scenes' motor strengths, in N m/rad, with these.
WRIST_STIFFNESS = 10.0
FINGER_STIFFNESS = 1.0
WRIST_MOTORS = ("A_WRJ1", "A_WRJ0")

HAND_LABELS = (
    "wrist sideways",
    "wrist bend",
    *(
        f"{finger} finger {joint}"
        for finger in ("first", "middle", "ring")
        for joint in ("spread", "knuckle", "middle joint", "end joint")
    ),
    *(f"little finger {joint}" for joint in ("palm arch", "spread", "knuckle", "middle joint", "end joint")),
    *(f"thumb {joint}" for joint in ("turn", "base bend", "hub sideways", "middle joint", "end joint")),
)
PALM = Field("palm_pos", "position of the palm's middle", (3,), "m")


def adroit_spec(
    name: str,
    goal: str,
    arm_labels: tuple[str, ...],
    *own: Field,
    slides: int = 0,
    level: str = "hard",
    metric: str,
) -> TaskSpec:
    """The spec of an Adroit task: all share the hand's fields, the action and the horizon.

    Args:
        name: the task's name.
        goal: the goal in plain words.
        arm_labels: a word for each joint of the forearm, slides before hinges.
        own: the task's own fields; one with a sensor's name shows that sensor.
        slides: how many joints of the forearm slide.
        level: ``easy``, or ``hard`` where random play succeeds in less than a tenth of its episodes.
        metric: meaning of the metric.
    """
    labels = (*arm_labels, *HAND_LABELS)
    hinges = len(labels) - slides
    joints = "forearm (as far as it turns), wrist, first, middle, ring and little finger and thumb"
    return TaskSpec(
        name=name,
        goal=goal,
        fields=(
            Field("joint_angles", f"angles of {joints}", (hinges,), "rad"),
            *own,
            PALM,
            Field("joint_velocities", f"angular velocities of {joints}", (hinges,), "rad/s", observed=False),
        ),
        action=ActionSpec(
            kind="box",
            size=len(labels),
            meaning="where each joint shall go: -1 and +1 are the ends of its range",
            labels=labels,
        ),
        horizon=HORIZON,
        tags=("dexterous", "manipulation", "robot", level),
        metric=metric,
        step_seconds=STEP_SECONDS,
    )


class AdroitTask(MujocoTask):
    """B worlds of an Adroit scene.

    Attributes:
        scene_file: file in Gymnasium-Robotics' ``assets/adroit_hand``.
        sensors: the task's own sensors.
        movable: bodies that each world places elsewhere.
        slides: how many joints of the forearm slide; they come first.
    """

    camera = Camera(lookat=(0.0, -0.15, 0.15), distance=1.3, azimuth=45.0, elevation=-25.0)
    scene_file: ClassVar[str]
    sensors: ClassVar[tuple[Sensor, ...]]
    movable: ClassVar[tuple[str, ...]] = ()
    slides: ClassVar[int] = 0

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        model = adroit_scene(self.scene_file, self.sensors, self.movable)
        self.batch = MujocoBatch(model, num_worlds, threads)
        self._rest, self._rest_control = self.batch.state[0].copy(), self.batch.control[0].copy()
        low, high = model.actuator_ctrlrange.T
        self._middle, self._half_range = (low + high) / 2, (high - low) / 2
        self._noted: dict[str, np.ndarray] = {}
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    @abstractmethod
    def place(self, worlds: np.ndarray, draws: np.ndarray) -> dict[str, np.ndarray]:
        """Put the things of `worlds` (n,) where `draws` (n, self.draws) say.

        Returns:
            What is fixed for the whole episode, {name: (n, ...)}.
        """

    @abstractmethod
    def own_fields(self) -> dict[str, np.ndarray]:
        """The task's own fields of all worlds, as far as they are neither sensors nor fixed by `place`."""

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, self.draws)."""
        self.batch.set_rows(worlds, self._rest, self._rest_control)
        fixed = self.place(worlds, draws)
        self.batch.sense(worlds)
        for name, values in fixed.items():
            # A fresh array, since the old one may be in use as a field of the last state.
            noted = self._noted.get(name, np.zeros((self.num_worlds, *values.shape[1:]))).copy()
            noted[worlds] = values
            self._noted[name] = noted

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step of 10 ms; `actions` is (B, A)."""
        self.batch.ctrl[:] = self._middle + np.clip(actions, -1.0, 1.0) * self._half_range
        self.batch.step(SUBSTEPS)

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        hinges = slice(self.slides, self.batch.ctrl.shape[1])
        values = {
            "joint_angles": self.batch.qpos[:, hinges].copy(),
            "joint_velocities": self.batch.qvel[:, hinges].copy(),
            **self._noted,
            **self.own_fields(),
        }
        return {
            field.name: values[field.name] if field.name in values else self.batch.sensor(field.name)
            for field in self.spec.fields
        }

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds."""
        return {**self.batch.snapshot(), **{name: values.copy() for name, values in self._noted.items()}}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.batch.restore(state)
        self._noted = {name: state[name].copy() for name in self._noted}


@cache
def adroit_scene(scene_file: str, sensors: tuple[Sensor, ...], movable: tuple[str, ...]) -> mujoco.MjModel:
    """The compiled scene with the motors as Gymnasium-Robotics sets them: made once, shared by all worlds."""
    path = package_file("gymnasium_robotics", "envs", "assets", "adroit_hand", scene_file)
    spec = mujoco.MjSpec.from_file(str(path))
    for site in spec.sites:
        # MuJoCo 3.3 throws materials away with all that is only seen, yet looks for those of sites.
        site.material = ""
    model = compile_scene(spec, (site_pos("palm_pos", "S_grasp"), *sensors), movable)
    for motor in range(model.nu):
        name = model.actuator(motor).name
        if name.startswith(("A_ART", "A_ARR")):
            continue
        stiffness = WRIST_STIFFNESS if name in WRIST_MOTORS else FINGER_STIFFNESS
        model.actuator_gainprm[motor, :3] = stiffness, 0.0, 0.0
        model.actuator_biasprm[motor, :3] = 0.0, -stiffness, 0.0
    return model
