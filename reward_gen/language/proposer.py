"""Proposers that turn one command into reward programs of the template."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...envs import TaskSpec, UserError
from ..program import RewardProgram
from ..proposers.llm.proposer import LLMProposer
from ..proposers.proposer import Findings, Proposal
from ..verdict import Rejected
from .command import parse_command
from .parameters import MAX_WEIGHT, MIN_WEIGHT, Parameters
from .prompt import Language, read_parameters_of
from .render import program, recover


@dataclass(frozen=True)
class RuleProposer:
    """Reads one command by rules; needs no model.

    The first candidate has the weights that the rules give. Further ones, and those after a generation
    that was trained, draw the weights anew around them or around the best parent's.

    Attributes:
        command: what shall be done; see `parse_command` for what is read.
        spread: standard deviation of a drawn weight's logarithm to base 2.
    """

    command: str
    spread: float = 1.0

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Write `n` programs.

        Raises:
            UserError: no rule reads the command.
        """
        known = [(found, p.id) for p in findings.parents if (found := recover(p.program.text, spec))]
        start, ids = (known[0][0], (known[0][1],)) if known else (parse_command(self.command, spec), ())
        proposals = []
        for number in range(n):
            first = number == 0 and not known
            chosen = start if first else _redrawn(start, self.spread, rng)
            proposals.append(_proposal(chosen, spec, "command" if first else "weights", ids))
        return proposals


class LanguageProposer:
    """Asks a language model for the parameters of the template.

    Args:
        llm: how the model is asked; its style says the command, e.g.
            ``LLMProposer("model", style=Language("open the drawer"))``.

    Raises:
        UserError: the style asks for something other than parameters.
    """

    def __init__(self, llm: LLMProposer) -> None:
        if not isinstance(llm.style, Language):
            raise UserError(f"expected the style Language(command), got {type(llm.style).__name__}")
        self.llm = llm

    def propose(self, spec: TaskSpec, findings: Findings, n: int, rng: np.random.Generator) -> list[Proposal]:
        """Ask for `n` sets of parameters.

        Raises:
            ProposerError: the model cannot be asked at all.
        """
        return [self._read(proposal, spec) for proposal in self.llm.propose(spec, findings, n, rng)]

    def _read(self, proposal: Proposal, spec: TaskSpec) -> Proposal:
        if not proposal.answer.strip():
            return proposal
        outcome: RewardProgram | Rejected
        try:
            parameters = read_parameters_of(proposal.answer, spec)
        except UserError as error:
            outcome = Rejected("extract", str(error))
        else:
            origin = f"language/{self.llm.model}/{proposal.operator}"
            outcome = program(spec, parameters, origin=origin)
        return replace(proposal, outcome=outcome)


def _redrawn(parameters: Parameters, spread: float, rng: np.random.Generator) -> Parameters:
    factors = 2.0 ** (spread * rng.standard_normal(len(parameters.weights)))
    return Parameters(
        tuple(
            (residual, float(f"{min(max(weight * factor, MIN_WEIGHT), MAX_WEIGHT):.3g}"))
            for (residual, weight), factor in zip(parameters.weights, factors, strict=True)
        )
    )


def _proposal(parameters: Parameters, spec: TaskSpec, operator: str, parents: tuple[int, ...]) -> Proposal:
    written = program(spec, parameters, origin=f"language/{operator}")
    return Proposal(written.text, written, parents, operator)
