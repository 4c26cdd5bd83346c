"""The code behind a user's own task: its file, and what that file imports."""

from __future__ import annotations

import ast
import hashlib
import site
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from ...envs import Task, UserError
from ...envs.declared import declared_in
from .versions import version_of

_SHIPPED_TASKS = Path(__file__).resolve().parents[2] / "envs"
_INSTALLED = tuple(Path(place).resolve() for place in (*site.getsitepackages(), site.getusersitepackages()))


def own_code(task: type[Task]) -> list[tuple[str, str]]:
    """What the user's own `task` is made of: (file, its digest) and (distribution, its version), sorted.

    The files are the declaring one and those that it imports, and those import, as long as they are the
    user's own; of an own package, all its files. What is installed counts with its version. Files that a
    task reads while it runs are not seen. For a task that comes with rewardsmith the list is empty: its
    code is among `versions`.

    Raises:
        UserError: if the task is declared in no file.
    """
    file = declared_in(task)
    if file is None:
        raise UserError(
            f"the results of {task.spec.name} cannot be cached: it is declared in no file, so a change of it "
            "would go unseen; move it to a file, or leave the cache out"
        )
    if file.is_relative_to(_SHIPPED_TASKS):
        return []
    found: set[tuple[str, str]] = set()
    seen: set[Path] = set()
    # A file that was run by its path is a module of its own; one that was imported may be of a package.
    package = task.__module__.partition(".")[0] if "." in task.__module__ else ""
    waiting = list(_files_of(package)) if package else [(file, file.name)]
    while waiting:
        path, name = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        found.add((name, hashlib.sha256(path.read_bytes()).hexdigest()))
        for imported in _imports(path):
            distributions = _distributions(imported)
            found.update((name, version_of(name)) for name in distributions)
            if not distributions:
                waiting += _files_of(imported)
    return sorted(found)


def _imports(path: Path) -> set[str]:
    """Top-level names of what a file imports, at any depth of nesting, but for the standard library."""
    if path.suffix != ".py":
        return set()
    names = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"rewardsmith"}


def _distributions(name: str) -> list[str]:
    """The installed distributions that the module `name` comes from; none for the user's own files."""
    places = _places(name)
    installed = any(place.is_relative_to(root) for place in places for root in _INSTALLED)
    return sorted(set(_known_distributions().get(name, ()))) if installed else []


@cache
def _known_distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


def _files_of(name: str) -> Iterator[tuple[Path, str]]:
    """The files of the user's own module or package `name`, each with its name below the import path."""
    for place in _places(name):
        files = place.rglob("*.py") if place.is_dir() else [place]
        yield from ((path, path.relative_to(place.parent).as_posix()) for path in files)


def _places(name: str) -> list[Path]:
    """A package's folders or a module's file; empty where there is no such module."""
    spec = find_spec(name)
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [Path(place).resolve() for place in spec.submodule_search_locations]
    return [Path(spec.origin).resolve()] if spec.has_location and spec.origin else []
