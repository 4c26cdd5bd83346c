"""The main figures of an experiment, each with what must be said with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..comparison.statistics import estimate
from ..plots.comparison import by_method
from ..plots.style import short_steps
from ..store import Candidate, Run
from .contents import Fact
from .cost import Cost, duration


def score_facts(runs: Sequence[Run]) -> list[Fact]:
    """Success of each method on the test seeds."""
    rng = np.random.default_rng(0)
    return [_score(method, own, rng) for method, own in by_method(runs).items()]


def search_facts(candidates: Sequence[Candidate]) -> list[Fact]:
    """How many candidates there are, and how far they came."""
    if not candidates:
        return []
    states = Counter(c.state for c in candidates)
    more = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return [Fact("candidates", f"{len(candidates)}", more)]


def cost_facts(cost: Cost) -> list[Fact]:
    """What all of it cost."""
    facts = [Fact("environment steps", short_steps(float(f"{cost.steps:.3g}")), "searches and final test")]
    if cost.seconds:
        facts.append(Fact("training", duration(cost.seconds), "of all runs, summed, as far as noted"))
    if cost.read or cost.written:
        money = f"{cost.money:.4g} in money" if cost.money else "no price was given"
        facts.append(Fact("tokens", f"{cost.read + cost.written:,.0f}", money))
    return facts


def _score(method: str, runs: Sequence[Run], rng: np.random.Generator) -> Fact:
    finished = [run.evaluation.success for run in runs if run.evaluation is not None]
    title = f"{method}: success"
    if not finished:
        return Fact(title, "none", f"{len(runs)} of {len(runs)} runs failed")
    found = estimate(finished, rng)
    seeds = f"{found.seeds} seed{'s' if found.seeds > 1 else ''}"
    return Fact(title, f"{found.mean:.2f}", f"95 %: {found.low:.2f} to {found.high:.2f}, {seeds}")
