"""What a command sets: which terms of the template count, and how much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ...envs import TaskSpec, UserError
from .residual import Residual, read_residual

MAX_TERMS = 12
MIN_WEIGHT, MAX_WEIGHT = 0.001, 100.0


@dataclass(frozen=True)
class Parameters:
    """Terms with their weights, at least one.

    Attributes:
        weights: (term, weight) pairs; the terms differ, and each weight is from 0.001 to 100.
    """

    weights: tuple[tuple[Residual, float], ...]

    def to_json(self) -> str:
        """One line: an object from sentences to weights; `read_parameters` gives equal parameters back."""
        return json.dumps({str(residual): weight for residual, weight in self.weights})


def read_parameters(weights: Mapping[str, object], spec: TaskSpec) -> Parameters:
    """Parameters from sentences and weights.

    >>> from rewardsmith.envs import task_class
    >>> read_parameters({"hand_pos  near goal_pos": 2}, task_class("reach").spec).to_json()
    '{"hand_pos near goal_pos": 2.0}'

    Raises:
        UserError: a sentence or a weight makes no sense for the task `spec`; says what was expected.
    """
    if not isinstance(weights, Mapping) or not 1 <= len(weights) <= MAX_TERMS:
        got = f"{len(weights)} terms" if isinstance(weights, Mapping) else type(weights).__name__
        raise UserError(f"expected an object of 1 to {MAX_TERMS} terms with their weights, got {got}")
    found: dict[Residual, float] = {}
    for sentence, weight in weights.items():
        residual = read_residual(sentence, spec)
        if residual in found:
            raise UserError(f"{str(residual)!r} is given twice; keep one of them")
        found[residual] = _checked(weight, sentence)
    return Parameters(tuple(found.items()))


def parse_parameters(text: str, spec: TaskSpec) -> Parameters:
    """Parameters from the JSON text of an object; raises UserError as `read_parameters` does."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"expected a JSON object of terms with their weights: {error}") from None
    return read_parameters(data, spec)


def _checked(weight: object, sentence: str) -> float:
    number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not number or not MIN_WEIGHT <= weight <= MAX_WEIGHT:  # type: ignore[operator]
        raise UserError(
            f"{sentence!r}: expected a weight from {MIN_WEIGHT:g} to {MAX_WEIGHT:g}, got {weight!r}; "
            "leave out a term that does not count"
        )
    return float(f"{weight:.6g}")
