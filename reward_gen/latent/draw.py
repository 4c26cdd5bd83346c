"""Factor programs without a model: measures of the grammar, each with weight 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...envs import TaskSpec
from ..program import RewardProgram
from ..proposers.grammar.draw import draw_term
from ..proposers.grammar.milestones import draw_milestones, milestone_fields
from ..proposers.grammar.render import render
from ..proposers.grammar.terms import Genome, Term, distinct

_MILESTONES = 0.6
_TRIES = 60


def draw_factors(spec: TaskSpec, rng: np.random.Generator, count: int = 8) -> RewardProgram:
    """A factor program of at most `count` different factors, drawn from the spec alone.

    What the grammar's rewards weigh by chance is left to the decoder here, so a few factors too many do no
    harm: those that say nothing of the return come to be worth nothing.

    Args:
        spec: the task.
        rng: source of every draw.
        count: most factors; fewer where the task has no more to measure.

    Raises:
        ValueError: no field of `spec` fits any measure, or `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"a factor program has at least 1 factor, got count={count}")
    terms: tuple[Term, ...] = ()
    for _ in range(_TRIES):
        if len(terms) >= count:
            break
        told = bool(milestone_fields(spec)) and rng.random() < _MILESTONES
        drawn = draw_milestones(spec, frozenset(), rng) if told else [draw_term(spec, rng)]
        terms = _different(terms + tuple(replace(term, weight=1.0) for term in drawn))
    return RewardProgram(render(Genome(terms[:count]), spec), origin="grammar/factors")


def _different(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The first of all that measure the same: a decoder can tell the sign, the size and the scale itself."""
    found: dict[Term, Term] = {}
    for term in distinct(terms):
        plain = replace(term.measure, scale=0.0, shape=None, rising=True)
        found.setdefault(replace(term, measure=plain), term)
    return tuple(found.values())
