"""Reads declared fields and success out of environments, and says in one line what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from ..errors import UserError
from ..spec import Field
from .gym_world import GymWorld
from .sources import FieldSource, Source, described


def read_field(field: Field, source: FieldSource, worlds: Sequence[GymWorld]) -> np.ndarray:
    """The field's values (n, *shape) in `worlds`.

    Raises:
        UserError: if they are not there, or not what the field declares.
    """
    try:
        rows = [_read(source, world) for world in worlds]
    except UserError as error:
        raise UserError(f"field {field.name}: {error}") from None
    try:
        values = np.asarray(rows)
    except ValueError:  # rows of different shapes
        _refuse_shape(field, source, rows)
    if values.shape[1:] != field.shape:
        _refuse_shape(field, source, rows)
    if not _fits(values, field):
        kind = f"category in [0, {field.categories})" if field.kind == "category" else field.kind
        raise UserError(
            f"field {field.name} is a {kind}, but {described(source)} gave {_wrong(values, field)}"
        )
    if field.kind == "real" and not np.isfinite(values).all():
        broken = int(np.flatnonzero(~np.isfinite(values).reshape(len(worlds), -1).all(axis=1))[0])
        raise UserError(
            f"field {field.name} must be finite, but {described(source)} gave {np.asarray(rows[broken])}; "
            "end the episode before that, or bound the value in a function of the environment"
        )
    return values


def read_success(source: Source, world: GymWorld) -> bool:
    """Whether `source` says that the goal is met; after a reset it may be silent, which means no.

    Raises:
        UserError: if it is not there after a step, or neither true nor false.
    """
    shown = world.shown
    value = source.at_reset(False).read(shown.observation, shown.info, after_reset=shown.after_reset)
    if np.ndim(value) or value not in (0, 1):
        raise UserError(
            f"success is true or false, but {source} is {value!r}; compare it in a rule over fields"
        )
    return bool(value)


def _read(source: FieldSource, world: GymWorld) -> Any:
    if isinstance(source, Source):
        shown = world.shown
        return source.read(shown.observation, shown.info, after_reset=shown.after_reset)
    return source(world.env.unwrapped)


def _refuse_shape(field: Field, source: FieldSource, rows: Sequence[Any]) -> NoReturn:
    shape = next(np.shape(row) for row in rows if np.shape(row) != field.shape)
    raise UserError(
        f"field {field.name} has the shape {field.shape} by its declaration, but {described(source)} has "
        f"{shape}: declare Field({field.name!r}, ..., {shape}), or take another part"
    )


def _fits(values: np.ndarray, field: Field) -> bool:
    if field.kind == "real":
        return values.dtype == np.bool_ or np.issubdtype(values.dtype, np.number)
    return bool(np.isin(values, _members(field)).all())


def _wrong(values: np.ndarray, field: Field) -> Any:
    return values.ravel()[~np.isin(values.ravel(), _members(field))][0] if field.kind != "real" else values[0]


def _members(field: Field) -> np.ndarray:
    return np.arange(2 if field.kind == "flag" else field.categories)
