"""A reward from the task's description alone: one proposal, and another only where it breaks the contract."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ....envs import task_class
from ....reward_gen import Findings, Proposal, Proposer, Rejected, RewardProgram, Verdict, require_isolation
from ...evolution.gate import Gate
from ...evolution.settings import EvolveSettings
from ...stopping import Stop
from ...store import Candidate, Store
from ...store.trajectories import Trajectories

MOST_TRIES = 4


def first_accepted(settings: EvolveSettings, folder: Path, proposer: Proposer, stop: Stop) -> list[Candidate]:
    """Proposals until one passes the gate, all of them stored in `folder`.

    None is trained, and none knows more of the others than their texts, which need not come again.

    Raises:
        Stopped: if a signal asked for an end.
    """
    require_isolation()
    task = task_class(settings.task)
    gate = Gate(task, settings.seed, Trajectories(folder))
    with Store.open_to_write(folder) as store:
        store.bind({"kind": "zero_shot", **vars(settings)})
        candidates = store.candidates()
        while len(candidates) < MOST_TRIES and not any(c.state == "accepted" for c in candidates):
            stop.check()
            rng = np.random.default_rng([settings.seed, len(candidates)])
            known = Findings(tried=frozenset(c.program.text for c in candidates if c.program is not None))
            (proposal,) = proposer.propose(task.spec, known, 1, rng)
            new = _judged(proposal, gate, candidates)
            store.put([new])
            candidates.append(new)
        return candidates


def _judged(proposal: Proposal, gate: Gate, earlier: list[Candidate]) -> Candidate:
    outcome: RewardProgram | Verdict = proposal.outcome
    new = Candidate(
        id=len(earlier),
        generation=0,
        state="accepted",
        answer=proposal.answer,
        operator=proposal.operator,
        usage=proposal.usage,
    )
    if isinstance(outcome, RewardProgram):
        new = replace(new, program=outcome)
        outcome = gate.verdict(new, earlier)
    if isinstance(outcome, Rejected):
        return replace(new, state="rejected", stage=outcome.stage, reason=outcome.reason)
    return new
