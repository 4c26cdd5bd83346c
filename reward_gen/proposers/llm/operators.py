"""Asking by operator: each prompt wants one kind of change, and the kinds that paid are asked for more.

Evolving programs by prompts that each ask for one kind of variation follows Liu et al. 2024, "Evolution of
Heuristics"; for rewards, Hazra et al. 2024, "REvolve".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ....envs import TaskSpec
from ..operators import choose_operator
from ..proposer import Findings
from .prompt import messages
from .style import Plan, pick_parents
from .template import fill

SHARES = {"restructure": 0.3, "tune": 0.25, "cross": 0.2, "fresh": 0.1, "simplify": 0.15}
PARENTS = {"restructure": 1, "tune": 1, "cross": 2, "fresh": 1, "simplify": 1}


@dataclass(frozen=True)
class Operators:
    """A first program without parents; with parents, one operator out of five.

    The operators are ``restructure`` (what is paid for), ``tune`` (only its numbers), ``cross`` (two programs
    in one), ``fresh`` (another idea than the program shown) and ``simplify``. Each has its own file of
    instructions in ``prompts/operators``.

    Attributes:
        shares: operator -> how often it is chosen while there is no credit; 0 leaves one out.
    """

    shares: Mapping[str, float] = field(default_factory=SHARES.copy)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.shares) - set(SHARES))
        usable = [share for name, share in self.shares.items() if PARENTS.get(name) == 1]
        if unknown or min(self.shares.values(), default=0) < 0 or sum(usable) <= 0:
            raise ValueError(
                f"expected shares of {', '.join(SHARES)}, none negative and one beside cross positive, "
                f"got {dict(self.shares)}"
            )

    def plan(self, spec: TaskSpec, findings: Findings, rng: np.random.Generator) -> Plan:
        """What the chosen operator asks of one parent, or of two."""
        known = findings.parents
        possible = {name: share for name, share in self.shares.items() if PARENTS[name] <= len(known)}
        operator = choose_operator(possible, findings.credit, rng) if possible else "first"
        chosen = pick_parents(known, PARENTS.get(operator, 0), rng)
        ask = fill(f"operators/{operator}.md")
        told = messages(spec, chosen, findings.failures, comments=findings.comments, ask=ask)
        return Plan(told, chosen, operator, int(rng.integers(2**31)))
