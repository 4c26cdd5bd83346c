"""Rewards for tasks that tell of progress in fields which the policy cannot see."""

from __future__ import annotations

import math

import numpy as np

from ....envs import Field, TaskSpec
from .relevance import chance_to_rise, relevance
from .terms import Measure, Term, rounded

SHARE_OF_GENOMES = 0.6
_MOST = 5


def milestone_fields(spec: TaskSpec) -> tuple[Field, ...]:
    """Hidden scalars and flags: declared for the reward's sake, they speak of progress or of a fault."""
    return tuple(
        field
        for field in spec.fields
        if not field.observed and field.shape == () and field.kind in ("real", "flag")
    )


def draw_milestones(spec: TaskSpec, favoured: frozenset[str], rng: np.random.Generator) -> list[Term]:
    """Terms that pay what each of several milestones gained in a step, and take it back when it is lost.

    Such a sum is a difference of potentials (Ng et al. 1999, "Policy invariance under reward
    transformations"): no detour earns anything, whatever the weights.
    """
    fields = milestone_fields(spec)
    weights = np.array([relevance(spec, field, favoured) for field in fields])
    count = int(rng.integers(1, min(_MOST, len(fields)) + 1))
    chosen = rng.choice(len(fields), size=count, replace=False, p=weights / weights.sum())
    return [_gain(spec, fields[index], rng) for index in sorted(chosen)]


def _gain(spec: TaskSpec, field: Field, rng: np.random.Generator) -> Term:
    rising = bool(rng.random() < chance_to_rise(spec, field))
    weight = rounded(math.exp(rng.normal(0.3, 0.7)))
    if field.kind == "flag":
        return Term(weight, Measure("turns", field.name, rising=rising))
    spread = field.high - field.low
    scale = rounded(spread) if math.isfinite(spread) and spread > 0 else 1.0
    return Term(weight, Measure("change", field.name, scale=scale, rising=rising))
