"""How many broken factor programs the gate refuses, and how many whole ones it lets pass.

Run as ``python -m rewardsmith.experiments.fuzzing.factors [--tasks T ...] [--programs N]``. Programs are
drawn from the grammar; each is broken in every way of `FAULTS`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tyro

from ...envs import random_transitions, task_class
from ...reward_gen import Rejected, RewardProgram
from ...reward_gen.latent import draw_factors, verify_factors

# What becomes of one factor, of whatever value it was.
_FACTOR_FAULTS = {
    "a column": "{x}[:, None]",
    "a number": "xp.mean({x})",
    "a constant": "0.0 * {x} + 1.0",
    "clipped away": "xp.clip({x}, 2.0, 2.0)",
    "zero by zero": "({x} - {x}) / ({x} - {x})",
    "root of less than zero": "xp.sqrt(-1.0 - {x} ** 2)",
    "too large": "({x} + 2.0) * 1e200 * 1e200",
    "mean of the batch": "{x} + xp.mean({x}) + xp.sum(xp.abs({x}))",
    "unknown field": "{x} + next_obs.no_such_field",
    "unknown function": "xp.random.normal({x})",
}
_TWIN, _WEIGHED, _LEFT_OUT, _NO_TERMS, _CUT = "a twin", "weighed", "left out", "no terms", "cut off"
FAULTS = (*_FACTOR_FAULTS, _TWIN, _WEIGHED, _LEFT_OUT, _NO_TERMS, _CUT)


@dataclass(frozen=True)
class Settings:
    """Break factor programs and see what the gate says."""

    tasks: tuple[str, ...] = ("tool-call-easy", "arithmetic-chain", "reach")
    """Tasks to draw programs for."""
    programs: int = 5
    """Programs for each task."""
    seed: int = 0
    """Seed of the draws."""


def break_factors(text: str, fault: str, rng: np.random.Generator) -> str:
    """The program `text` with one of `FAULTS`, in a factor that `rng` chooses.

    Args:
        text: a factor program that ends by returning a pair with a literal dict of factors.
        fault: one of `FAULTS`.
        rng: chooses the factor.
    """
    tree = ast.parse(text)
    entry = tree.body[-1]
    assert isinstance(entry, ast.FunctionDef)
    returned = entry.body[-1]
    assert isinstance(returned, ast.Return) and isinstance(returned.value, ast.Tuple)
    factors = returned.value.elts[1]
    assert isinstance(factors, ast.Dict)
    names = [ast.literal_eval(key) for key in factors.keys if key is not None]
    values = [f"({ast.unparse(value)})" for value in factors.values]
    chosen = int(rng.integers(len(values)))
    if fault in _FACTOR_FAULTS:
        values[chosen] = _FACTOR_FAULTS[fault].format(x=values[chosen])
    if fault == _TWIN:
        names, values = [*names, "twin"], [*values, f"0.5 - 2.0 * {values[chosen]}"]
    paid = list(values)
    if fault == _WEIGHED:
        paid[chosen] = f"3.0 * {paid[chosen]}"
    if fault == _LEFT_OUT:
        paid[chosen] = "0.0 * action.shape[0]"
    if fault == _NO_TERMS:
        names, values = [], []
    pairs = ", ".join(f"{name!r}: {value}" for name, value in zip(names, values, strict=True))
    returned.value = ast.parse(f"({' + '.join(paid)}, {{{pairs}}})", mode="eval").body
    written = ast.unparse(tree) + "\n"
    return written[: int(len(written) * rng.uniform(0.2, 0.9))] if fault == _CUT else written


def refused(settings: Settings, say: Callable[[str], None] = print) -> tuple[float, float]:
    """Shares of the broken and of the whole programs that the gate refuses; `say` hears each surprise."""
    rng, broken, whole = np.random.default_rng(settings.seed), [], []
    for task in settings.tasks:
        kind = task_class(task)
        samples = random_transitions(kind, 512, rng)
        for _ in range(settings.programs):
            program = draw_factors(kind.spec, rng)
            verdict = verify_factors(program, kind.spec, samples)
            whole.append(isinstance(verdict, Rejected))
            if whole[-1]:
                say(f"{task}: {verdict}")
                continue
            for fault in FAULTS:
                text = break_factors(program.text, fault, rng)
                verdict = verify_factors(RewardProgram(text), kind.spec, samples)
                broken.append(isinstance(verdict, Rejected))
                if not broken[-1]:
                    say(f"{task}: {fault} passes\n{text}")
    return float(np.mean(broken)), float(np.mean(whole))


def main(settings: Settings) -> None:
    """Print what the gate refuses."""
    broken, whole = refused(settings)
    print(f"refused: {broken:.1%} of broken factor programs, {whole:.1%} of whole ones")


if __name__ == "__main__":
    main(tyro.cli(Settings))
