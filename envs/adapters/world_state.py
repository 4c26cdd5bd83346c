"""Exact copies of all that an environment remembers, whatever its class.

The environment's objects are written down by `pickle`, beginning with the attributes of every layer:
wrappers, the environment itself, environments inside it. Layers and MuJoCo models stay where they are;
MuJoCo's data is copied whole, since official environments read positions that lag behind the state.
"""

from __future__ import annotations

import copy
import io
import pickle
import types
from dataclasses import dataclass
from typing import Any, NoReturn

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils import EzPickle

from ..errors import UserError
from . import mujoco_memory


class UncopyableError(UserError):
    """An environment that holds something which cannot be copied."""


@dataclass(frozen=True)
class WorldState:
    """What an environment remembered; it can be restored any number of times, in any world of its kind.

    Attributes:
        attributes: the attributes of all layers, pickled one layer after another.
        layers: the classes of the layers.
        datas: copies of MuJoCo's data.
        models: what can change in MuJoCo's models, for each of them.
        shared: functions and specs, which have no state and are not copied.
    """

    attributes: bytes
    layers: tuple[type, ...]
    datas: tuple[Any, ...]
    models: tuple[mujoco_memory.ModelState, ...]
    shared: tuple[Any, ...]


class StateKeeper:
    """Saves and restores the state of one environment.

    >>> env = gymnasium.make("CartPole-v1").unwrapped
    >>> keeper, _ = StateKeeper(env), env.reset(seed=0)
    >>> saved = keeper.save()
    >>> later = env.step(0)[0]
    >>> keeper.restore(saved)
    >>> bool((env.step(0)[0] == later).all())
    True

    Args:
        env: the environment, after its first reset.

    Raises:
        UncopyableError: by the methods, if it holds something that cannot be copied.
    """

    def __init__(self, env: gymnasium.Env) -> None:
        # The places in these lists are what states refer to: worlds of one kind fill them in the same order.
        self.layers: list[gymnasium.Env] = [env]
        self.models: list[Any] = []
        self.datas: list[Any] = []

    def save(self) -> WorldState:
        """All that the environment now remembers."""
        self.datas = []
        stream = io.BytesIO()
        pickler = _Pickler(stream, self)
        for layer in self.layers:  # grows while layers are found within layers
            try:
                pickler.dump(vars(layer))
            except (pickle.PicklingError, TypeError, AttributeError, NotImplementedError) as error:
                self._refuse(layer, error)
        return WorldState(
            stream.getvalue(),
            tuple(type(layer) for layer in self.layers),
            tuple(copy.copy(data) for data in self.datas),
            tuple(mujoco_memory.model_state(model) for model in self.models),
            tuple(pickler.shared),
        )

    def restore(self, state: WorldState) -> None:
        """Bring back what `save` gave, here or in another world of the same kind."""
        known = tuple(type(layer) for layer in self.layers[: len(state.layers)])
        if state.layers != known or len(state.models) > len(self.models):
            raise UncopyableError("a state of another kind of environment cannot be restored here")
        self.datas = [copy.copy(data) for data in state.datas]
        unpickler = _Unpickler(io.BytesIO(state.attributes), self, state.shared)
        attributes = [unpickler.load() for _ in state.layers]
        for model, saved in zip(self.models, state.models, strict=False):
            mujoco_memory.set_model_state(model, saved)
        for layer, values in zip(self.layers, attributes, strict=False):
            vars(layer).clear()
            vars(layer).update(values)

    def _refuse(self, layer: gymnasium.Env, error: Exception) -> NoReturn:
        for name, value in vars(layer).items():
            try:
                _Pickler(io.BytesIO(), self).dump(value)
            except (pickle.PicklingError, TypeError, AttributeError, NotImplementedError) as reason:
                raise UncopyableError(
                    f"{type(layer).__name__}.{name}, a {type(value).__name__}, cannot be copied: {reason}"
                ) from None
        raise UncopyableError(f"{type(layer).__name__} cannot be copied: {error}") from None


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, keeper: StateKeeper) -> None:
        super().__init__(stream, protocol=pickle.HIGHEST_PROTOCOL)
        self._keeper = keeper
        self.shared: list[Any] = []

    def persistent_id(self, value: Any) -> tuple[str, int] | None:
        if isinstance(value, gymnasium.Env):
            return "layer", _place(value, self._keeper.layers)
        if mujoco_memory.is_model(value):
            return "model", _place(value, self._keeper.models)
        if mujoco_memory.is_data(value):
            return "data", _place(value, self._keeper.datas)
        # A function that closes over variables may hold state, which a copy of the function would share.
        stateless = isinstance(value, types.FunctionType) and value.__closure__ is None
        if stateless or isinstance(value, (EnvSpec, types.ModuleType)):
            return "shared", _place(value, self.shared)
        return None

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.base is not None and not value.dtype.hasobject:
            return self._reduced_view(value)
        if isinstance(value, EzPickle):  # which would pickle the constructor's arguments instead of the state
            return object.__new__, (type(value),), vars(value), None, None, _set_attributes
        return NotImplemented

    def _reduced_view(self, view: np.ndarray) -> Any:
        """A view into another array, or into MuJoCo's memory, is to stay one."""
        owner = view
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        if mujoco_memory.is_view(owner):
            found = mujoco_memory.locate(view, [*self._keeper.datas, *self._keeper.models])
            return NotImplemented if found is None else (_view_of_attribute, found)
        if not owner.flags.c_contiguous or owner is view:
            return NotImplemented
        offset = mujoco_memory.address(view) - mujoco_memory.address(owner)
        return _view, (owner, view.shape, view.dtype, offset, view.strides)


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, keeper: StateKeeper, shared: tuple[Any, ...]) -> None:
        super().__init__(stream)
        self._kept = {
            "layer": keeper.layers,
            "model": keeper.models,
            "data": keeper.datas,
            "shared": shared,
        }

    def persistent_load(self, token: Any) -> Any:
        kind, place = token
        return self._kept[kind][place]


def _place(value: Any, kept: list[Any]) -> int:
    for place, known in enumerate(kept):
        if known is value:
            return place
    kept.append(value)
    return len(kept) - 1


def _set_attributes(made: Any, attributes: dict[str, Any]) -> None:
    vars(made).update(attributes)


def _view(
    owner: np.ndarray, shape: tuple[int, ...], dtype: np.dtype, offset: int, strides: tuple[int, ...]
) -> np.ndarray:
    return np.ndarray(shape, dtype, buffer=owner.data, offset=offset, strides=strides)


def _view_of_attribute(owner: Any, attribute: str, *layout: Any) -> np.ndarray:
    return _view(getattr(owner, attribute), *layout)
