"""A legged robot as data, from which its tasks' specs are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ...spec import ActionSpec, Field, TaskSpec

HORIZON = 1000


class Robot(NamedTuple):
    """What all tasks of one robot share.

    Attributes:
        fields: hinges, and fields of a task's own -> all fields.
        hinges: names of the hinges, in the model's order.
        motors: names of the hinges that the motors turn, in the model's order of motors.
        step_seconds: simulated time of one step in s.
        own: fields that this robot alone has.
    """

    fields: Callable[..., tuple[Field, ...]]
    hinges: tuple[str, ...]
    motors: tuple[str, ...]
    step_seconds: float
    own: tuple[Field, ...] = ()

    def spec(
        self, name: str, goal: str, *own: Field, metric: str, tags: tuple[str, ...], horizon: int = HORIZON
    ) -> TaskSpec:
        """The spec of one task.

        Args:
            name: the task's name.
            goal: the goal in plain words.
            own: the task's own fields.
            metric: meaning of the metric.
            tags: ``easy`` or ``hard``, beside those of all locomotion tasks.
            horizon: steps until an episode is truncated; Gymnasium's by default.
        """
        return TaskSpec(
            name=name,
            goal=goal,
            fields=self.fields(self.hinges, *own, *self.own),
            action=ActionSpec(
                kind="box",
                size=len(self.motors),
                meaning="torque of each motor, as a share of the largest it can give",
                labels=self.motors,
            ),
            horizon=horizon,
            tags=("locomotion", "robot", *tags),
            metric=metric,
            step_seconds=self.step_seconds,
        )
