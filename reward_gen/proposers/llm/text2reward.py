"""Asking as Text2Reward does: Xie et al. 2023, "Text2Reward: Reward Shaping with Language Models for RL"."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ....envs import TaskSpec
from ..proposer import Findings
from .library import Library, Solved, shipped_library
from .listing import action_words, episode_words, field_line
from .prompt import messages
from .scene import scene
from .style import Plan, pick_parents
from .template import fenced, fill


@dataclass(frozen=True)
class Text2Reward:
    """The state as a class of typed attributes, solved tasks like this one, and what a person said.

    Attributes:
        examples: how many solved tasks are shown, the most similar ones; 0 asks zero-shot.
        library: where they come from; None takes the human rewards of all other tasks.
    """

    examples: int = 2
    library: Library | None = None

    def plan(self, spec: TaskSpec, findings: Findings, rng: np.random.Generator) -> Plan:
        """A first program, zero-shot or few-shot, or a parent refined by comments and findings."""
        parents = pick_parents(findings.parents, min(len(findings.parents), 1), rng)
        solved = self._similar(spec)
        operator = "refine" if parents else "few-shot" if solved else "zero-shot"
        examples = [_example(number, task) for number, task in enumerate(solved, 1)]
        told = messages(
            spec,
            parents,
            findings.failures,
            comments=findings.comments,
            task="\n\n".join([_task(spec), *examples]),
            ask=fill(f"text2reward/{operator}.md"),
        )
        return Plan(told, parents, operator, int(rng.integers(2**31)))

    def _similar(self, spec: TaskSpec) -> tuple[Solved, ...]:
        if not self.examples:
            return ()
        library = shipped_library() if self.library is None else self.library
        return library.similar(spec, self.examples)


def _task(spec: TaskSpec) -> str:
    return fill("scene.md", goal=spec.goal, scene=fenced(scene(spec)), episode=episode_words(spec))


def _example(number: int, solved: Solved) -> str:
    """A solved task: its goal, the fields that its program reads, the program."""
    read = set(re.findall(r"\.\s*([A-Za-z]\w*)", solved.program.text))
    fields = "\n".join(field_line(field) for field in solved.spec.fields if field.name in read)
    return fill(
        "example.md",
        number=number,
        goal=solved.spec.goal,
        fields=fields,
        action=action_words(solved.spec.action),
        program=fenced(solved.program.text),
    )
