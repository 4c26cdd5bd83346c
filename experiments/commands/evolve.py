"""``rewardsmith evolve``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from ...envs import UserError
from ..comparison.outputs import comparison_table, write_outputs
from ..evolution.limits import Limits
from ..evolution.loop import Evolution
from ..evolution.proposers import asks_a_model, make_proposer
from ..evolution.settings import EvolveSettings
from ..faultpoints import fault_point
from ..store.space import when_space
from ..tracking import Service, followed, open_tracker
from .compute import Compute
from .written import listed

if TYPE_CHECKING:
    from ...reward_gen import Cassette


@dataclass(frozen=True)
class Evolve:
    """Evolve reward programs for a task, then test the best one against sparse and human rewards.

    Run the same command again to go on after Ctrl-C, a crash or kill -9.
    """

    settings: tyro.conf.PositionalRequiredArgs[EvolveSettings]
    out: Path
    """Folder for the store, the best program, tables and plots."""
    cassette: Path | None = None
    """File that keeps every request to a language model with its answer; what it holds is not asked again.
    None takes ``answers.jsonl`` in --out."""
    replay: bool = False
    """Take all answers from the cassette: no server, no key, the same run."""
    track: Service = "tensorboard"
    """``wandb``: Weights & Biases as well, on this machine alone unless WANDB_MODE=online."""
    limits: Limits = dataclasses.field(default_factory=Limits)
    compute: Compute = dataclasses.field(default_factory=Compute)

    def run(self) -> int:
        """Evolve, write the results, print the comparison."""
        self.limits.check()
        purse = self.limits.purse(self.settings.model or "")
        proposer = make_proposer(self.settings, self._cassette(), purse)
        executor = self.compute.executor(self.out)
        evolution = Evolution(self.settings, self.out, proposer, executor, self.limits, purse)
        with evolution.store as store:
            with (
                open_tracker(self.out, dataclasses.asdict(self.settings), self.track) as tracker,
                followed(store, tracker),
            ):
                runs = evolution.run()
            fault_point("outputs begun")
            written = when_space(lambda: write_outputs(store), self.out)
            fault_point("outputs written")
        print(comparison_table(runs), *_summary(evolution), listed(written), sep="\n")
        return 1 if evolution.best is None or any(run.reason for run in runs) else 0

    def _cassette(self) -> Cassette | None:
        from ...reward_gen import Cassette

        if self.cassette is None:
            if self.replay:
                raise UserError("--replay takes the answers from a cassette: give --cassette FILE")
            # An answer is on the disk before it is read, so that none is ever paid for twice.
            return Cassette(self.out / "answers.jsonl") if asks_a_model(self.settings) else None
        if not asks_a_model(self.settings):
            raise UserError(
                f"a cassette keeps a language model's answers, not the {self.settings.proposer} "
                "proposer's: leave --cassette out, or give --proposer llm"
            )
        return Cassette(self.cassette, "replay" if self.replay else "record")


def _summary(evolution: Evolution) -> list[str]:
    counts = {s: sum(c.state == s for c in evolution.candidates) for s in ("trained", "rejected", "failed")}
    lines = [f"{len(evolution.candidates)} candidates: " + ", ".join(f"{n} {s}" for s, n in counts.items())]
    if evolution.purse.spent:
        lines.append(f"the language model took {evolution.purse.spent}")
    if evolution.ended_by:
        lines.append(f"ended early: {evolution.ended_by}, and run the same command again to go on")
    best = evolution.leading
    if best is None:
        return [*lines, "no candidate could be trained; candidates.csv holds the reasons"]
    return [*lines, f"best: {best.candidate.name}, {best.told}"]
