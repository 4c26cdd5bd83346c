"""Files and modules in which users declare tasks of their own."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path

from .errors import UserError
from .task import Task


def declared_in(task: type[Task]) -> Path | None:
    """The file that declares `task`; None for one declared in a notebook or at a prompt."""
    return _file_of(sys.modules.get(task.__module__))


def load_declarations(place: str) -> Path:
    """Run the file or import the module `place`, unless this process has done so; the file's path.

    Args:
        place: a path that ends in ``.py``, or a module's dotted name.

    Raises:
        UserError: if there is nothing of the kind, or if it fails.
    """
    if not place.endswith(".py"):
        return _import(place)
    path = Path(place).resolve()
    if not path.is_file():
        raise UserError(f"expected a file of task declarations at {place}, found none")
    loaded = {_file_of(module) for module in list(sys.modules.values())}
    if path not in loaded:
        _run(path)
    return path


def _import(name: str) -> Path:
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(name)
    except UserError:
        raise
    except ImportError as error:
        raise UserError(f"the module {name!r} of task declarations cannot be imported: {error}") from error
    finally:
        sys.path.remove(str(Path.cwd()))
    file = _file_of(module)
    if file is None:
        raise UserError(f"the module {name!r} has no file to declare tasks in")
    return file


def _run(path: Path) -> None:
    # Two files of the same name in different folders are different modules.
    name = f"{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except UserError:
        del sys.modules[name]
        raise
    except (ImportError, SyntaxError, NameError, TypeError, AttributeError, ValueError) as error:
        del sys.modules[name]
        raise UserError(f"{path} cannot be read: {type(error).__name__}: {error}") from error


def _file_of(module: object) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file else None
