"""The grammar proposer: reward programs composed from the spec alone, without a model, server or key."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ....envs import TaskSpec
from ...program import RewardProgram
from ..operators import choose_operator
from ..proposer import Findings, Parent, Proposal
from .draw import draw_genome
from .mutate import cross, mutate
from .render import recover, render
from .terms import Genome

_TRIES = 30
_RANK_DECAY = 0.6
HOPELESS_FRESH_SHARE = 0.75
# A fresh program has no parent to gain over, so its share cannot follow its gains.
_STEADY = frozenset({"fresh"})


@dataclass(frozen=True)
class GrammarProposer:
    """Composes reward programs from typed building blocks, and mutates and crosses its own.

    Without parents every candidate is ``fresh``. With parents that the grammar wrote, most candidates are
    ``mutate`` (heeding the reflection) or ``cross``, more often the one that gained more so far. A parent by
    another hand has no genome; it makes ``inspired`` candidates, fresh ones that prefer the fields it reads.

    Attributes:
        fresh_share: share of fresh candidates when there are parents, one of which at least succeeds at
            times; until then most candidates are fresh, for there is nothing to build on.
        cross_share: share of crossed candidates among the others when there are two parents or more, as long
            as there is no credit.
    """

    fresh_share: float = 0.15
    cross_share: float = 0.25

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Write `n` different programs; what was written before is not written again.

        Raises:
            ValueError: no field of `spec` fits any building block.
        """
        ranked = findings.parents
        known = [parent.program.text for parent in ranked] + [failure.text for failure in findings.failures]
        seen = {recover(text, spec) for text in known}
        proposals = []
        for _ in range(n):
            for _ in range(_TRIES):
                genome, operator, origin = self._candidate(spec, ranked, findings.credit, rng)
                text = render(genome, spec)
                if genome not in seen and text not in findings.tried:
                    break
            seen.add(genome)
            program = RewardProgram(text, origin=f"grammar/{operator}")
            proposals.append(Proposal(text, program, tuple(parent.id for parent in origin), operator))
        return proposals

    def _candidate(
        self,
        spec: TaskSpec,
        ranked: Sequence[Parent],
        credit: Mapping[str, Sequence[float]],
        rng: np.random.Generator,
    ) -> tuple[Genome, str, tuple[Parent, ...]]:
        genomes = {parent: found for parent in ranked if (found := recover(parent.program.text, spec))}
        operator = choose_operator(self._shares(ranked, len(genomes)), credit, rng, steady=_STEADY)
        if operator == "fresh":
            return draw_genome(spec, rng), "fresh", ()
        first = _pick(ranked, rng)
        if first not in genomes:
            return draw_genome(spec, rng, fields_read(first.program.text, spec)), "inspired", (first,)
        if operator == "mutate":
            return mutate(genomes[first], first.reflection, spec, rng), "mutate", (first,)
        second = _pick([parent for parent in genomes if parent is not first], rng)
        pair = (genomes[first], first.reflection), (genomes[second], second.reflection)
        return cross(*pair, spec, rng), "cross", (first, second)

    def _shares(self, ranked: Sequence[Parent], genomes: int) -> dict[str, float]:
        """Operator -> its share before any credit, for those that the parents allow."""
        if not ranked:
            return {"fresh": 1.0}
        crossed = self.cross_share if genomes > 1 else 0.0
        hopeless = not any(parent.fitness > 0 for parent in ranked)
        fresh = max(self.fresh_share, HOPELESS_FRESH_SHARE) if hopeless else self.fresh_share
        changed = 1.0 - fresh
        return {"fresh": fresh, "mutate": changed * (1.0 - crossed), "cross": changed * crossed}


def fields_read(text: str, spec: TaskSpec) -> frozenset[str]:
    """Names of the fields of `spec` that the program `text` reads; none if it does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return frozenset(read & {field.name for field in spec.fields})


def _pick(ranked: Sequence[Parent], rng: np.random.Generator) -> Parent:
    """One parent, the better ranks more often."""
    chances = _RANK_DECAY ** np.arange(len(ranked))
    return ranked[rng.choice(len(ranked), p=chances / chances.sum())]
