"""Tasks are found, not listed: every module of `envs.robots` and `envs.text` that registers one counts."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from .errors import UserError
from .task import Task

FAMILIES = ("robots", "text")
_TASKS: dict[str, type[Task]] = {}


class UnknownTaskError(UserError):
    """A task name that nothing is registered under."""


def register(task: type[Task]) -> type[Task]:
    """Class decorator: make `task` known under its spec's name."""
    name = task.spec.name
    if name in _TASKS and _TASKS[name].__qualname__ != task.__qualname__:
        raise ValueError(
            f"two tasks are called {name!r}: {_TASKS[name].__qualname__} and {task.__qualname__}"
        )
    _TASKS[name] = task
    return task


@cache
def _discover() -> None:
    root = __name__.rpartition(".")[0]
    for family in FAMILIES:
        package = importlib.import_module(f"{root}.{family}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")


def task_names(where: Callable[[type[Task]], bool] = lambda task: True) -> list[str]:
    """Names of all tasks, or of those that `where` accepts, in alphabetical order."""
    _discover()
    return sorted(name for name, task in _TASKS.items() if where(task))


def task_class(name: str) -> type[Task]:
    """The task called `name`, e.g. ``drawer-open``; its Gymnasium id is accepted too.

    Raises:
        UnknownTaskError: with the nearest names.
    """
    _discover()
    by_id = {task.spec.gym_id: task for task in _TASKS.values()}
    found = _TASKS.get(name) or by_id.get(name)
    if found is None:
        near = difflib.get_close_matches(name, _TASKS, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "`rewardsmith tasks` lists them all"
        raise UnknownTaskError(f"there is no task {name!r}; {hint}")
    return found
