"""One run of a comparison: a reward, re-trained on a fresh seed and tested."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ...envs import Evaluation, TrainingTrace

EVOLVED = "evolved"


@dataclass(frozen=True)
class Run:
    """One run of the final comparison: a method's reward, re-trained on a fresh seed and tested.

    Attributes:
        method: ``sparse``, ``human``, ``evolved``, or the name of a reward file.
        seed: index of the training seed.
        evaluation: the trained agent on the test seeds; None if the run failed.
        trace: its training; None if the run failed.
        reason: why it failed.
        isolation: how the reward was walled off while it trained.
        held_out: the trained agent on held-out instances; None where the task has none, or the run failed.
        seconds: duration of the training in s; of a population, the run's share. None if the run failed, or
            where an older store did not note it.
    """

    method: str
    seed: int
    evaluation: Evaluation | None = None
    trace: TrainingTrace | None = None
    reason: str = ""
    isolation: str = ""
    held_out: Evaluation | None = None
    seconds: float | None = None

    @property
    def last_reward(self) -> float | None:
        """Mean reward of a step in the last stretch of training, as the agent was paid."""
        paid = self.trace.terms.get("reward") if self.trace is not None else None
        return None if paid is None or not len(paid) else float(paid[-1][1])

    def to_json(self) -> str:
        """The whole record as JSON text."""
        records = {name: getattr(self, name) for name in ("evaluation", "held_out", "trace")}
        rest = {"reason": self.reason, "isolation": self.isolation, "seconds": self.seconds}
        return json.dumps({**{name: record and record.to_dict() for name, record in records.items()}, **rest})

    @classmethod
    def from_json(cls, method: str, seed: int, text: str) -> Run:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        for name in ("evaluation", "held_out"):
            data[name] = data.get(name) and Evaluation.from_dict(data[name])
        data["trace"] = data["trace"] and TrainingTrace.from_dict(data["trace"])
        return cls(method, seed, **data)
