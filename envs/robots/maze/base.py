"""What all mazes share: starts, goals, success. The mazes are those of D4RL (Fu et al., arXiv 2004.07219)."""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from pathlib import Path
from typing import ClassVar

import mujoco
import numpy as np

from ...spec import ActionSpec, Field, TaskSpec
from ..mujoco_batch import MujocoBatch
from ..mujoco_task import MujocoTask
from ..scene import compile_scene
from .layout import WALL, Layout

SUCCESS_RADIUS = 0.45
# Starts and goals lie at most this share of a cell's side, along each axis, from a cell's centre.
NOISE = 0.25

U_MAZE = ("#####", "#...#", "###.#", "#...#", "#####")
MEDIUM_MAZE = (
    "########",
    "#..##..#",
    "#..#...#",
    "##...###",
    "#..#...#",
    "#.#..#.#",
    "#...#..#",
    "########",
)
LARGE_MAZE = (
    "############",
    "#....#.....#",
    "#.##.#.#.#.#",
    "#......#...#",
    "#.####.###.#",
    "#..#.#.....#",
    "##.#.#.#.###",
    "#..#...#...#",
    "############",
)

GOAL_FIELDS = (
    Field("goal_pos", "where the robot shall be, as seen from above", (2,), "m"),
    Field(
        "way_to_goal",
        "length of the shortest way to the goal that keeps to the open cells, by way of their centres",
        unit="m",
        low=0.0,
        observed=False,
    ),
)


def maze_spec(
    name: str,
    layout: Layout,
    mover: str,
    robot_fields: tuple[Field, ...],
    action: ActionSpec,
    horizon: int,
    step_seconds: float,
    tags: tuple[str, ...],
) -> TaskSpec:
    """The spec of a maze task, whose goal shows the map.

    Args:
        name: the task's name.
        layout: the maze.
        mover: what moves, in words.
        robot_fields: fields of the robot, which stand before the goal.
        action: what the agent does.
        horizon: steps of an episode.
        step_seconds: simulated time of a step in s.
        tags: the robot's own tags.
    """
    return TaskSpec(
        name=name,
        goal=f"Move the {mover} through the maze to within {SUCCESS_RADIUS} m of the goal position. The map, "
        f"from north (+y) to south, each row from west to east (+x), its middle at the origin, cells of "
        f"{layout.cell:g} m, {WALL} a wall: {' / '.join(layout.rows)}",
        fields=(*robot_fields, *GOAL_FIELDS),
        action=action,
        horizon=horizon,
        tags=("maze", "robot", *tags),
        metric="share of the way from the start to the goal: 0 at the start, 1 at the goal, below 0 farther",
        step_seconds=step_seconds,
    )


@cache
def maze_model(robot_file: Path, layout: Layout, wall_height: float) -> mujoco.MjModel:
    """The robot of `robot_file` between the walls of `layout`, which are `wall_height` m high."""
    spec = mujoco.MjSpec.from_file(str(robot_file))
    half_side = layout.cell / 2
    for x, y in layout.walls:
        spec.worldbody.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX,
            pos=[x, y, wall_height / 2],
            size=[half_side, half_side, wall_height / 2],
            rgba=[0.7, 0.5, 0.3, 1.0],
            contype=1,
            conaffinity=1,
        )
    return compile_scene(spec, ())


class MazeTask(MujocoTask):
    """B worlds of a maze; goal and start are drawn anew for each episode, in different cells.

    Attributes:
        layout: the maze.
        wall_height: height of the walls in m.
        substeps: steps of the physics in one step of the task.
    """

    draws = 6
    # The model of the point is a site around a body that cannot be seen.
    sites_are_seen = True
    layout: ClassVar[Layout]
    wall_height: ClassVar[float]
    substeps: ClassVar[int]

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        super().__init__(num_worlds, threads)
        model = maze_model(self.robot_file(), self.layout, self.wall_height)
        self.batch = MujocoBatch(model, num_worlds, threads)
        self._rest, self._control = self.batch.state[0].copy(), self.batch.control[0].copy()
        self._goal_pos = np.zeros((num_worlds, 2))
        self._way_at_start = np.ones(num_worlds)
        self.reset(np.arange(num_worlds), np.full((num_worlds, self.draws), 0.5))

    @staticmethod
    @abstractmethod
    def robot_file() -> Path:
        """The robot's model."""

    @classmethod
    def places(cls, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Starts (n, 2) and goals (n, 2) in m from uniform `draws` (n, 6).

        The goal's cell is any open one, the start's any other.
        """
        centres = cls.layout.centres
        goal_cell = (draws[:, 0] * len(centres)).astype(np.int64)
        other = (draws[:, 3] * (len(centres) - 1)).astype(np.int64)
        start_cell = other + (other >= goal_cell)
        spread = 2 * NOISE * cls.layout.cell
        goal = centres[goal_cell] + (draws[:, 1:3] - 0.5) * spread
        start = centres[start_cell] + (draws[:, 4:6] - 0.5) * spread
        return start, goal

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start new episodes in `worlds` (n,) from uniform `draws` (n, 6)."""
        start, goal = self.places(draws)
        self.batch.set_rows(worlds, self._rest, self._control)
        self.batch.qpos[worlds, :2] = start
        # A fresh array, since the old one may be in use as a field of the last state.
        self._goal_pos = self._goal_pos.copy()
        self._goal_pos[worlds] = goal
        self._way_at_start[worlds] = self.layout.way_length(start, goal)

    @property
    def position(self) -> np.ndarray:
        """(B, 2) m: where the robot is, as seen from above."""
        return self.batch.qpos[:, :2]

    def fields(self) -> dict[str, np.ndarray]:
        """Every declared field of the current state."""
        way = self.layout.way_length(self.position, self._goal_pos)
        return {**self.robot_fields(), "goal_pos": self._goal_pos, "way_to_goal": way}

    @abstractmethod
    def robot_fields(self) -> dict[str, np.ndarray]:
        """The robot's own fields, in arrays that later steps leave alone."""

    def success(self) -> np.ndarray:
        """(B,) bool: whether the robot is within the success radius of the goal."""
        return np.linalg.norm(self.position - self._goal_pos, axis=-1) <= SUCCESS_RADIUS

    def metric(self) -> np.ndarray:
        """(B,) share of the way from the start to the goal."""
        return 1.0 - self.layout.way_length(self.position, self._goal_pos) / self._way_at_start

    def waypoint(self) -> np.ndarray:
        """(B, 2) m: where to head next."""
        return self.layout.waypoint(self.position, self._goal_pos)

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds."""
        return {
            **self.batch.snapshot(),
            "goal_pos": self._goal_pos.copy(),
            "way_at_start": self._way_at_start.copy(),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Bring back a state that `snapshot` gave."""
        self.batch.restore(state)
        self._goal_pos = state["goal_pos"].copy()
        self._way_at_start = state["way_at_start"].copy()
