"""`xp`: a frozen set of array functions. Never the module itself, whose attributes lead everywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..checking.surface import LINALG, MATH_NAMES, XP_NAMES


class Namespace:
    """Names bound once, for good.

    >>> NUMPY.sqrt(4.0)
    np.float64(2.0)
    >>> NUMPY.load
    Traceback (most recent call last):
    ...
    AttributeError: 'Namespace' object has no attribute 'load'
    """

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.__dict__.update(members)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} may not be assigned: a namespace is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name} may not be deleted: a namespace is frozen")

    def __getattr__(self, name: str) -> Any:
        """Reached for names that are not bound; its type tells checkers that the others may be anything."""
        raise AttributeError(f"'Namespace' object has no attribute {name!r}")


NUMPY = Namespace(
    {name: getattr(np, name) for name in XP_NAMES - {"linalg"}}
    | {"linalg": Namespace({name: getattr(np.linalg, name) for name in LINALG})}
)
MATH = Namespace({name: getattr(math, name) for name in MATH_NAMES})
