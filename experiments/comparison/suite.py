"""A suite is data: a file that names tasks and what an agent may spend on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ...envs import UserError

SUITES = Path(__file__).with_name("suites")
_NUMBERS = ("steps", "horizon", "generations", "samples")


@dataclass(frozen=True)
class Suite:
    """Tasks that are benchmarked together, under one budget.

    A search for a reward may train `generations` times `samples` candidates for `steps` each.

    Attributes:
        tasks: their names.
        steps: environment steps of each training run.
        horizon: episode length in steps; None takes each task's own.
        generations: rounds of a search.
        samples: candidates in each round.
    """

    tasks: tuple[str, ...]
    steps: int
    horizon: int | None = None
    generations: int = 3
    samples: int = 8


def suite_names() -> list[str]:
    """Names of the suites that come with the package."""
    return sorted(path.stem for path in SUITES.glob("*.yaml"))


def find_suite(name: str) -> Suite:
    """The suite called `name`, or the one in the file of that path.

    Raises:
        UserError: if there is none, its file holds something else, or it is made of several.

    >>> find_suite("robots").horizon
    150
    """
    parts = find_suites(name)
    if len(parts) != 1:
        raise UserError(f"the suite {name} is made of {len(parts)} with a budget each; name one of them")
    return parts[0]


def find_suites(name: str) -> list[Suite]:
    """The suite called `name`, or those that it is made of, in their order.

    Raises:
        UserError: if there is none, or a file holds something else.

    >>> len(find_suites("robots"))
    1
    """
    return _read(_path(name, Path()), ())


def _path(name: str, folder: Path) -> Path:
    path = folder / name if name.endswith((".yaml", ".yml")) else SUITES / f"{name}.yaml"
    if not path.is_file():
        raise UserError(f"a suite is {', '.join(suite_names())} or the path of a .yaml file, got {name!r}")
    return path


def _read(path: Path, within: tuple[Path, ...]) -> list[Suite]:
    if path.resolve() in within:
        raise UserError(f"the suite {path} is part of itself; take it out of its `suites`")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"the suite {path} is not YAML: {str(error).splitlines()[0]}") from error
    return _suites(data, path, (*within, path.resolve()))


def _suites(data: Any, path: Path, within: tuple[Path, ...]) -> list[Suite]:
    """The suites that `data`, from the file at `path`, describes or names."""
    if isinstance(data, Mapping) and set(data) == {"suites"}:
        _check_list(data, "suites", path)
        parts = [
            _suites(part, path, within)
            if isinstance(part, Mapping)
            else _read(_path(str(part), path.parent), within)
            for part in data["suites"]
        ]
        return [suite for part in parts for suite in part]
    _check(data, path)
    numbers = {name: data[name] for name in _NUMBERS if data.get(name) is not None}
    return [Suite(tuple(data["tasks"]), **numbers)]


def _check(data: Any, path: Path) -> None:
    entries = set(data) if isinstance(data, Mapping) else set()
    if not {"tasks", "steps"} <= entries <= {"tasks", *_NUMBERS}:
        raise UserError(
            f"the suite {path} holds `tasks`, `steps` and, where wanted, `horizon`, `generations` and "
            f"`samples`, or `suites` alone; got {data!r}"
        )
    _check_list(data, "tasks", path)
    for name in _NUMBERS:
        value = data.get(name)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise UserError(f"the suite {path}: {name} is a whole number from 1 up, got {value!r}")


def _check_list(data: Mapping[str, Any], entry: str, path: Path) -> None:
    if not isinstance(data[entry], list) or not data[entry]:
        raise UserError(f"the suite {path} names its {entry} in a list, got {data[entry]!r}")
