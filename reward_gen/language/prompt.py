"""How a model is asked for parameters, and how its answer is read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import numpy as np

from ...envs import TaskSpec, UserError
from ..checking.extract import too_long
from ..proposers.llm.listing import action_words, field_line
from ..proposers.llm.prompt import Messages
from ..proposers.llm.style import Plan
from ..proposers.llm.template import fenced, fill
from ..proposers.proposer import Failure, Findings, Parent
from .parameters import MAX_TERMS, MAX_WEIGHT, MIN_WEIGHT, Parameters, parse_parameters
from .render import recover
from .template import measurable, offered

_SHOWN = 3
_BLOCK = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Language:
    """A style of asking: a command is turned into the parameters of the template.

    What is improved on are the best parent whose parameters are known and the answers that were refused.

    Attributes:
        command: what shall be done, in plain words; empty takes the task's own goal.
    """

    command: str = ""

    def plan(self, spec: TaskSpec, findings: Findings, rng: np.random.Generator) -> Plan:
        """First parameters, or better ones."""
        known = [parent for parent in findings.parents if recover(parent.program.text, spec) is not None][:1]
        operator = "better-parameters" if known else "parameters"
        asked = messages(spec, self.command or spec.goal, known, findings.failures)
        return Plan(asked, tuple(known), operator, int(rng.integers(2**31)))


def messages(
    spec: TaskSpec, command: str, parents: list[Parent] | None = None, failures: tuple[Failure, ...] = ()
) -> Messages:
    """The system and the user message that ask for the parameters of `command`."""
    page = fill(
        "language/ask.md",
        goal=spec.goal,
        fields="\n".join(field_line(field) for field in measurable(spec)),
        action=action_words(spec.action),
        terms="\n".join(f"- {line}" for line in offered(spec)),
        command=" ".join(command.split()),
    )
    parts = [page, *(_tried(parent, spec) for parent in parents or ())]
    parts += [_refused(failure) for failure in failures[-_SHOWN:]]
    limits = {"min_weight": f"{MIN_WEIGHT:g}", "max_weight": f"{MAX_WEIGHT:g}", "max_terms": MAX_TERMS}
    system = fill("language/system.md", **limits)
    return [{"role": "system", "content": system}, {"role": "user", "content": "\n\n".join(parts) + "\n"}]


def read_parameters_of(answer: str, spec: TaskSpec) -> Parameters:
    """The parameters in a model's `answer`: its last JSON block, or else the last object in its text.

    Raises:
        UserError: there are none, or they make no sense for the task `spec`; says what to write instead.
    """
    long = too_long(answer)
    if long:
        raise UserError(long)
    blocks = [block for block in _BLOCK.findall(answer) if "{" in block]
    if blocks:
        return parse_parameters(blocks[-1].strip(), spec)
    found = _last_object(answer)
    if found is None:
        raise UserError('found no parameters; answer with a ```json block such as {"A near B": 1.0}')
    return parse_parameters(found, spec)


def _last_object(text: str) -> str | None:
    """The last flat JSON object in a text; the template needs no nested ones."""
    end = text.rfind("}")
    start = text.rfind("{", 0, end + 1)
    if end < 0 or start < 0:
        return None
    try:
        json.loads(text[start : end + 1])
    except ValueError:
        return None
    return text[start : end + 1]


def _tried(parent: Parent, spec: TaskSpec) -> str:
    parameters = recover(parent.program.text, spec)
    assert parameters is not None, "only parents whose parameters are known are shown"
    found = parent.feedback or "No further findings."
    return (
        f"# Parameters that were tried: fitness {parent.fitness:.3g} (larger is better)\n\n"
        f"{fenced(parameters.to_json(), 'json')}\n\n{found.strip()}\n\nGive better ones."
    )


def _refused(failure: Failure) -> str:
    return (
        f"# An answer that was refused: {failure.reason}\n\n{fenced(failure.text[:2000], '')}\n\n"
        "Do not repeat its mistake."
    )
