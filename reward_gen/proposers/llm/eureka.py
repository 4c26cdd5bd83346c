"""Asking as Eureka does: Ma et al. 2023, "Eureka: Human-Level Reward Design via Coding LLMs"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....envs import TaskSpec
from ..proposer import Findings
from .prompt import messages
from .style import Plan, pick_parents
from .template import fill


@dataclass(frozen=True)
class Eureka:
    """The environment as context, then a better program from the reflection on an earlier one.

    Attributes:
        combine_chance: how often two parents are shown to be joined, where there are two.
    """

    combine_chance: float = 0.3

    def plan(self, spec: TaskSpec, findings: Findings, rng: np.random.Generator) -> Plan:
        """A first program, a better one, or one that combines two."""
        known = findings.parents
        count = 2 if len(known) > 1 and rng.random() < self.combine_chance else min(len(known), 1)
        chosen = pick_parents(known, count, rng)
        operator = ("first", "improve", "combine")[count]
        ask = fill(f"eureka/{operator}.md")
        told = messages(spec, chosen, findings.failures, comments=findings.comments, ask=ask)
        return Plan(told, chosen, operator, int(rng.integers(2**31)))
