"""``rewardsmith audit``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from ...envs import UserError, task_class
from ...reward_gen import RewardFault, is_shipped, resolve_reward


@dataclass(frozen=True)
class Audit:
    """Look for what is wrong with a reward: exit code 0 if nothing is suspicious, 1 if something is."""

    reward: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="FILE")]
    """A program (.py), or the name of one that comes with the task, such as ``human``."""
    task: str
    """The task that it is meant for."""
    agents: Path | None = None
    """Folder of a finished `rewardsmith evolve` on the task, whose episodes and traces are looked at, too."""
    nuisance: tuple[str, ...] = ()
    """Fields that must not matter, or ``action``; none takes what neither goal nor human reward minds."""
    seconds: float = 60.0
    """Most time for all checks."""
    steps: int | None = None
    """Steps of the training that is planned: the search for exploits takes 5 % of them."""
    seed: int = 0
    """Seed of starts, edits and attacks."""
    trust: bool = False
    """Run the reward program unsealed, in this process."""
    out: Path | None = None
    """Markdown file for the page; it is printed in any case."""

    def run(self) -> int:
        """Print the page."""
        from ..audit import audit
        from ..audit.folder import read
        from ..store.whole import write_whole

        task = task_class(self.task)
        program = resolve_reward(self.reward, task)
        if program is None:
            raise UserError("the sparse reward is the truth that others are held against: give a dense one")
        known = None if self.agents is None else read(self.agents, task.spec.name, program)
        try:
            report = audit(
                program,
                task,
                recorded=() if known is None else (known.episodes,),
                traces=() if known is None else known.traces,
                nuisance=self.nuisance,
                seconds=self.seconds,
                training_steps=self.steps,
                trusted=self.trust or is_shipped(self.reward, task),
                seed=self.seed,
            )
        except RewardFault as fault:
            raise UserError(f"{self.reward} cannot be audited: {fault}; see `rewardsmith check`") from fault
        page = report.to_markdown()
        print(page, end="")
        if self.out is not None:
            write_whole(self.out, page.encode())
        return 1 if report.suspicious else 0
