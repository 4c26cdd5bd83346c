"""A suite is data: a file that names tasks and what an agent may spend on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ...envs import UserError

SUITES = Path(__file__).with_name("suites")


@dataclass(frozen=True)
class Suite:
    """Tasks that are benchmarked together, under one budget.

    Attributes:
        tasks: their names.
        steps: environment steps of each training run.
        horizon: episode length in steps; None takes each task's own.
    """

    tasks: tuple[str, ...]
    steps: int
    horizon: int | None = None


def suite_names() -> list[str]:
    """Names of the suites that come with the package."""
    return sorted(path.stem for path in SUITES.glob("*.yaml"))


def find_suite(name: str) -> Suite:
    """The suite called `name`, or the one in the file of that path.

    Raises:
        UserError: if there is none, or its file holds something else.

    >>> find_suite("robots").horizon
    150
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else SUITES / f"{name}.yaml"
    if not path.is_file():
        raise UserError(f"a suite is {', '.join(suite_names())} or the path of a .yaml file, got {name!r}")
    return _read(path)


def _read(path: Path) -> Suite:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"the suite {path} is not YAML: {str(error).splitlines()[0]}") from error
    _check(data, path)
    return Suite(tuple(data["tasks"]), data["steps"], data.get("horizon"))


def _check(data: Any, path: Path) -> None:
    entries = set(data) if isinstance(data, Mapping) else set()
    if not {"tasks", "steps"} <= entries <= {"tasks", "steps", "horizon"}:
        raise UserError(f"the suite {path} holds `tasks`, `steps` and, where wanted, `horizon`, got {data!r}")
    if not isinstance(data["tasks"], list) or not data["tasks"]:
        raise UserError(f"the suite {path} names its tasks in a list, got {data['tasks']!r}")
    for name in ("steps", "horizon"):
        value = data.get(name)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise UserError(f"the suite {path}: {name} is a whole number from 1 up, got {value!r}")
