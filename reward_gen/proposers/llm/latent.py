"""Asking for factors as LaRe does: Qu et al. 2024, "Latent Reward: LLM-Empowered Credit Assignment ..."."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....envs import TaskSpec
from ..proposer import Findings
from .prompt import messages
from .style import Plan, pick_parents
from .template import fill


@dataclass(frozen=True)
class Latent:
    """The task as it is listed for rewards, and a request for what tells good steps from bad ones.

    What comes back is a reward program whose terms are factors; `verify_factors` says whether it is one, and
    its reason, among the failures, is how the model verifies itself.
    """

    def plan(self, spec: TaskSpec, findings: Findings, rng: np.random.Generator) -> Plan:
        """First factors, or better ones than a parent's."""
        parents = pick_parents(findings.parents, min(len(findings.parents), 1), rng)
        operator = "improve" if parents else "first"
        told = messages(
            spec,
            parents,
            findings.failures,
            comments=findings.comments,
            ask=fill(f"latent/{operator}.md"),
        )
        return Plan(told, parents, operator, int(rng.integers(2**31)))
