"""Named, read-only views of a batch of states: what a reward program sees as `obs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


class FieldView:
    """Fields of B worlds as attributes, each an array of shape (B, ...).

    >>> view = FieldView({"hand_pos": np.zeros((2, 3))})
    >>> view.hand_pos.shape
    (2, 3)
    >>> view.hand_pos[0] = 1.0
    Traceback (most recent call last):
    ...
    ValueError: assignment destination is read-only
    """

    __slots__ = ("_arrays",)
    _arrays: dict[str, np.ndarray]

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        read_only = {}
        for name, array in arrays.items():
            view = array.view()
            view.flags.writeable = False
            read_only[name] = view
        object.__setattr__(self, "_arrays", read_only)

    def __getattr__(self, name: str) -> np.ndarray:
        try:
            return self._arrays[name]
        except KeyError:
            raise AttributeError(f"there is no field {name!r}; fields: {', '.join(self._arrays)}") from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a view is read-only")

    def __reduce__(self) -> tuple:
        return FieldView, (self._arrays,)

    def arrays(self) -> dict[str, np.ndarray]:
        """Name -> read-only array (B, ...), in the order of the task's fields."""
        return dict(self._arrays)

    def worlds(self, index: np.ndarray | slice) -> FieldView:
        """The view of some of the worlds only."""
        return FieldView({name: array[index] for name, array in self._arrays.items()})

    @classmethod
    def concatenate(cls, views: Sequence[FieldView]) -> FieldView:
        """The worlds of all `views`, one view after another; there is at least one view."""
        names = views[0].arrays()
        return cls({name: np.concatenate([view.arrays()[name] for view in views]) for name in names})
