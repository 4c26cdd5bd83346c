"""A task as a goal environment, for hindsight relabelling (Andrychowicz et al., 2017)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from gymnasium import spaces

from .errors import UserError
from .packing import TransitionPacker
from .records import RewardFn, Transition
from .single import TaskEnv
from .spaces import ObservationEncoder
from .spec import TaskSpec
from .task import Task
from .views import FieldView

TRANSITION = "transition"


class GoalTask(Protocol):
    """What a task declares so that its goal can be exchanged afterwards.

    No field but `desired_goal` may depend on the goal.

    Attributes:
        achieved_goal: name of the field that is to come to the goal.
        desired_goal: name of the field that says where to.
    """

    spec: ClassVar[TaskSpec]
    achieved_goal: ClassVar[str]
    desired_goal: ClassVar[str]

    @classmethod
    def goal_reached(cls, achieved: np.ndarray, desired: np.ndarray) -> np.ndarray:
        """(N,) bool: whether `achieved` (N, ...) meets the goals `desired` (N, ...), as in ``success``."""


def has_goal(task: type[Task]) -> bool:
    """Whether `task` declares what a `GoalTask` does."""
    return all(hasattr(task, name) for name in ("achieved_goal", "desired_goal", "goal_reached"))


class GoalTaskEnv(TaskEnv):
    """One world of a task whose observation keeps the goal apart, as Stable-Baselines3's HER wants it.

    The observation is a dictionary: ``observation`` (D,) float32, all observed fields but the goal, and
    ``achieved_goal`` and ``desired_goal`` in float64. `compute_reward` says what steps would have earned had
    the goals been others. A reward program may look at all of a transition, so with one each step's `info`
    holds the whole of it as one row of numbers, and the replay buffer has to keep the infos:

        SAC("MultiInputPolicy", env, replay_buffer_class=HerReplayBuffer,
            replay_buffer_kwargs={"copy_info_dict": True})

    Args:
        task: the task's class.
        reward: a reward function; None pays the sparse reward.
        options: further arguments of `TaskEnv`.

    Raises:
        UserError: if the task declares no goal, or ends on success, which relabelling could not undo.
    """

    def __init__(self, task: type[Task], reward: RewardFn | None = None, **options: Any) -> None:
        if not has_goal(task):
            raise UserError(
                f"{task.spec.name} declares no achieved_goal, desired_goal and goal_reached, so its goals "
                "cannot be relabelled; take a task that does, such as fetch-push"
            )
        if task.spec.ends_on_success:
            raise UserError(
                f"{task.spec.name} ends on success, which relabelling would move; take a task that goes on"
            )
        super().__init__(task, reward, **options)
        self.goal_task = cast("type[GoalTask]", task)
        self._reward = reward
        self._packer = TransitionPacker(task.spec)
        self._encoder = ObservationEncoder(_without_goal(task.spec, self.goal_task.desired_goal))
        self.observation_space = spaces.Dict(
            {
                "observation": self._encoder.space(),
                "achieved_goal": self._goal_space(self.goal_task.achieved_goal),
                "desired_goal": self._goal_space(self.goal_task.desired_goal),
            }
        )

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict]:
        """Start an episode; with `seed`, this and all later ones are determined by it."""
        _, info = super().reset(seed=seed, options=options)
        return self._goal_observation(), info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Advance by one step with one action, of the action space's shape."""
        before = self.worlds.view
        _, reward, terminated, truncated, info = super().step(action)
        info["is_success"] = info["task_reward"] > 0
        if self._reward is not None:
            transition = Transition(before, np.asarray(action)[None], self.worlds.view)
            info[TRANSITION] = self._packer.pack(transition)[0]
        return self._goal_observation(), reward, terminated, truncated, info

    def compute_reward(
        self,
        achieved_goal: np.ndarray,
        desired_goal: np.ndarray,
        info: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    ) -> np.ndarray | float:
        """What steps earn if their goals are `desired_goal`.

        Args:
            achieved_goal: (G,) or (N, G), after the step.
            desired_goal: (G,) or (N, G).
            info: the step's own info, or N of them; only a reward program looks at them.

        Returns:
            The reward, or (N,) float64 rewards.

        Raises:
            UserError: if a reward program is paid and an info does not hold its transition.
        """
        one = np.ndim(achieved_goal) == 1
        achieved, desired = np.atleast_2d(achieved_goal), np.atleast_2d(desired_goal)
        if self._reward is None:
            rewards = self.goal_task.goal_reached(achieved, desired).astype(np.float64)
        else:
            infos = cast("Sequence[Mapping[str, Any]]", [info] if one else info)
            relabelled = self._with_goals(self._recorded(infos), achieved, desired)
            rewards, _ = self._reward(*relabelled)
        return float(rewards[0]) if one else rewards

    def _recorded(self, infos: Sequence[Mapping[str, Any]]) -> Transition:
        if any(TRANSITION not in info for info in infos):
            raise UserError(
                "a reward program is relabelled from whole transitions, which the infos hold; make the "
                "buffer keep them: replay_buffer_kwargs={'copy_info_dict': True}"
            )
        return self._packer.unpack(np.stack([info[TRANSITION] for info in infos]))

    def _with_goals(self, recorded: Transition, achieved: np.ndarray, desired: np.ndarray) -> Transition:
        goal = {self.goal_task.desired_goal: desired}
        return Transition(
            FieldView(recorded.obs.arrays() | goal),
            recorded.action,
            FieldView(recorded.next_obs.arrays() | goal | {self.goal_task.achieved_goal: achieved}),
        )

    def _goal_observation(self) -> dict[str, np.ndarray]:
        arrays = self.worlds.view.arrays()
        return {
            "observation": self._encoder.encode(arrays)[0],
            "achieved_goal": arrays[self.goal_task.achieved_goal][0].copy(),
            "desired_goal": arrays[self.goal_task.desired_goal][0].copy(),
        }

    def _goal_space(self, name: str) -> spaces.Box:
        field = self.goal_task.spec.field(name)
        return spaces.Box(field.low, field.high, field.shape, np.float64)


def _without_goal(spec: TaskSpec, goal: str) -> TaskSpec:
    fields = [
        dataclasses.replace(field, observed=False) if field.name == goal else field for field in spec.fields
    ]
    return dataclasses.replace(spec, fields=tuple(fields))
