"""``rewardsmith bench``."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from ...envs import UserError
from ..comparison.bench import Benchmark, asked, bench_runs, budgets, read_methods, write_bench
from ..comparison.bench.searches import Search
from ..comparison.bench.tables import bench_table, task_tables
from ..store.lock import FolderLock
from ..store.space import when_space
from ..tracking import Service, open_tracker
from .compute import Compute
from .written import listed


@dataclass(frozen=True)
class Bench:
    """Compare methods of finding a reward on a suite's tasks: one budget, one final test on unseen episodes.

    Run the same command again to go on after an interruption; methods and seeds may be added later.
    """

    suite: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="SUITE|TASK")]
    """A suite (smoke, metaworld-t2r, metaworld-lares, locomotion-six, robots, text, text-worlds, paper), the
    path of a suite's .yaml file, or a task."""
    out: Path
    """Folder for the stores, agents, tables and plots."""
    methods: tuple[str, ...] = ("sparse", "human")
    """``sparse``, ``human``, others that come with the task; ``sparse_budget`` and ``human_budget``, trained
    for the steps of a search as well; ``zero_shot``, ``iid``, ``evolve``; reward files or folders of them."""
    seeds: int = 5
    """Training seeds of each method; each has a search of its own."""
    steps: int | None = None
    """Environment steps of each training run; none takes the suite's, of a single task 100,000."""
    generations: int | None = None
    """Rounds of a search; none takes the suite's, of a single task 3."""
    samples: int | None = None
    """Candidates in each round; none takes the suite's, of a single task 8."""
    episodes: int = 50
    """Test episodes of each run."""
    seed: int = 0
    """The benchmark's seed, from which all others are derived."""
    algo: str | None = None
    """ppo, sac, td3, dqn or maskable-ppo; none takes what suits the task."""
    horizon: int | None = None
    """Episode length in steps; none takes the suite's or the task's own."""
    proposer: str = "grammar"
    """What writes the rewards of a search: ``grammar``, ``llm``, or the path of programs."""
    model: str | None = None
    """The language model's name, for the ``llm`` proposer."""
    racing: bool = False
    """Stop a search's candidates that are clearly behind; what they save pays for further ones."""
    track: Service = "tensorboard"
    """``wandb``: Weights & Biases as well, on this machine alone unless WANDB_MODE=online."""
    compute: Compute = dataclasses.field(default_factory=Compute)

    def run(self) -> int:
        """Search, train, test, write the results, print the tables; exit code 1 if a run failed."""
        for name in ("seeds", "episodes"):
            if getattr(self, name) < 1:
                raise UserError(f"--{name} is at least 1, got {getattr(self, name)}")
        tasks = budgets(self.suite, self.steps, self.horizon, self.generations, self.samples)
        methods = read_methods(self.methods, tasks)
        with FolderLock(self.out), open_tracker(self.out, self._settings(), self.track) as tracker:
            executor = self.compute.executor
            search = Search(self.proposer, self.model, self.algo, self.seed, executor, self.racing, tracker)
            benchmark = Benchmark(self.out, tasks, methods, self.seeds, self.episodes, search)
            benchmark.run()
            runs = bench_runs(benchmark)
            written = when_space(lambda: write_bench(runs, self.out, asked(benchmark)), self.out)
        print(task_tables(runs), bench_table(runs), listed(written), sep="\n")
        return 1 if any(own.run.reason for own in runs) else 0

    def _settings(self) -> dict[str, Any]:
        """What determines the benchmark, as a tracker keeps it."""
        return {name: value for name, value in vars(self).items() if name not in ("out", "compute", "track")}
