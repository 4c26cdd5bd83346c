"""Packages that import what they offer when it is first asked for (PEP 562).

A process that only directs others, such as an evolution's, then never pays for torch.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


class LazyPackage(ModuleType):
    """A package whose names are imported at first use; made of a plain one by `offer_lazily`."""

    _modules: Mapping[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self._modules:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(self._modules[name], self.__name__), name)
        super().__setattr__(name, value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        # Importing a submodule makes it an attribute of its package. The module `train` must not hide the
        # function `train` that the package offers.
        if not (isinstance(value, ModuleType) and name in self._modules):
            super().__setattr__(name, value)

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *self._modules})


def offer_lazily(package: str, names: Mapping[str, Iterable[str]]) -> None:
    """Let `package` offer `names`, each imported when it is first asked for.

    Type checkers see nothing of this: the package's file also imports the names under ``TYPE_CHECKING``.

    Args:
        package: the package's ``__name__``; called while it is being imported.
        names: module, relative to the package (``.train``) -> the names that it defines.
    """
    module = sys.modules[package]
    module.__dict__["_modules"] = {name: where for where, found in names.items() for name in found}
    module.__class__ = LazyPackage
