"""Bring your own: any Gymnasium environment becomes a task by one declaration."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import gymnasium

from ..errors import UserError
from ..registry import register
from ..spec import Field, TaskSpec
from .actions import action_spec
from .gym_task import Declaration, FieldRule, GymTask, script_of
from .probe import probe
from .sources import FieldSource, Source

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SUCCESS_METRIC: Any = TaskSpec.__dataclass_fields__["metric"].default

Environment = str | Callable[[], gymnasium.Env]


def gym_task(
    name: str,
    env: Environment,
    *,
    goal: str,
    action: str,
    fields: Mapping[Field, FieldSource],
    success: Source | FieldRule,
    horizon: int | None = None,
    metric: tuple[str, FieldRule] | None = None,
    script: FieldRule | None = None,
    action_labels: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    ends_on_success: bool = False,
    step_seconds: float = 0.0,
    probe_steps: int = 2000,
) -> type[GymTask]:
    """Make a task of a Gymnasium environment, and make it known under `name`.

    `pendulum` and `mountain_car`, beside this file, are complete examples; ``docs/bring-your-own.md``
    explains one step by step.

    A human reward, if one is known, is a program in ``<name>.reward.py`` beside the declaring file, hyphens
    as underscores.

    Args:
        name: the task's name, in kebab case.
        env: a registered id, or a function that makes the environment (with arguments or wrappers).
        goal: the goal in plain words.
        action: the action's meaning in plain words; a Box's components run from -1 to 1, its own bounds.
        fields: where each named quantity is found: a place such as ``Obs[0:3]``, ``Obs["achieved_goal"]`` or
            ``Info["x_position"]``, or a function of the unwrapped environment.
        success: a place that says whether the goal is met, such as ``Info["is_success"]``, or a rule that
            gives (B,) bool from the fields, each (B, *shape).
        horizon: steps until an episode is truncated; None takes the environment's own.
        metric: the metric's meaning, and a rule that gives (B,) reals from the fields; higher is better.
        script: a rule that gives actions, (B, A) in [-1, 1] or (B,) int, from the fields.
        action_labels: a word for each component or choice of the action.
        tags: words to select tasks by.
        ends_on_success: whether success terminates the episode.
        step_seconds: simulated time of one step in s.
        probe_steps: steps of random play in which every field must vary; 0 leaves that check out.

    Returns:
        The task's class.

    Raises:
        UserError: in one line, if anything in the declaration does not fit the environment.
    """
    frame = sys._getframe(1)
    if not _NAME.fullmatch(name):
        raise UserError(f"a task's name is lower-case words joined by hyphens, got {name!r}")
    try:
        _check(fields, success)
        make = _maker(env)
        example = make()
        spec = TaskSpec(
            name=name,
            goal=goal,
            fields=tuple(fields),
            action=action_spec(example.action_space, action, action_labels),
            horizon=horizon or _own_horizon(env, example),
            tags=tags,
            metric=metric[0] if metric else _SUCCESS_METRIC,
            ends_on_success=ends_on_success,
            step_seconds=step_seconds,
        )
        example.close()
    except ValueError as error:
        reason = str(error).removeprefix(f"task {name}: ")
        raise UserError(f"task {name}: {reason}") from None
    declaration = Declaration(make, dict(fields), success, metric[1] if metric else None, script)
    task = task_of(spec, declaration, frame.f_globals["__name__"], frame.f_lineno)
    probe(task, probe_steps)
    return register(task)


def task_of(spec: TaskSpec, declaration: Declaration, module: str, line: int = 0) -> type[GymTask]:
    """The class of the task that `spec` and `declaration` describe; it is not registered.

    Args:
        spec: the task as data.
        declaration: the environment, and where the fields are found in it.
        module: name of the module that declares it.
        line: line of the declaration there.
    """
    attributes = {
        "__doc__": spec.goal,
        "__module__": module,
        "spec": spec,
        "declaration": declaration,
        "declared_on_line": line,
    }
    if declaration.script is not None:
        attributes["scripted_actions"] = script_of
    class_name = "".join(word.capitalize() for word in spec.name.split("-"))
    return type(class_name, (GymTask,), attributes)


def _check(fields: Mapping[Field, FieldSource], success: object) -> None:
    for field, source in fields.items():
        if not isinstance(field, Field):
            raise UserError(f"fields is a dictionary of Field(...): place, got the key {field!r}")
        if not (isinstance(source, Source) or callable(source)):
            raise UserError(
                f"field {field.name} is found at a place like Obs[0] or by a function of the environment, "
                f"got {source!r}"
            )
    if not (isinstance(success, Source) or callable(success)):
        raise UserError(f"success is a place like Info['is_success'] or a rule over fields, got {success!r}")


def _maker(env: Environment) -> Callable[[], gymnasium.Env]:
    if isinstance(env, str):
        return partial(_make_registered, env)
    if callable(env):
        return partial(_call_maker, env)
    raise UserError(f"env is a registered id or a function that makes an environment, got {env!r}")


def _make_registered(env_id: str) -> gymnasium.Env:
    try:
        return gymnasium.make(env_id, disable_env_checker=True, max_episode_steps=-1)
    except (gymnasium.error.Error, ImportError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        unknown = isinstance(error, gymnasium.error.UnregisteredEnv)
        hint = "; import the package that registers it" if unknown else ""
        raise UserError(f"the environment {env_id!r} cannot be made: {reason}{hint}") from None


def _call_maker(make: Callable[[], gymnasium.Env]) -> gymnasium.Env:
    made = make()
    if not isinstance(made, gymnasium.Env):
        raise UserError(f"the function given as env returns a gymnasium.Env, got {type(made).__name__}")
    return made


def _own_horizon(env: Environment, example: gymnasium.Env) -> int:
    spec = gymnasium.spec(env) if isinstance(env, str) else example.spec
    if spec is None or spec.max_episode_steps is None:
        raise UserError("the environment has no time limit of its own; give horizon=..., in steps")
    return spec.max_episode_steps
