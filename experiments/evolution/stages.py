"""What becomes of a candidate: proposed, trained, shown as a parent."""

from __future__ import annotations

from dataclasses import replace

from ...reward_gen import Parent, Proposal, RewardProgram, reflect
from ..store import Candidate, Standing
from ..training import Outcome, Trained


def as_proposed(number: int, generation: int, island: int, proposal: Proposal) -> Candidate:
    """The candidate that a `proposal` is, rejected where it holds no program."""
    found = proposal.outcome
    new = Candidate(
        id=number,
        generation=generation,
        state="proposed",
        answer=proposal.answer,
        parents=proposal.parents,
        operator=proposal.operator,
        usage=proposal.usage,
        island=island,
    )
    if isinstance(found, RewardProgram):
        return replace(new, program=found)
    return replace(new, state="rejected", stage=found.stage, reason=found.reason)


def as_learnt(candidate: Candidate, outcome: Outcome) -> Candidate:
    """The candidate with what its training came to."""
    if not isinstance(outcome, Trained):
        return replace(candidate, state="failed", stage=outcome.stage, reason=outcome.reason)
    return replace(
        candidate,
        state="trained",
        evaluation=outcome.evaluation,
        trace=outcome.trace,
        feedback=reflect(outcome.trace, outcome.evaluation).text(),
        seconds=outcome.seconds,
        isolation=outcome.isolation,
        steps=outcome.steps,
    )


def as_parent(standing: Standing) -> Parent:
    """What a proposer is shown of a program that was trained."""
    candidate = standing.candidate
    assert candidate.program and candidate.evaluation and candidate.trace
    return Parent(
        program=candidate.program,
        fitness=standing.success_rate,
        feedback=candidate.feedback + _oftener(standing),
        reflection=reflect(candidate.trace, candidate.evaluation),
        id=candidate.id,
    )


def _oftener(standing: Standing) -> str:
    """A line on all trainings, where there were several."""
    rates = [f"{c.success_rate:.2f}" for c in standing.trainings]
    return f"\nTrained {len(rates)} times, its agents succeeded at {', '.join(rates)}." if rates[1:] else ""
