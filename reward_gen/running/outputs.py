"""What a reward may return, and the copy of it that the caller keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..verdict import RewardFault

MAX_TERMS = 32
MAX_NAME = 64
TOTAL = "reward"  # the name of the sum in logs and traces
LARGEST = float(np.finfo(np.float32).max)


def split(result: object) -> tuple[Any, dict[str, Any]]:
    """The reward and the terms of what a program returned, names checked.

    Raises:
        RewardFault: where it is no pair, the terms are no dict, or their names are not plain words.
    """
    if not isinstance(result, tuple) or len(result) != 2:
        raise _fault(f"it returned {_kind(result)}; return a pair: the reward (B,) and a dict of terms")
    reward, terms = result
    if not isinstance(terms, dict):
        raise _fault(f"the terms are {_kind(terms)}; return a dict {{name: (B,)}} as the second value")
    check_names(list(terms))
    return reward, terms


def check_names(names: Sequence[object]) -> None:
    """Raise RewardFault unless all `names` are distinct plain words, few enough to be logged."""
    if len(names) > MAX_TERMS:
        raise _fault(f"it returned {len(names)} terms, at most {MAX_TERMS} are allowed; drop the small ones")
    for name in names:
        if not isinstance(name, str) or not (
            name.isidentifier() and name.isascii() and len(name) <= MAX_NAME
        ):
            raise _fault(f"the term name {name!r:.60} is not a plain word; write one like hand_to_goal")
        if name == TOTAL:
            raise _fault(f"the term name {TOTAL} is taken by the total; name what the term measures")
    if len(set(names)) < len(names):
        raise _fault("a term name is returned twice; give each its own name")


def write(reward: object, terms: dict[str, Any], rows: np.ndarray) -> None:
    """Copy the reward into ``rows[0]`` and the terms into the rows below; `rows` is (1 + terms, B) float64.

    Raises:
        RewardFault: where one of them is not a real array of shape (B,).
    """
    _put("the reward", reward, rows[0])
    for (name, value), row in zip(terms.items(), rows[1:], strict=True):
        _put(f"the term {name}", value, row)


def demand_finite(rows: np.ndarray, names: Sequence[str]) -> None:
    """Raise RewardFault unless all of `rows` (1 + terms, B) are finite, also after a cast to float32."""
    # One pass over all rows; a NaN makes the comparison false.
    if rows.size == 0 or np.abs(rows).max() <= LARGEST:
        return
    for name, row in zip(("the reward", *(f"the term {name}" for name in names)), rows, strict=True):
        if np.isnan(row).any():
            raise _fault(
                f"{name} is NaN in {np.isnan(row).sum()} of {row.size} worlds; guard divisions and roots"
            )
        if not np.abs(row).max() <= LARGEST:
            raise _fault(f"{name} is infinite as a float32 (largest {np.abs(row).max():.3g}); bound it")


def keep(rows: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The rows as a reward (B,) and terms {name: (B,)}."""
    return rows[0], dict(zip(names, rows[1:], strict=True))


def _put(what: str, value: object, row: np.ndarray) -> None:
    if not isinstance(value, np.ndarray | np.generic):
        raise _fault(
            f"{what} is {_kind(value)}, expected an array (B,); e.g. xp.full(action.shape[0], value)"
        )
    if value.shape != row.shape:
        raise _fault(
            f"{what} has shape {value.shape}, expected (B,) = {row.shape}; reduce the other axes, axis=-1"
        )
    if value.dtype.kind not in "fiub":
        raise _fault(f"{what} has type {value.dtype}, expected real numbers")
    row[...] = value


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _fault(reason: str) -> RewardFault:
    return RewardFault("runtime", reason)
