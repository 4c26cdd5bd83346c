"""Tiny tasks, one for each kind of action: bring a point to a goal."""

import numpy as np
import pytest

from rewardsmith.envs import ActionSpec, Field, Task, TaskSpec

MOVES = np.array([[0.2, 0.0], [-0.2, 0.0], [0.0, 0.2], [0.0, -0.2]])


def point_spec(name: str, action: ActionSpec, ends_on_success: bool = False) -> TaskSpec:
    return TaskSpec(
        name=name,
        goal="Bring the point to the goal.",
        fields=(
            Field("point", "where the point is", (2,), "m", low=-1.0, high=1.0),
            Field("goal", "where it should be", (2,), "m", low=-1.0, high=1.0),
            Field("moves", "moves made so far", observed=False),
        ),
        action=action,
        horizon=20,
        tags=("toy", "point"),
        metric="minus the distance to the goal in m",
        ends_on_success=ends_on_success,
    )


class PointTask(Task):
    """The point moves by 0.2 m at most in each direction, within the square from -1 to 1."""

    spec = point_spec("point-box", ActionSpec("box", 2, "velocity"))
    draws = 4

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        self.point, self.goal = np.zeros((num_worlds, 2)), np.zeros((num_worlds, 2))
        self.moves = np.zeros(num_worlds)

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        start = np.round(np.reshape(draws, (-1, 2, 2)) * 8 - 4) / 5
        self.point[worlds], self.goal[worlds] = start[:, 0], start[:, 1]
        self.moves[worlds] = 0

    def velocity(self, actions: np.ndarray) -> np.ndarray:
        return 0.2 * actions

    def step(self, actions: np.ndarray) -> None:
        self.point = np.clip(self.point + self.velocity(actions), -1.0, 1.0)
        self.moves = self.moves + 1

    def fields(self) -> dict[str, np.ndarray]:
        return {"point": self.point.copy(), "goal": self.goal.copy(), "moves": self.moves.copy()}

    def distance(self) -> np.ndarray:
        return np.linalg.norm(self.point - self.goal, axis=-1)

    def success(self) -> np.ndarray:
        return self.distance() < 0.15

    def metric(self) -> np.ndarray:
        return -self.distance()

    def snapshot(self) -> dict[str, np.ndarray]:
        return self.fields()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.point, self.goal, self.moves = (state[name].copy() for name in ("point", "goal", "moves"))


class DiscretePointTask(PointTask):
    spec = point_spec("point-discrete", ActionSpec("discrete", 4, "one of four moves"), ends_on_success=True)

    def velocity(self, actions: np.ndarray) -> np.ndarray:
        return MOVES[actions]


class MaskedPointTask(DiscretePointTask):
    """Moves that leave the square are illegal; a played one is an error."""

    spec = point_spec("point-masked", ActionSpec("discrete", 4, "one of four moves", masked=True))

    def action_masks(self) -> np.ndarray:
        return (np.abs(self.point[:, None] + MOVES) <= 1.0 + 1e-9).all(axis=-1)

    def step(self, actions: np.ndarray) -> None:
        assert self.action_masks()[np.arange(self.num_worlds), actions].all(), "an illegal move was played"
        super().step(actions)


class MultiPointTask(PointTask):
    """Three moves along the first axis and five along the second, chosen together."""

    spec = point_spec(
        "point-multi", ActionSpec("multi_discrete", 2, "a move along each axis", choices=(3, 5))
    )
    steps = (0.2 * np.arange(-1, 2), 0.1 * np.arange(-2, 3))

    def velocity(self, actions: np.ndarray) -> np.ndarray:
        return np.stack([steps[actions[:, axis]] for axis, steps in enumerate(self.steps)], axis=1)


class MaskedMultiPointTask(MultiPointTask):
    """Moves that leave the square are illegal; a played one is an error."""

    spec = point_spec(
        "point-masked-multi",
        ActionSpec("multi_discrete", 2, "a move along each axis", masked=True, choices=(3, 5)),
        ends_on_success=True,
    )

    def action_masks(self) -> np.ndarray:
        arrived = [self.point[:, [axis]] + steps for axis, steps in enumerate(self.steps)]
        return np.abs(np.concatenate(arrived, axis=1)) <= 1.0 + 1e-9

    def step(self, actions: np.ndarray) -> None:
        legal = np.take_along_axis(self.action_masks(), actions + np.array([0, 3]), axis=1)
        assert legal.all(), "an illegal move was played"
        super().step(actions)


def approach(obs, action, next_obs):
    """Reward: how much closer the point came, in m."""
    before = np.linalg.norm(obs.point - obs.goal, axis=-1)
    after = np.linalg.norm(next_obs.point - next_obs.goal, axis=-1)
    return 5 * (before - after), {"closer": before - after, "far": -after}


@pytest.fixture
def box_task() -> type[Task]:
    return PointTask


@pytest.fixture
def discrete_task() -> type[Task]:
    return DiscretePointTask


@pytest.fixture
def masked_task() -> type[Task]:
    return MaskedPointTask


@pytest.fixture
def multi_task() -> type[Task]:
    return MultiPointTask


@pytest.fixture
def masked_multi_task() -> type[Task]:
    return MaskedMultiPointTask


@pytest.fixture
def tasks_by_algorithm() -> dict[str, type[Task]]:
    return {
        "ppo": PointTask,
        "sac": PointTask,
        "td3": PointTask,
        "dqn": DiscretePointTask,
        "maskable-ppo": MaskedPointTask,
    }


@pytest.fixture
def approach_reward():
    return approach
