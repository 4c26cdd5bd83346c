"""One reward program with everything that was found out about it, and what several of them say together."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ...envs import Evaluation, TrainingTrace
from ...reward_gen import RewardProgram

State = Literal["proposed", "accepted", "rejected", "trained", "failed"]


@dataclass(frozen=True)
class Candidate:
    """One reward program with everything that was found out about it.

    Attributes:
        id: number within the experiment, in the order of proposal.
        generation: generation that it was proposed for.
        state: how far it has come.
        answer: the proposer's raw answer, stored before anything is made of it.
        program: the program, if the answer held one.
        parents: ids of the candidates that it was made from.
        operator: how the proposer made it.
        usage: what the proposal cost (tokens, seconds), as the proposer tells.
        stage: where it was rejected or failed.
        reason: why.
        evaluation: the trained agent on the selection seeds.
        trace: its training.
        feedback: reflection on the training, as text for the next prompt.
        seconds: duration of the training in s; of a population, the candidate's share.
        isolation: how the program was walled off while it trained; see docs/security.md.
        steps: environment steps that it was trained for.
        island: population that it belongs to.
    """

    id: int
    generation: int
    state: State
    answer: str
    program: RewardProgram | None = None
    parents: tuple[int, ...] = ()
    operator: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    reason: str = ""
    evaluation: Evaluation | None = None
    trace: TrainingTrace | None = None
    feedback: str = ""
    seconds: float = 0.0
    isolation: str = ""
    steps: int = 0
    island: int = 0

    @property
    def name(self) -> str:
        """Readable name, e.g. ``g1-c9``."""
        return f"g{self.generation}-c{self.id}"

    @cached_property
    def rank(self) -> tuple[float, float, float]:
        """What candidates are compared by: success at the end, then over training, then the task metric.

        The rates are cut to steps that some twenty episodes can tell apart. A single lucky success must not
        outweigh a metric that says who came closer.
        """
        if self.evaluation is None or self.trace is None:
            return (-1.0, -1.0, float("-inf"))
        success = _cut(self.evaluation.success_rate, 0.1)
        return (success, _cut(self.success_during, 0.05), float(self.evaluation.metric.mean()))

    @property
    def success_rate(self) -> float:
        """Success of the trained agent on the selection seeds; 0 where there is none."""
        return self.evaluation.success_rate if self.evaluation is not None else 0.0

    @property
    def success_during(self) -> float:
        """Mean success over the checkpoints of training: high for a reward that teaches fast."""
        return float(self.trace.success.mean()) if self.trace is not None and len(self.trace.success) else 0.0

    def to_json(self) -> str:
        """The whole record as JSON text."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("program", "evaluation", "trace"):
            data[name] = data[name] and data[name].to_dict()
        return json.dumps(data)

    @classmethod
    def from_json(cls, text: str) -> Candidate:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        readers = {"program": RewardProgram, "evaluation": Evaluation, "trace": TrainingTrace}
        for name, reader in readers.items():
            data[name] = data[name] and reader.from_dict(data[name])  # type: ignore[attr-defined]
        return cls(**{**data, "parents": tuple(data["parents"])})


def operator_credit(candidates: Iterable[Candidate]) -> dict[str, tuple[float, ...]]:
    """Operator -> what each candidate that it made gained in success over its best parent.

    One without parents is compared with nothing, one that was rejected or failed gained nothing.
    """
    known = {c.id: c for c in candidates}
    gains: dict[str, list[float]] = {}
    for candidate in known.values():
        if candidate.operator and candidate.state in ("trained", "rejected", "failed"):
            before = max((known[i].success_rate for i in candidate.parents if i in known), default=0.0)
            gain = candidate.success_rate - before if candidate.state == "trained" else 0.0
            gains.setdefault(candidate.operator, []).append(gain)
    return {operator: tuple(values) for operator, values in gains.items()}


def _cut(value: float, step: float) -> float:
    return math.floor(value / step + 1e-9) * step
