"""Turns genomes that were trained into new ones: heed the reflection, edit at random, cross two parents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from ....envs import TaskSpec
from ...reflection import Reflection, TermReport
from .draw import draw_gate, draw_measure, draw_term, finished
from .render import term_names
from .terms import MAX_TERMS, SHAPES, Genome, Measure, Term, distinct, rounded

Terms = list[Term]
TUNED_SHARE = 0.6


def mutate(genome: Genome, reflection: Reflection | None, spec: TaskSpec, rng: np.random.Generator) -> Genome:
    """A changed copy.

    What succeeds at times is mostly `tuned`, for chances are that a change of its terms breaks it. Otherwise
    first comes what the reflection advises, then one to three random edits, more where nothing succeeded.
    """
    success = 0.0 if reflection is None else reflection.final_success
    if success > 0 and rng.random() < TUNED_SHARE:
        return _genome(tuned(genome, rng), spec, rng)
    terms = heed(genome, reflection, spec, rng)
    hopeless = reflection is not None and success == 0.0
    for _ in range(int(rng.integers(1, 3)) + hopeless):
        edit = _EDITS[rng.choice(len(_EDITS), p=_CHANCES)]
        terms = edit(terms, spec, rng)
    return _genome(terms, spec, rng)


def tuned(genome: Genome, rng: np.random.Generator) -> Terms:
    """The terms of `genome` with all weights and scales a little different: what is paid for stays."""
    return [
        replace(
            term.scaled(math.exp(rng.normal(0.0, 0.5))),
            measure=_steeper(term.measure, math.exp(rng.normal(0.0, 0.3))),
        )
        for term in genome.terms
    ]


def heed(genome: Genome, reflection: Reflection | None, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    """The terms of `genome` after the advice of `reflection`; terms without a finding stay as they are."""
    if reflection is None:
        return list(genome.terms)
    named = zip(genome.terms, term_names(genome, spec), strict=True)
    advised = [_advised(term, reflection.term(name), spec, rng) for term, name in named]
    return [term for term in advised if term is not None]


def cross(
    first: tuple[Genome, Reflection | None],
    second: tuple[Genome, Reflection | None],
    spec: TaskSpec,
    rng: np.random.Generator,
) -> Genome:
    """A child with terms of both parents, each heeded first; at least one term comes from each."""
    halves = []
    for genome, reflection in (first, second):
        terms = heed(genome, reflection, spec, rng) or list(genome.terms)
        kept = [term for term in terms if rng.random() < 0.6]
        halves.append(kept or [terms[rng.integers(len(terms))]])
    space = MAX_TERMS // 2
    return _genome(halves[0][:space] + halves[1][:space], spec, rng)


def _genome(terms: Iterable[Term], spec: TaskSpec, rng: np.random.Generator) -> Genome:
    different = distinct(terms)[:MAX_TERMS]
    return Genome(different or (draw_term(spec, rng),))


def _advised(term: Term, report: TermReport | None, spec: TaskSpec, rng: np.random.Generator) -> Term | None:
    """The term after what `report` found; None drops it."""
    if report is None:
        return term
    if report.has("dead"):
        return draw_term(spec, rng) if rng.random() < 0.5 else None
    if report.has("misleading"):
        return None if rng.random() < 0.6 else term.scaled(0.3)
    if report.has("dominating"):
        term = term.scaled(rng.uniform(0.1, 0.4))
    if report.has("decoupled"):
        return _gated(term, spec, rng) if rng.random() < 0.5 else term.scaled(0.5)
    if report.has("saturated") and term.measure.kind == "near":
        return replace(term, measure=_steeper(term.measure, rng.uniform(0.3, 0.7)))
    return term


def _steeper(measure: Measure, factor: float) -> Measure:
    return replace(measure, scale=rounded(measure.scale * factor))


def _gated(term: Term, spec: TaskSpec, rng: np.random.Generator) -> Term:
    if term.gate is not None:
        return replace(term, gate=None)
    return replace(term, gate=draw_gate(draw_measure(spec, rng, signed=False), rng))


def _one(terms: Terms, change: Callable[[Term], Term], rng: np.random.Generator) -> Terms:
    """`terms` with `change` made to one of them."""
    if not terms:
        return terms
    chosen = int(rng.integers(len(terms)))
    return [change(term) if number == chosen else term for number, term in enumerate(terms)]


def _reweigh(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    return _one(terms, lambda term: term.scaled(math.exp(rng.normal(0.0, 0.8))), rng)


def _rescale(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    factor = math.exp(rng.normal(0.0, 0.6))
    return _one(terms, lambda term: replace(term, measure=_steeper(term.measure, factor)), rng)


def _reshape(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    shape = SHAPES[rng.integers(len(SHAPES))]

    def change(term: Term) -> Term:
        near = term.measure.kind == "near"
        return replace(term, measure=replace(term.measure, shape=shape)) if near else term

    return _one(terms, change, rng)


def _add(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    return [*terms, draw_term(spec, rng)] if len(terms) < MAX_TERMS else _swap(terms, spec, rng)


def _swap(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    return _one(terms, lambda term: draw_term(spec, rng), rng)


def _drop(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    if len(terms) < 2:
        return _add(terms, spec, rng)
    chosen = int(rng.integers(len(terms)))
    return terms[:chosen] + terms[chosen + 1 :]


def _toggle_gate(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    """Gate one term, half the time on another term's measure, or free it."""
    states = [term.measure for term in terms if not term.measure.signed and term.measure.kind != "effort"]

    def change(term: Term) -> Term:
        others = [measure for measure in states if measure != term.measure]
        if term.gate is None and others and rng.random() < 0.7:
            return replace(term, gate=draw_gate(others[rng.integers(len(others))], rng))
        return _gated(term, spec, rng)

    return _one(terms, change, rng)


def _sharpen(terms: Terms, spec: TaskSpec, rng: np.random.Generator) -> Terms:
    """Add a steeper copy of a nearness term, for the last stretch of the way."""
    near = [term for term in terms if term.measure.kind == "near"]
    if not near or len(terms) >= MAX_TERMS:
        return _reweigh(terms, spec, rng)
    chosen = near[rng.integers(len(near))]
    return [*terms, replace(chosen, measure=finished(spec, chosen.measure, rng, sharp=4.0))]


_EDITS = (_reweigh, _rescale, _reshape, _add, _swap, _drop, _toggle_gate, _sharpen)
_CHANCES = (0.24, 0.16, 0.08, 0.16, 0.10, 0.06, 0.12, 0.08)
