"""Parameters as a reward program, and back: ``language.program``, ``language.recover``.

Each term pays ``weight / (1 + residual / scale)``: its weight where the residual is 0, half of it at the
scale, and never nothing, so that a planner that only compares plans is drawn to the target from anywhere.
The scales are part of the fixed template: one for each unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...envs import TaskSpec, UserError
from ..program import RewardProgram
from .parameters import Parameters, parse_parameters, read_parameters
from .residual import Part, Residual

_MARK = "# parameters: "
_SCALES = {"m": 0.1, "rad": 0.3, "m/s": 0.5, "rad/s": 2.0}
_OTHER_SCALE = 0.2


def program(
    spec: TaskSpec, parameters: Parameters | Mapping[str, float], *, name: str = "", origin: str = "language"
) -> RewardProgram:
    """The reward program of the template under `parameters`.

    >>> from rewardsmith.envs import task_class
    >>> print(program(task_class("reach").spec, {"hand_pos[2] at 0.3": 1.0}).text)
    def compute_reward(obs, action, next_obs, xp):
        # hand_pos[2] at 0.3
        gap_1 = xp.abs(next_obs.hand_pos[:, 2] - 0.3)
        hand_pos_2_at = 1.0 / (1.0 + gap_1 / 0.1)
        return hand_pos_2_at, {"hand_pos_2_at": hand_pos_2_at}
    # parameters: {"hand_pos[2] at 0.3": 1.0}
    <BLANKLINE>

    Args:
        spec: the task.
        parameters: parameters, or a mapping from sentences to weights.
        name: the program's short name.
        origin: where the parameters came from.

    Raises:
        UserError: a sentence or a weight makes no sense for the task.
    """
    known = parameters if isinstance(parameters, Parameters) else read_parameters(parameters, spec)
    return RewardProgram(render(known, spec), name=name, origin=origin)


def render(parameters: Parameters, spec: TaskSpec) -> str:
    """The program's text; its last line holds the parameters themselves."""
    lines: list[str] = []
    names: list[str] = []
    for number, (residual, weight) in enumerate(parameters.weights, 1):
        name = _unused(_term_name(residual), names)
        names.append(name)
        gap, scale = f"gap_{number}", _SCALES.get(residual.unit(spec), _OTHER_SCALE)
        lines += [
            f"# {residual}",
            *(line.format(gap=gap) for line in _measure(residual, spec)),
            f"{name} = {weight!r} / (1.0 + {gap} / {scale!r})",
        ]
    body = "\n".join(f"    {line}" for line in lines)
    terms = ", ".join(f'"{name}": {name}' for name in names)
    return (
        f"def compute_reward(obs, action, next_obs, xp):\n{body}\n"
        f"    return {' + '.join(names)}, {{{terms}}}\n{_MARK}{parameters.to_json()}\n"
    )


def recover(text: str, spec: TaskSpec) -> Parameters | None:
    """The parameters of a program that `render` wrote for `spec`; None for any other program.

    A program that was edited by hand no longer equals what its parameters render to, so stale parameters
    are never taken for the program.
    """
    last = text.rstrip().rpartition("\n")[2]
    if not last.startswith(_MARK):
        return None
    try:
        parameters = parse_parameters(last.removeprefix(_MARK), spec)
    except UserError:
        return None
    return parameters if render(parameters, spec).strip() == text.strip() else None


def _measure(residual: Residual, spec: TaskSpec) -> list[str]:
    """Lines that leave the residual (B,) in ``{gap}``."""
    part = residual.part
    if part is None:
        return ["{gap} = xp.sqrt(xp.mean(action**2, axis=-1))"]
    if residual.kind == "tilted":
        return _tilt(part, residual.target[0])
    value = _value(part)
    if residual.kind == "at least":
        return [f"{{gap}} = xp.maximum({_number(residual)} - {value}, 0.0)"]
    if residual.kind == "at most":
        return [f"{{gap}} = xp.maximum({value} - {_number(residual)}, 0.0)".replace("- -", "+ ")]
    away = value if residual.other is None else f"{value} - {_value(residual.other)}"
    vector = part.size(spec) is not None
    if residual.target:
        away += f" - xp.asarray({list(residual.target)})" if vector else f" - {_number(residual)}"
    away = away.replace("- -", "+ ")
    return [f"{{gap}} = xp.linalg.norm({away}, axis=-1)" if vector else f"{{gap}} = xp.abs({away})"]


def _tilt(part: Part, angle: float) -> list[str]:
    """The angle between the body's own z axis and the world's, against `angle`."""
    upright = f"1.0 - 2.0 * (next_obs.{part.field}[:, 1] ** 2 + next_obs.{part.field}[:, 2] ** 2)"
    return [
        f"upright_{{gap}} = xp.clip({upright}, -1.0, 1.0)",
        f"{{gap}} = xp.abs(xp.arccos(upright_{{gap}}) - {angle!r})",
    ]


def _value(part: Part) -> str:
    return f"next_obs.{part.field}" + ("" if part.index is None else f"[:, {part.index}]")


def _number(residual: Residual) -> str:
    return repr(residual.target[0])


def _term_name(residual: Residual) -> str:
    words = f"{residual.part or ''} {residual.kind} {residual.other or ''}"
    return re.sub(r"\W+", "_", words).strip("_")


def _unused(name: str, taken: list[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found
