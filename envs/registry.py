"""Tasks are found, not listed: every module below these packages that registers one counts.

The tasks of official suites are known by name alone, and built when they are first asked for.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import gymnasium

from .declared import declared_in, load_declarations
from .errors import UserError
from .spec import gym_id_of
from .task import Task

AnyTask = TypeVar("AnyTask", bound=Task)
PACKAGES = ("robots", "text", "adapters")
_HERE = Path(__file__).resolve().parent
_TASKS: dict[str, type[Task]] = {}
_FAMILIES: dict[str, Family] = {}


class UnknownTaskError(UserError):
    """A task name that nothing is registered under."""


@dataclass(frozen=True)
class Family:
    """The tasks of an official suite.

    Attributes:
        horizons: name of each task -> its horizon in steps.
        build: makes the class of the task with a given name.
    """

    horizons: Mapping[str, int]
    build: Callable[[str], type[Task]]


def register(task: type[AnyTask]) -> type[AnyTask]:
    """Class decorator: make `task` known under its spec's name, here and to Gymnasium.

    Raises:
        UserError: if another task has the name.
    """
    name = task.spec.name
    known = _TASKS.get(name)
    if name in _FAMILIES:
        raise UserError(f"the name {name!r} is taken by the task of an official suite; choose another")
    if known is not None and not _same_declaration(known, task):
        raise UserError(f"the name {name!r} is taken by a task in {declared_in(known)}; choose another")
    _TASKS[name] = task
    _announce(name, task.spec.horizon, locator=_locator(task))
    return task


def register_family(family: Family) -> None:
    """Make the tasks of `family` known by name, here and to Gymnasium, without building any."""
    for name, horizon in family.horizons.items():
        _FAMILIES[name] = family
        _announce(name, horizon, locator=name)


@cache
def discover() -> None:
    """Import every module that registers tasks."""
    root = __name__.rpartition(".")[0]
    for name in PACKAGES:
        package = importlib.import_module(f"{root}.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def task_names(where: Callable[[type[Task]], bool] = lambda task: True) -> list[str]:
    """Names of all tasks, or of those that `where` accepts, in alphabetical order.

    Tasks of official suites are not among them: `adapted_task_names` has those.
    """
    discover()
    return sorted(name for name, task in _TASKS.items() if where(task))


def adapted_task_names() -> list[str]:
    """Names of the tasks of official suites, in alphabetical order; none is built for that."""
    discover()
    return sorted(_FAMILIES)


def task_class(name: str) -> type[Task]:
    """The task called `name`.

    Args:
        name: a task's name, such as ``drawer-open``, or its Gymnasium id; for a user's own, where it is
            declared and its name, as ``path/to/file.py:name`` or ``package.module:name``.

    Raises:
        UnknownTaskError: with the nearest names.
        UserError: if the place cannot be read, or declares something that does not work.
    """
    discover()
    if ":" in name:
        return _declared_task(name)
    if name.startswith("rewardsmith/"):
        name = {gym_id_of(known): known for known in (*_TASKS, *_FAMILIES)}.get(name, name)
    if name in _TASKS:
        return _TASKS[name]
    if name in _FAMILIES:
        return _built(name)
    near = difflib.get_close_matches(name, [*_TASKS, *_FAMILIES], n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "`rewardsmith tasks` lists them all"
    raise UnknownTaskError(f"there is no task {name!r}; {hint}")


@cache
def _built(name: str) -> type[Task]:
    return _FAMILIES[name].build(name)


def _declared_task(locator: str) -> type[Task]:
    place, _, name = locator.rpartition(":")
    file = load_declarations(place)
    there = {known for known, task in _TASKS.items() if declared_in(task) == file}
    if name not in there:
        found = ", ".join(sorted(there)) or "no task at all"
        raise UnknownTaskError(f"{place} declares {found}, not {name!r}")
    return _TASKS[name]


def _same_declaration(known: type[Task], task: type[Task]) -> bool:
    """Whether one place was read twice: a cell run again, a script that is imported too."""
    file = declared_in(known)
    if file is None:
        return True
    line = "declared_on_line"
    return file == declared_in(task) and getattr(known, line, known.__qualname__) == getattr(
        task, line, task.__qualname__
    )


def _locator(task: type[Task]) -> str:
    """A name under which any process finds `task`."""
    file = declared_in(task)
    if file is None or file.is_relative_to(_HERE):
        return task.spec.name
    return f"{file}:{task.spec.name}"


def _announce(name: str, horizon: int, locator: str) -> None:
    gymnasium.registry.pop(gym_id_of(name), None)
    gymnasium.register(
        id=gym_id_of(name),
        entry_point="rewardsmith:single_env",
        vector_entry_point="rewardsmith:vector_env",
        max_episode_steps=horizon,
        kwargs={"task": locator},
    )
