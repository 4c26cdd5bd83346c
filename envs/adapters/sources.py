"""Where a field's value is found in what an environment returns: ``Obs[0:3]``, ``Info["x_position"]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import UserError

_UNSET: Any = object()


@dataclass(frozen=True)
class Source:
    """A place in an environment's observation or info, written as one would index it.

    >>> Obs["achieved_goal"][0:2].read({"achieved_goal": np.arange(3.0)}, {})
    array([0., 1.])

    Attributes:
        root: ``Obs`` or ``Info``.
        keys: the indices that lead from there to the value, outermost first.
        value_at_reset: stands in where the place does not exist after a reset.
    """

    root: str
    keys: tuple[Any, ...] = ()
    value_at_reset: Any = _UNSET

    def __getitem__(self, key: Any) -> Source:
        return replace(self, keys=(*self.keys, key))

    def at_reset(self, value: Any) -> Source:
        """This place, with `value` for where it does not exist yet: many infos are filled by steps alone."""
        return replace(self, value_at_reset=value)

    def read(self, observation: Any, info: Mapping[str, Any], *, after_reset: bool = False) -> Any:
        """The value there.

        Args:
            observation: what the environment returned.
            info: what it returned beside that.
            after_reset: whether a reset returned them, and not a step.

        Raises:
            UserError: if there is no such place.
        """
        value = observation if self.root == "Obs" else info
        for depth, key in enumerate(self.keys):
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                if after_reset and self.value_at_reset is not _UNSET:
                    return self.value_at_reset
                raise UserError(self._missing(depth, value, after_reset)) from None
        return value

    def _missing(self, depth: int, parent: Any, after_reset: bool) -> str:
        place = replace(self, keys=self.keys[:depth])
        if not isinstance(parent, Mapping):
            found = f"an array of shape {np.shape(parent)}" if np.ndim(parent) else f"the value {parent!r}"
            return f"{self} does not exist: {place} is {found}"
        hint = f"; write {self}.at_reset(value) if steps alone fill it" if after_reset else ""
        return f"{self} does not exist: {place} has the keys {sorted(map(str, parent))}{hint}"

    def __str__(self) -> str:
        return self.root + "".join(f"[{_written(key)}]" for key in self.keys)


Obs = Source("Obs")
Info = Source("Info")
# A function is called with the unwrapped environment.
FieldSource = Source | Callable[[Any], Any]


def described(source: FieldSource) -> str:
    """How an error message names `source`."""
    return str(source) if isinstance(source, Source) else "its function of the environment"


def _written(key: Any) -> str:
    if isinstance(key, tuple):
        return ", ".join(map(_written, key))
    if not isinstance(key, slice):
        return repr(key)
    ends = ["" if end is None else str(end) for end in (key.start, key.stop)]
    return ":".join(ends if key.step is None else [*ends, str(key.step)])
