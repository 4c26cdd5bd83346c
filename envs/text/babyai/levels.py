"""Two BabyAI levels by their official code: ``babyai-goto`` and ``babyai-pickup``.

A sentence such as "go to the red ball" or "pick up the key on your left" names one object in a room full of
others (Chevalier-Boisvert et al. 2019). They need the package minigrid, which is imported when a level is
first asked for.
"""

from __future__ import annotations

import contextlib
import io
from functools import partial
from typing import Any, NamedTuple

import gymnasium

from ...adapters.declare import task_of
from ...adapters.gym_task import Declaration, GymTask
from ...adapters.sources import FieldSource, Info
from ...errors import UserError
from ...registry import Family, register_family
from ...spec import ActionSpec, Field, TaskSpec
from ..fields import category
from . import room

PREFIX = "babyai-"
_COMMANDS = ("turn left", "turn right", "forward", "pick up", "drop", "toggle", "done")


class About(NamedTuple):
    """One official level.

    Attributes:
        env_id: its official id.
        goal: the goal in plain words.
        horizon: its official horizon in steps.
        tags: words to select it by.
    """

    env_id: str
    goal: str
    horizon: int
    tags: tuple[str, ...]


ABOUT = {
    "babyai-goto": About(
        "BabyAI-GoToLocal-v0",
        "Stand in front of an object of the wanted colour and type, and face it.",
        64,
        ("grounding", "easy"),
    ),
    "babyai-pickup": About(
        "BabyAI-PickupLoc-v0",
        "Pick up an object of the wanted colour and type on the wanted side, as seen from the start; a "
        "colour, type or side that is not named does not matter.",
        64,
        ("grounding", "hard"),
    ),
}


class Quiet(gymnasium.Wrapper):
    """An official level that says whether it succeeded, and prints nothing while it seeks a start."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict]:
        """Start an episode; `seed` decides the room and the sentence."""
        with contextlib.redirect_stdout(io.StringIO()):
            observation, info = self.env.reset(seed=seed, options=options)
        level: Any = self.unwrapped
        level.start_pose = (*map(int, level.agent_pos), int(level.agent_dir))
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict]:
        """One command; the official reward is positive on success alone."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        return observation, reward, terminated, truncated, {**info, "success": float(reward) > 0}


def make(env_id: str) -> gymnasium.Env:
    """The official level `env_id`.

    Raises:
        UserError: if minigrid is not installed.
    """
    try:
        import minigrid  # noqa: F401 - registers the levels
    except ImportError:
        raise UserError("BabyAI needs the package minigrid: pip install 'rewardsmith[minigrid]'") from None
    return Quiet(gymnasium.make(env_id, disable_env_checker=True, max_episode_steps=-1))


def build(name: str) -> type[GymTask]:
    """The task called `name`.

    Raises:
        UserError: if minigrid is not installed.
    """
    about = ABOUT[name]
    make(about.env_id).close()
    sources = _sources(located=name == "babyai-pickup")
    spec = TaskSpec(
        name=name,
        goal=about.goal,
        fields=tuple(sources),
        action=ActionSpec("discrete", len(_COMMANDS), "the next command", labels=_COMMANDS),
        horizon=about.horizon,
        tags=("text", *about.tags, "official"),
        ends_on_success=True,
        papers=(
            "Chevalier-Boisvert et al. 2019, BabyAI: A Platform to Study the Sample Efficiency of Grounded "
            "Language Learning",
        ),
    )
    return task_of(spec, Declaration(partial(make, about.env_id), sources, Info["success"]), __name__)


def _sources(located: bool) -> dict[Field, FieldSource]:
    shape = (room.OBJECTS,)
    found: dict[Field, FieldSource] = {
        category("wanted_color", "colour of the object wanted", ("any", *room.COLORS)): room.wanted_color,
        category("wanted_type", "type of the object wanted", ("any", *room.TYPES)): room.wanted_type,
        category("front", "what stands in front of the agent", room.FRONTS): room.front,
        category("object_color", "colour of each object", ("none", *room.COLORS), shape): room.object_colors,
        category("object_type", "type of each object", ("none", *room.TYPES), shape): room.object_types,
        Field("object_ahead", "cells by which each object is ahead of the agent", shape, "cells"): (
            room.objects_ahead
        ),
        Field("object_right", "cells by which each object is to its right", shape, "cells"): (
            room.objects_right
        ),
        Field(
            "target_distance",
            "steps along the grid from the cell in front of the agent to the nearest object wanted",
            unit="cells",
            low=0.0,
            observed=False,
        ): room.target_distance,
    }
    if located:
        found |= {
            category("wanted_side", "side of the start on which it is", room.SIDES): room.wanted_side,
            category("turned", "quarter turns to the right since the start", "0 1 2 3".split()): room.turned,
            Field("from_start", "cells ahead and to the right of the start", (2,), "cells"): room.from_start,
            category("carried", "type of the object carried", ("none", *room.TYPES)): room.carried,
        }
    return found


register_family(Family({name: about.horizon for name, about in ABOUT.items()}, build))
