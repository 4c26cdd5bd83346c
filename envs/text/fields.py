"""Short ways to declare the fields that text tasks have."""

from __future__ import annotations

from collections.abc import Sequence

from ..spec import Field

ILLEGAL_ACTIONS = Field(
    "illegal_actions",
    "actions that were not legal when they were chosen, all ignored",
    low=0.0,
    observed=False,
)


def category(
    name: str, meaning: str, words: Sequence[str], shape: tuple[int, ...] = (), observed: bool = True
) -> Field:
    """One of `words` in every place of `shape`."""
    labels = tuple(words)
    return Field(
        name, meaning, shape, kind="category", categories=len(labels), labels=labels, observed=observed
    )


def number(name: str, meaning: str, below: int, shape: tuple[int, ...] = (), observed: bool = True) -> Field:
    """A whole number in [0, below), which the policy sees as a one-hot block."""
    return Field(name, meaning, shape, kind="category", categories=below, observed=observed)


def flag(name: str, meaning: str, shape: tuple[int, ...] = (), observed: bool = True) -> Field:
    """True or false."""
    return Field(name, meaning, shape, kind="flag", observed=observed)


def share(name: str, meaning: str, shape: tuple[int, ...] = (), observed: bool = True) -> Field:
    """A real number from 0 to 1."""
    return Field(name, meaning, shape, low=0.0, high=1.0, observed=observed)
