"""B worlds of one MuJoCo model, stepped and sensed as a batch in C++."""

from __future__ import annotations

import copy

import mujoco
import numpy as np
from mujoco import rollout

STATE = mujoco.mjtState.mjSTATE_FULLPHYSICS
CONTROL = int(
    mujoco.mjtState.mjSTATE_CTRL | mujoco.mjtState.mjSTATE_MOCAP_POS | mujoco.mjtState.mjSTATE_MOCAP_QUAT
)
_DISABLE = mujoco.mjtDisableBit
# Position and velocity sensors depend on none of these, so a sensing step can leave them all out.
_FORCES = int(
    _DISABLE.mjDSBL_CONSTRAINT
    | _DISABLE.mjDSBL_CONTACT
    | _DISABLE.mjDSBL_EQUALITY
    | _DISABLE.mjDSBL_LIMIT
    | _DISABLE.mjDSBL_FRICTIONLOSS
    | _DISABLE.mjDSBL_PASSIVE
    | _DISABLE.mjDSBL_GRAVITY
    | _DISABLE.mjDSBL_ACTUATION
    | _DISABLE.mjDSBL_EULERDAMP
)


class MujocoBatch:
    """B worlds of one model.

    Sensors are read from a second copy of the model with all forces switched off. MuJoCo computes the
    sensors of the state that a step starts from, so those of the physics step itself would lag one substep
    behind; a forceless step from the new state gives them fresh, at a tenth of the price of the physics.

    >>> ball = '<mujoco><worldbody><body><freejoint/><geom size=".1"/></body></worldbody></mujoco>'
    >>> batch = MujocoBatch(mujoco.MjModel.from_xml_string(ball), num_worlds=2)
    >>> batch.qpos[1, 2] = 5.0
    >>> batch.step(100)
    >>> batch.qpos[:, 2].round(3).tolist()
    [-0.198, 4.802]

    Args:
        model: the compiled model; it is copied. Its position and velocity sensors become readable by name.
        num_worlds: B.
        threads: threads that share the worlds; with 1 the calling thread does the work.

    Attributes:
        state: (B, nstate) time, qpos, qvel, act of each world, MuJoCo's "full physics" state.
        warmstart: (B, nv) accelerations from which the constraint solver starts.
        control: (B, ncontrol) ctrl, mocap positions, mocap quaternions.
        qpos: (B, nq) view into `state`.
        qvel: (B, nv) view into `state`.
        ctrl: (B, nu) view into `control`.
        mocap_pos: (B, nmocap, 3) view into `control`, in m.
        mocap_quat: (B, nmocap, 4) view into `control`, w first.
        scene: the model that was handed in.
    """

    def __init__(self, model: mujoco.MjModel, num_worlds: int, threads: int = 1) -> None:
        self.scene = model
        self.model = copy.copy(model)
        self.model.opt.disableflags |= int(_DISABLE.mjDSBL_SENSOR)
        sensing = copy.copy(model)
        sensing.opt.disableflags |= _FORCES
        self._physics = [self.model] * num_worlds
        self._sensing = [sensing] * num_worlds
        workers = max(1, min(threads, num_worlds))
        self._rollout = rollout.Rollout(nthread=workers if workers > 1 else 0)
        self._data = [mujoco.MjData(model) for _ in range(workers)]
        self._num_worlds = num_worlds
        self._trajectory = np.empty((num_worlds, 0, 0))
        self._held_control = np.empty((num_worlds, 0, 0))
        self._sensors = np.zeros((num_worlds, model.nsensordata))
        self._sensor_slices = {
            model.sensor(i).name: slice(adr, adr + dim)
            for i, (adr, dim) in enumerate(zip(model.sensor_adr, model.sensor_dim, strict=True))
        }
        self._allocate(model)

    def _allocate(self, model: mujoco.MjModel) -> None:
        data = mujoco.MjData(model)
        first = np.empty(mujoco.mj_stateSize(model, STATE))
        mujoco.mj_getState(model, data, first, STATE)
        control = np.empty(mujoco.mj_stateSize(model, CONTROL))
        mujoco.mj_getState(model, data, control, CONTROL)
        rows, nq, nv, nu, nmocap = self._num_worlds, model.nq, model.nv, model.nu, model.nmocap
        self.state = np.tile(first, (rows, 1))
        self.control = np.tile(control, (rows, 1))
        self.warmstart = np.zeros((rows, nv))
        self.qpos = self.state[:, 1 : 1 + nq]
        self.qvel = self.state[:, 1 + nq : 1 + nq + nv]
        self.ctrl = self.control[:, :nu]
        self.mocap_pos = self.control[:, nu : nu + 3 * nmocap].reshape(rows, nmocap, 3)
        self.mocap_quat = self.control[:, nu + 3 * nmocap :].reshape(rows, nmocap, 4)

    def step(self, substeps: int) -> None:
        """Advance all worlds by `substeps` time steps under the present `control`, then sense."""
        self._fit_buffers(substeps)
        self._held_control[:] = self.control[:, None]
        self._rollout.rollout(
            self._physics,
            self._data,
            self.state,
            self._held_control,
            control_spec=CONTROL,
            skip_checks=True,
            nstep=substeps,
            initial_warmstart=self.warmstart,
            state=self._trajectory,
        )
        previous = self.qvel if substeps == 1 else self._velocities(self._trajectory[:, -2])
        # The last substep's acceleration is where MuJoCo itself would start the next solve.
        np.subtract(self._velocities(self._trajectory[:, -1]), previous, out=self.warmstart)
        self.warmstart /= self.model.opt.timestep
        self.state[:] = self._trajectory[:, -1]
        self.sense()

    def advance(self, worlds: np.ndarray, substeps: int) -> np.ndarray:
        """Advance `worlds` (n,) int alone by `substeps` time steps; call `sense` after it.

        Returns:
            (n, nstate) the states one substep before the end.
        """
        before = self.state[worlds]
        if before.size * substeps == 0:
            return before
        trajectory = np.empty((len(worlds), substeps, before.shape[1]))
        self._rollout.rollout(
            self._physics[: len(worlds)],
            self._data,
            before,
            np.repeat(self.control[worlds, None], substeps, axis=1),
            control_spec=CONTROL,
            skip_checks=True,
            nstep=substeps,
            initial_warmstart=self.warmstart[worlds],
            state=trajectory,
        )
        last, previous = trajectory[:, -1], before if substeps == 1 else trajectory[:, -2]
        accelerations = (self._velocities(last) - self._velocities(previous)) / self.model.opt.timestep
        self.set_rows(worlds, last, self.control[worlds], accelerations)
        return previous

    @property
    def previous_qpos(self) -> np.ndarray:
        """(B, nq) positions one substep before the end of the last `step`, which had at least two.

        Environments that read MuJoCo's data just after a step see bodies where these positions put them.
        """
        return self.penultimate_state[:, 1 : 1 + self.model.nq]

    @property
    def penultimate_state(self) -> np.ndarray:
        """(B, nstate) state one substep before the end of the last `step`, which had at least two."""
        return self._trajectory[:, -2]

    def sense(self, worlds: np.ndarray | None = None) -> None:
        """Bring the sensors of `worlds` (n,) int, or of all, up to date with the state."""
        if worlds is None:
            state, control, count = self.state, self.control, self._num_worlds
        else:
            state, control, count = self.state[worlds], self.control[worlds], len(worlds)
        if count == 0 or self.model.nsensordata == 0:
            return
        values = np.empty((count, 1, self._sensors.shape[1]))
        self._rollout.rollout(
            self._sensing[:count],
            self._data,
            state,
            control[:, None],
            control_spec=CONTROL,
            skip_checks=True,
            nstep=1,
            sensordata=values,
        )
        if worlds is None:
            self._sensors = values[:, 0]
        else:
            self._sensors = self._sensors.copy()
            self._sensors[worlds] = values[:, 0]

    def sensor(self, name: str) -> np.ndarray:
        """Values (B, dim) of the sensor called `name`, in an array that later steps leave alone."""
        return self._sensors[:, self._sensor_slices[name]]

    def set_rows(
        self, worlds: np.ndarray, state: np.ndarray, control: np.ndarray, warmstart: np.ndarray | float = 0.0
    ) -> None:
        """Put `worlds` (n,) int into rows of `state`, `control` and `warmstart`; call `sense` after it."""
        self.state[worlds] = state
        self.control[worlds] = control
        self.warmstart[worlds] = warmstart

    def snapshot(self) -> dict[str, np.ndarray]:
        """Everything that the next steps depend on."""
        return {
            "state": self.state.copy(),
            "control": self.control.copy(),
            "warmstart": self.warmstart.copy(),
        }

    def restore(self, snapshot: dict[str, np.ndarray]) -> None:
        """Bring back what `snapshot` gave, bit for bit."""
        self.set_rows(np.arange(self._num_worlds), **{key: snapshot[key] for key in self.snapshot()})
        self.sense()

    def _fit_buffers(self, substeps: int) -> None:
        if self._trajectory.shape[1] != substeps:
            self._trajectory = np.empty((self._num_worlds, substeps, self.state.shape[1]))
            self._held_control = np.empty((self._num_worlds, substeps, self.control.shape[1]))

    def _velocities(self, states: np.ndarray) -> np.ndarray:
        return states[:, 1 + self.model.nq : 1 + self.model.nq + self.model.nv]
