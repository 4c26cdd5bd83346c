"""The fields of a robot's hinges."""

from __future__ import annotations

from ...spec import Field


def angle_fields(hinges: tuple[str, ...]) -> tuple[Field, ...]:
    """One angle for each hinge."""
    return tuple(
        Field(f"{hinge}_angle", f"angle of the {_words(hinge)} joint", (), "rad") for hinge in hinges
    )


def rate_fields(hinges: tuple[str, ...]) -> tuple[Field, ...]:
    """One angular rate for each hinge."""
    return tuple(
        Field(f"{hinge}_rate", f"rate of the {_words(hinge)} joint", (), "rad/s") for hinge in hinges
    )


def _words(hinge: str) -> str:
    return hinge.replace("_", " ")
