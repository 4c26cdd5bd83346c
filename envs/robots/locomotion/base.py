"""Legged robots of Gymnasium v5 (Towers et al., 2024): what all of their tasks share.

Physics, frame skip and the noise of the start are Gymnasium's. Actions are torques in [-1, 1], as a share of
what each motor can give.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from typing import ClassVar

import mujoco
import numpy as np

from ..mujoco_batch import MujocoBatch
from ..mujoco_task import MujocoTask
from ..picture import Camera
from ..scene import Sensor, load_scene, package_file
from .starts import normal_noise, uniform_noise


@cache
def _model(file: str, sensors: tuple[Sensor, ...]) -> mujoco.MjModel:
    return load_scene(package_file("gymnasium", "envs", "mujoco", "assets", file), sensors)


class LocomotionTask(MujocoTask):
    """B worlds of one legged robot on a floor, which runs along +x.

    Attributes:
        model_file: file among Gymnasium's MuJoCo models.
        sensors: what is measured beside positions and velocities of the joints.
        substeps: physics steps per action, Gymnasium's frame skip.
        position_noise: half width of the uniform noise on the start's joint positions, in rad and m.
        velocity_noise: half width, or standard deviation, of the noise on its velocities, in rad/s and m/s.
        normal_velocities: whether that noise is normal; it is uniform otherwise.
        ends_when_unhealthy: whether an episode ends with the robot's fall.
        memory: name -> type of what an episode remembers, one number a world, 0 at the start.
    """

    camera = Camera(lookat=(0.0, 0.0, -0.3), distance=4.0, azimuth=90.0, elevation=-15.0, follow="torso")
    model_file: ClassVar[str]
    sensors: ClassVar[tuple[Sensor, ...]] = ()
    substeps: ClassVar[int]
    position_noise: ClassVar[float]
    velocity_noise: ClassVar[float]
    normal_velocities: ClassVar[bool] = False
    ends_when_unhealthy: ClassVar[bool] = False
    memory: ClassVar[dict[str, type]] = {}

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        model = _model(self.model_file, self.sensors)
        self.batch = MujocoBatch(model, num_worlds, threads)
        self._rest_control = self.batch.control[0].copy()
        self._rest = self.batch.state[0].copy()
        self._rest[1 : 1 + model.nq] = self.start_pose(model.qpos0)
        self._largest_torque = model.actuator_ctrlrange[:, 1].copy()
        self._remembered: dict[str, np.ndarray] = {
            name: np.zeros(num_worlds, kind) for name, kind in self.memory.items()
        }
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    def start_pose(self, pose: np.ndarray) -> np.ndarray:
        """(nq,) joint positions around which episodes start; `pose` (nq,) is the model's own."""
        return pose

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, self.draws)."""
        self.batch.set_rows(worlds, self._rest, self._rest_control)
        joints = self.batch.model.nq
        self.batch.qpos[worlds] += uniform_noise(draws[:, :joints], self.position_noise)
        noise = normal_noise if self.normal_velocities else uniform_noise
        self.batch.qvel[worlds] = noise(draws[:, joints:], self.velocity_noise)
        for values in self._remembered.values():
            values[worlds] = 0
        self.batch.sense(worlds)

    def step(self, actions: np.ndarray) -> None:
        """Advance all worlds by one step; `actions` is (B, A) shares of the motors' largest torques."""
        self.batch.ctrl[:] = np.clip(actions, -1.0, 1.0) * self._largest_torque
        self.batch.step(self.substeps)
        self.follow()

    def follow(self) -> None:
        """Bring what the episodes remember up to date with the new state."""

    def remembered(self, name: str) -> np.ndarray:
        """(B,) live array of what the episodes remember under `name`."""
        return self._remembered[name]

    @abstractmethod
    def robot_fields(self) -> dict[str, np.ndarray]:
        """The robot's fields of all worlds, in arrays that later steps leave alone."""

    def own_fields(self) -> dict[str, np.ndarray]:
        """The task's own fields of all worlds, in arrays that later steps leave alone."""
        return {}

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        values = {**self.robot_fields(), **self.own_fields()}
        return {field.name: values[field.name] for field in self.spec.fields}

    @abstractmethod
    def healthy(self) -> np.ndarray:
        """(B,) bool: whether the robot is where Gymnasium lets an episode go on."""

    @abstractmethod
    def upright(self) -> np.ndarray:
        """(B,) cosine of the angle between the torso's up axis and the vertical."""

    @property
    @abstractmethod
    def torso_height(self) -> np.ndarray:
        """(B,) m above the floor."""

    @property
    def forward_position(self) -> np.ndarray:
        """(B,) m along x, a view."""
        return self.batch.qpos[:, 0]

    def terminated(self) -> np.ndarray:
        """(B,) bool: whether the robot has fallen, where that ends an episode."""
        return ~self.healthy() if self.ends_when_unhealthy else super().terminated()

    def set_physics(self, state: np.ndarray, warmstart: np.ndarray) -> None:
        """Continue from another simulation of the same robot; what the episodes remember stays.

        Args:
            state: (B, nstate) MuJoCo's "full physics" state of each world.
            warmstart: (B, nv) accelerations from which the constraint solver starts.
        """
        self.batch.set_rows(np.arange(self.num_worlds), state, self.batch.control.copy(), warmstart)
        self.batch.sense()

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds."""
        return {**self.batch.snapshot(), **{name: values.copy() for name, values in self._remembered.items()}}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.batch.restore(state)
        for name, values in self._remembered.items():
            values[:] = state[name]
