"""``rewardsmith bench``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from ..comparison.compare import Protocol, compare, methods_from
from ..comparison.outputs import comparison_table, write_outputs
from ..store import Store
from ..store.space import when_space
from .compute import Compute
from .rewards import Task
from .written import listed


@dataclass(frozen=True)
class Bench:
    """Compare rewards on a task: the same budget, several seeds, tested on unseen episodes.

    Run the same command again to go on after an interruption.
    """

    task: Task
    """The task's name."""
    out: Path
    """Folder for the store, tables and plots."""
    rewards: tuple[str, ...] = ("sparse", "human")
    """``sparse``, ``human``, others that come with the task, and paths of reward programs."""
    steps: int = 100_000
    """Environment steps for each run."""
    seeds: int = 3
    """Training seeds for each reward."""
    episodes: int = 50
    """Test episodes for each run."""
    seed: int = 0
    """The experiment's seed, from which all others are derived."""
    algo: str | None = None
    """ppo, sac, td3, dqn or maskable-ppo; none takes what suits the task."""
    horizon: int | None = None
    """Episode length in steps; none takes the task's own."""
    compute: Compute = dataclasses.field(default_factory=Compute)

    def run(self) -> int:
        """Train, test, write the results, print the table; exit code 1 if a run failed."""
        methods = methods_from({_name(source): source for source in self.rewards}, self.task)
        protocol = Protocol(
            self.task, self.steps, self.seeds, self.episodes, self.seed, self.algo, self.horizon
        )
        digests = {m.name: m.program.digest if m.program else "" for m in methods}
        executor = self.compute.executor(self.out)
        store = Store.open_to_write(self.out)
        try:
            store.bind({"kind": "bench", "rewards": digests, **vars(protocol)})
            runs = compare(store, methods, protocol, executor)
            written = when_space(lambda: write_outputs(store), self.out)
        finally:
            store.close()
        print(comparison_table(runs), listed(written), sep="\n")
        return 1 if any(run.reason for run in runs) else 0


def _name(source: str) -> str:
    return Path(source).name.removesuffix(".py").removesuffix(".reward")
