"""Values as rl-zoo3 writes them in YAML, read without ``eval``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from stable_baselines3.common.utils import LinearSchedule
from torch import nn

from ..envs import UserError

ACTIVATIONS: dict[str, type[nn.Module]] = {
    f"nn.{kind.__name__}": kind for kind in (nn.ReLU, nn.Tanh, nn.ELU, nn.LeakyReLU, nn.SiLU, nn.GELU)
}


def read_value(value: Any) -> Any:
    """A number, list, mapping or activation from the text that rl-zoo3 uses for it.

    YAML 1.1 takes ``3e-4`` for text, so numbers in text are numbers here.

    Raises:
        UserError: for text that looks like an expression and is none of these.

    >>> read_value("dict(net_arch=[64, 64], activation_fn=nn.ReLU)")
    {'net_arch': [64, 64], 'activation_fn': <class 'torch.nn.modules.activation.ReLU'>}
    >>> read_value("3e-4"), read_value("MlpPolicy"), read_value({"net_arch": [64]})
    (0.0003, 'MlpPolicy', {'net_arch': [64]})
    """
    if isinstance(value, dict):
        return {key: read_value(inner) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    if value in ACTIVATIONS or value.startswith(("dict(", "{", "[")):
        return _read_expression(value)
    try:
        return float(value)
    except ValueError:
        return value


def read_schedule(value: Any) -> float | LinearSchedule:
    """A number, or ``lin_<start>``: from the start value down to 0 over the whole of training.

    Raises:
        UserError: for anything else.

    >>> read_schedule("lin_0.5")(0.5)
    0.25
    """
    text = str(value)
    try:
        start = float(text.removeprefix("lin_"))
    except ValueError:
        raise UserError(f"a schedule is a number or lin_<number>, such as lin_3e-4; got {value!r}") from None
    return LinearSchedule(start, 0.0, 1.0) if text.startswith("lin_") else start


def _read_expression(text: str) -> Any:
    try:
        return _read_node(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError):
        raise UserError(
            f"expected literals, dict(...) and activations ({', '.join(ACTIVATIONS)}), got {text!r}"
        ) from None


def _read_node(node: ast.expr) -> Any:
    readers: dict[type[ast.expr], Callable[[Any], Any]] = {
        ast.Call: _read_dict_call,
        ast.Attribute: _read_activation,
        ast.Dict: lambda d: {
            _read_node(key): _read_node(value) for key, value in zip(d.keys, d.values, strict=True)
        },
        ast.List: lambda items: [_read_node(item) for item in items.elts],
    }
    return readers.get(type(node), ast.literal_eval)(node)


def _read_dict_call(call: ast.Call) -> dict[str, Any]:
    named = all(keyword.arg is not None for keyword in call.keywords)
    if not isinstance(call.func, ast.Name) or call.func.id != "dict" or call.args or not named:
        raise ValueError("only dict(name=value, ...) can be called")
    return {str(keyword.arg): _read_node(keyword.value) for keyword in call.keywords}


def _read_activation(node: ast.Attribute) -> type[nn.Module]:
    name = ast.unparse(node)
    if name not in ACTIVATIONS:
        raise ValueError(f"{name} is no known activation")
    return ACTIVATIONS[name]
