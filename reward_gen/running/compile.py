"""A checked program as a function in this process. For programs that are trusted, and inside the seal."""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...envs.records import Terms
from ...envs.spec import TaskSpec
from ...envs.views import FieldView
from ..checking.allowlist import check_static
from ..checking.parsing import code_of
from ..checking.surface import BUILTINS
from ..faults import fault_of
from ..program import ENTRY, RewardProgram
from ..seal.level import IsolationLevel
from ..verdict import Rejected, RewardFault
from .freeze import freeze
from .namespace import MATH, NUMPY, Namespace
from .outputs import demand_finite, keep, split, write


class CompiledReward:
    """A `RewardFn` that runs in this process and checks every result. See `compile_program`."""

    level = IsolationLevel.NONE

    def __init__(self, function: Callable[..., object], spec: TaskSpec) -> None:
        self._function = function
        self._action_dtype = spec.action.dtype

    def __call__(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> tuple[np.ndarray, Terms]:
        """Reward (B,) and terms {name: (B,)}, all float64 and finite as float32.

        Raises:
            RewardFault: where the program fails or returns anything else.
        """
        action = np.asarray(action, self._action_dtype).view()
        action.flags.writeable = False
        with np.errstate(all="ignore"):
            reward, terms = self.raw(obs, action, next_obs)
        rows = np.empty((1 + len(terms), len(action)))
        write(reward, terms, rows)
        names = tuple(terms)
        demand_finite(rows, names)
        return keep(rows, names)

    def raw(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> tuple[Any, dict[str, Any]]:
        """What the program returned, as a pair but otherwise unchecked; may alias the arguments."""
        try:
            result = self._function(obs, action, next_obs, NUMPY)
        except Exception as error:
            raise fault_of(error) from error
        return split(result)


def compile_program(program: RewardProgram, spec: TaskSpec) -> CompiledReward:
    """Check `program` and make it a function in this process.

    The text is parsed once and the checked tree itself is compiled. Running it needs trust: the check
    is no boundary. Programs of unknown origin belong into `SealedReward`.

    Args:
        program: the program.
        spec: the task whose fields it may read.

    Raises:
        RewardFault: at stage ``static`` where the program is refused, ``runtime`` where its constants fail.
    """
    return CompiledReward(build(program.text, spec, NUMPY), spec)


def build(text: str, spec: TaskSpec, xp: Namespace) -> Callable[..., object]:
    """The program's own ``compute_reward``, in a fresh namespace; `xp` also answers ``import numpy``."""
    return assemble(checked(text, spec), xp)


def checked(text: str, spec: TaskSpec) -> ast.Module:
    """The checked syntax tree of `text`; RewardFault at stage ``static`` where it is refused."""
    tree = check_static(text, spec)
    if isinstance(tree, Rejected):
        raise RewardFault(tree.stage, tree.reason)
    return tree


def assemble(tree: ast.Module, xp: Namespace) -> Callable[..., object]:
    """The function that a checked tree defines, every constant beside it frozen.

    Raises:
        RewardFault: where its constants fail.
    """
    code = code_of(tree)
    space: dict[str, Any] = {"__builtins__": _builtins(xp), "__name__": "reward"}
    try:
        with np.errstate(all="ignore"):
            exec(code, space)
        for name in [name for name in space if not name.startswith("__")]:
            space[name] = freeze(name, space[name])
    except Exception as error:
        raise fault_of(error) from error
    function: Callable[..., object] = space[ENTRY]
    return function


def _builtins(xp: Namespace) -> dict[str, Any]:
    spaces: Mapping[str, Namespace] = {"numpy": xp, "math": MATH}

    def give(name: str, *_: object) -> object:
        # NumPy's own C code imports its helpers through the builtins of whoever called it.
        return importlib.import_module(name) if name.startswith("numpy.") else spaces[name]

    return {name: getattr(builtins, name) for name in BUILTINS} | {"__import__": give}
