"""Draws measures and whole genomes for a task, the likely ones most often."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, islice

import numpy as np

from ....envs import Field, TaskSpec
from .milestones import SHARE_OF_GENOMES, draw_milestones, milestone_fields
from .relevance import FALLING_WORDS, chance_to_rise, pair_weight, relevance, role, stems
from .terms import SHAPES, Gate, Genome, Measure, Term, distinct, rounded

Weighted = tuple[tuple[Measure, ...], np.ndarray]

_UNIT_SCALE = {"m": 0.12, "rad": 0.3, "m/s": 0.3, "rad/s": 1.0, "N": 5.0, "deg": 15.0}
_SHAPE_SCALE = {"long_tail": 1.0, "gaussian": 2.0, "tanh": 1.5, "exp": 1.0, "linear": 4.0}
_ORDER = {"effector": 0, "object": 1, "past": 2, "goal": 3}
_MAX_LABELS = 12
_MAX_PAIRS = 400


@lru_cache(maxsize=64)
def candidates(spec: TaskSpec, favoured: frozenset[str] = frozenset()) -> Weighted:
    """Every measure that fits the task's types, without shape and scale, and the chance (M,) of each."""
    found = list(_pairs(spec, favoured)) + list(_singles(spec, favoured))
    if spec.action.kind == "box":
        found.append((0.5, Measure("effort")))
    if not found:
        raise ValueError(f"task {spec.name}: no field fits any measure of the grammar")
    weights = np.array([weight for weight, _ in found])
    return tuple(measure for _, measure in found), weights / weights.sum()


def draw_measure(
    spec: TaskSpec, rng: np.random.Generator, favoured: frozenset[str] = frozenset(), *, signed: bool = True
) -> Measure:
    """A measure with its shape and scale; `signed=False` draws only those that can gate a term."""
    measures, chances = candidates(spec, favoured)
    if not signed:
        fit = np.array([not (measure.signed or measure.kind == "effort") for measure in measures])
        if fit.any():
            chances = chances * fit / (chances * fit).sum()
    return finished(spec, measures[rng.choice(len(measures), p=chances)], rng)


def draw_term(spec: TaskSpec, rng: np.random.Generator, favoured: frozenset[str] = frozenset()) -> Term:
    """A term without a gate; effort is a cost."""
    measure = draw_measure(spec, rng, favoured)
    if measure.kind == "effort":
        return Term(-rounded(10 ** rng.uniform(-2.5, -1)), measure)
    return Term(rounded(math.exp(rng.normal(0.3, 0.7))), measure)


def finished(spec: TaskSpec, measure: Measure, rng: np.random.Generator, sharp: float = 1.0) -> Measure:
    """`measure` with a shape and a scale drawn for its unit; a larger `sharp` gives a smaller scale."""
    spread = math.exp(rng.normal(0.0, 0.5)) / sharp
    if measure.kind == "near":
        shape = SHAPES[rng.choice(len(SHAPES), p=(0.35, 0.1, 0.25, 0.15, 0.15))]
        scale = _unit_scale(spec.field(measure.a)) * _SHAPE_SCALE[shape] * spread
        return replace(measure, shape=shape, scale=rounded(scale))
    if measure.kind in ("progress", "change"):
        return replace(measure, scale=rounded(_unit_scale(spec.field(measure.a)) * 0.15 * spread))
    if measure.kind == "level":
        return replace(measure, scale=rounded(_unit_scale(spec.field(measure.a)) * 3 * spread))
    return measure


def draw_genome(spec: TaskSpec, rng: np.random.Generator, favoured: frozenset[str] = frozenset()) -> Genome:
    """A new reward: most often reach-then-move, a straight way to the goal or milestones, else a mixture."""
    paths = _paths(spec, favoured)
    if not paths and milestone_fields(spec) and rng.random() < SHARE_OF_GENOMES:
        terms, extra = draw_milestones(spec, favoured, rng), int(rng.random() < 0.25)
    elif paths and rng.random() < 0.75:
        chances = np.array([weight for weight, _ in paths])
        path = paths[rng.choice(len(paths), p=chances / chances.sum())][1]
        terms = _path_terms(spec, path, rng)
        extra = int(rng.random() < 0.4)
    else:
        terms, extra = [draw_term(spec, rng, favoured)], int(rng.integers(1, 4))
    terms += [draw_term(spec, rng, favoured) for _ in range(extra)]
    return Genome(distinct(terms))


def draw_gate(measure: Measure, rng: np.random.Generator) -> Gate:
    """A soft or a hard gate on `measure`."""
    return Gate("soft" if rng.random() < 0.5 else "hard", measure)


def _path_terms(spec: TaskSpec, path: tuple[Measure, ...], rng: np.random.Generator) -> list[Term]:
    """One nearness term per stage, later stages worth more and often gated by the stage before."""
    terms: list[Term] = []
    for number, stage in enumerate(path):
        weight = rounded(math.exp(rng.normal(1.2 * number, 0.4)))
        gated = bool(terms) and rng.random() < 0.65
        gate = draw_gate(terms[-1].measure, rng) if gated else None
        terms.append(Term(weight, finished(spec, stage, rng), gate))
    last = path[-1]
    if rng.random() < 0.45:
        terms.append(Term(rounded(rng.uniform(0.5, 2)), finished(spec, replace(last, kind="progress"), rng)))
    if rng.random() < 0.35:
        terms.append(Term(rounded(rng.uniform(1, 6)), finished(spec, last, rng, sharp=4.0)))
    return terms


def _paths(spec: TaskSpec, favoured: frozenset[str]) -> list[tuple[float, tuple[Measure, ...]]]:
    """Ways to the goal: effector to thing to goal, or one thing straight to the goal, with weights."""
    fields = [field for field in spec.fields if field.kind == "real" and field.unit and "/" not in field.unit]
    goals = [field for field in fields if role(field) == "goal"]
    movers = [field for field in fields if role(field) in ("effector", "object")]
    tools = [field for field in movers if role(field) == "effector"]
    paths: list[tuple[float, tuple[Measure, ...]]] = []
    for goal in goals:
        for mover in (field for field in movers if _alike(field, goal)):
            weight = relevance(spec, mover, favoured) ** 2
            final = Measure("near", mover.name, goal.name)
            reaching = [tool for tool in tools if tool is not mover and _alike(tool, mover)]
            if role(mover) == "effector" or not reaching:
                paths.append((weight, (final,)))
                continue
            paths += [
                (weight / len(reaching), (Measure("near", tool.name, mover.name), final)) for tool in reaching
            ]
    return paths


def _alike(first: Field, second: Field) -> bool:
    return first.kind == second.kind == "real" and first.shape == second.shape and first.unit == second.unit


def _comparable(first: Field, second: Field) -> bool:
    """Whether two categories speak of the same things."""
    same_words = (first.categories, first.labels) == (second.categories, second.labels)
    return first.kind == second.kind == "category" and first.shape == second.shape and same_words


def _pairs(spec: TaskSpec, favoured: frozenset[str]) -> Iterator[tuple[float, Measure]]:
    fields = [field for field in spec.fields if len(field.shape) <= 2]
    pairs = islice((pair for pair in combinations(fields, 2) if pair[0].kind == pair[1].kind), _MAX_PAIRS)
    for first, second in pairs:
        first, second = sorted((first, second), key=lambda field: _ORDER[role(field)])
        both = math.sqrt(relevance(spec, first, favoured) * relevance(spec, second, favoured))
        if _alike(first, second):
            weight = both * pair_weight(first, second)
            yield weight, Measure("near", first.name, second.name)
            yield 0.5 * weight, Measure("progress", first.name, second.name)
            for axis in _axes(first):
                yield 0.12 * weight, Measure("near", first.name, second.name, axis)
        elif _comparable(first, second):
            sought = "goal" in (role(first), role(second))
            yield both * (1.0 if sought else 0.1), Measure("match", first.name, second.name)


def _singles(spec: TaskSpec, favoured: frozenset[str]) -> Iterator[tuple[float, Measure]]:
    # Where success ends the episode, paying for a state pays for delay: changes are the better choice.
    steady = 0.4 if spec.ends_on_success else 1.0
    for field in (field for field in spec.fields if len(field.shape) <= 2):
        weight, name = relevance(spec, field, favoured), field.name
        rise = chance_to_rise(spec, field)
        if field.kind == "flag":
            for rising, chance in ((True, rise), (False, 1 - rise)):
                yield steady * weight * chance, Measure("holds", name, rising=rising)
                yield 1.5 * weight * chance, Measure("turns", name, rising=rising)
        elif field.kind == "category":
            yield from _label_measures(spec, field, weight)
        else:
            away = 1.0 if stems(f"{name} {field.meaning}") & FALLING_WORDS else 0.1
            yield weight * away, Measure("near", name)
            yield 0.5 * weight * away, Measure("progress", name)
            for axis in _axes(field) or ((None,) if field.shape == () else ()):
                factor = 0.8 if axis is None else 0.1
                for rising, chance in ((True, rise), (False, 1 - rise)):
                    yield steady * factor * weight * chance, Measure("level", name, index=axis, rising=rising)
                    yield factor * weight * chance, Measure("change", name, index=axis, rising=rising)


def _label_measures(spec: TaskSpec, field: Field, weight: float) -> Iterator[tuple[float, Measure]]:
    goal = stems(spec.goal)
    if field.categories <= _MAX_LABELS:
        for value in range(field.categories):
            named = bool(field.labels) and bool(stems(field.labels[value]) & goal)
            yield weight * (0.4 if named else 0.02), Measure("is", field.name, index=value)


def _axes(field: Field) -> tuple[int, ...]:
    """Components worth a look of their own: those of points and of other short vectors."""
    return tuple(range(field.shape[0])) if len(field.shape) == 1 and field.shape[0] in (2, 3) else ()


def _unit_scale(field: Field) -> float:
    scale = _UNIT_SCALE.get(field.unit, 0.5)
    spread = field.high - field.low
    known = math.isfinite(spread) and spread > 0
    if not known:
        return scale
    return min(scale, 0.5 * spread) if field.unit in _UNIT_SCALE else 0.3 * spread
