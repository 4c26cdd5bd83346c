"""How fast a population learns, beside SB3's PPO with one process on each core.

Run as ``python -m rewardsmith.experiments.benchmarks.population [--write FILE]``. Two comparisons: the
learners alone, on made-up rollouts, and whole training on a Meta-World task, where SB3 plays the official
environment with its own dense reward and the population plays ours with the human reward. The contestants
take turns, each in processes of its own; every figure is the median over the rounds.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
import tyro
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv, VecNormalize

from ...agents import make_agent
from ...agents.hyperparameters import normalizer_arguments, resolve
from ...agents.population import PopulationPPO, PopulationWorlds, make_member
from ...envs import task_class
from ...reward_gen import open_reward
from ..machine import describe_machine

Part = Literal["learner", "generation"]
LOG_PROB = -5.7  # about that of a fresh policy's action, so that the made-up rollouts are in the usual range


@dataclass(frozen=True)
class Settings:
    """Measure environment steps learnt from per second."""

    parts: tuple[Part, ...] = ("learner", "generation")
    """What to compare."""
    task: str = "drawer-open"
    """Name of a Meta-World task."""
    members: int = 16
    """Candidates of the generation."""
    n_envs: int = 16
    """Worlds of each candidate."""
    n_steps: int = 64
    """Steps of each world in a rollout."""
    batch_size: int = 64
    """Samples in a minibatch."""
    n_epochs: int = 10
    """Passes over each rollout."""
    rollouts: int = 2
    """Rollouts, or updates, in a round."""
    rounds: int = 5
    """Turns that each contestant takes."""
    cores: int = len(os.sched_getaffinity(0))
    """Processes of either side."""
    write: Path | None = None
    """Markdown file to write the table to as well."""

    @property
    def steps(self) -> int:
        """Environment steps of one candidate in a round."""
        return self.n_envs * self.n_steps * self.rollouts

    def hyperparameters(self) -> dict[str, Any]:
        """As both sides take them."""
        sizes = ("n_envs", "n_steps", "batch_size", "n_epochs")
        own = {name: getattr(self, name) for name in sizes}
        return resolve("ppo", task_class(self.task).spec, own | {"policy_kwargs": {"net_arch": [64, 64]}})


class Turn(NamedTuple):
    """One round of one contestant.

    Attributes:
        rate: environment steps per second, over all of its processes.
        memory: MB that its processes had at their peak, added up; what they share is counted in each.
    """

    rate: float
    memory: float


def main(settings: Settings) -> None:
    """Measure, print the table, and write it where asked."""
    rows = [row for part in settings.parts for row in _rows(part, measure(part, settings))]
    head = ["| part | contestant | steps/s | ratio | peak memory, MB |", "|---|---|---:|---:|---:|"]
    text = "\n".join([*head, *rows])
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def measure(part: Part, settings: Settings) -> dict[str, list[Turn]]:
    """Contestant -> its turns."""
    population, sb3 = PARTS[part]
    contestants = {
        "SB3, a process per core": Contestant(sb3, settings, settings.cores, settings.steps),
        "population": Contestant(population, settings, 1, settings.members * settings.steps),
    }
    turns: dict[str, list[Turn]] = {name: [] for name in contestants}
    try:
        for _ in range(settings.rounds):
            for name, contestant in contestants.items():
                turns[name].append(contestant.take_turn())
    finally:
        for contestant in contestants.values():
            contestant.end()
    return turns


class Contestant:
    """Processes that are made ready once and then work side by side whenever it is their turn.

    Args:
        prepare: makes a process ready; what it returns is a round's work.
        settings: for `prepare`.
        processes: how many.
        steps: environment steps of a round, in each process.
    """

    def __init__(self, prepare: Prepare, settings: Settings, processes: int, steps: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._steps = processes * steps
        self._connections: list[Connection] = []
        self._processes = []
        for index in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, prepare, settings, index))
            process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)
        for connection in self._connections:
            connection.recv()

    def take_turn(self) -> Turn:
        """Have all processes do a round's work at the same time."""
        for connection in self._connections:
            connection.send(True)
        seconds, memory = zip(*(connection.recv() for connection in self._connections), strict=True)
        return Turn(self._steps / max(seconds), sum(memory))

    def end(self) -> None:
        """End the processes."""
        for connection in self._connections:
            connection.close()
        for process in self._processes:
            process.join()


def prepare_population_learner(settings: Settings, index: int) -> Work:
    """All members' updates on made-up rollouts."""
    ppo = _population(settings)
    rollout, columns = ppo.rollout, ppo.rollout.columns
    rollout.samples[..., : columns.value].normal_(generator=torch.Generator().manual_seed(0))
    rollout.samples[..., columns.log_prob] = LOG_PROB
    rollout.samples[..., columns.advantage : columns.target + 1].normal_(
        generator=torch.Generator().manual_seed(1)
    )

    def work() -> None:
        for _ in range(settings.rollouts):
            ppo.update(1.0)

    return work


def prepare_sb3_learner(settings: Settings, index: int) -> Work:
    """SB3's own update on a made-up rollout."""
    spec = task_class(settings.task).spec
    model = make_member("ppo", spec, settings.hyperparameters(), seed=index).model
    model.set_logger(Logger(None, []))
    buffer, rng = model.rollout_buffer, np.random.default_rng(index)
    for name in ("observations", "actions", "advantages", "returns"):
        array = getattr(buffer, name)
        array[:] = rng.standard_normal(array.shape)
    buffer.log_probs[:] = LOG_PROB
    buffer.full = True

    def work() -> None:
        for _ in range(settings.rollouts):
            model.train()

    return work


def prepare_population_generation(settings: Settings, index: int) -> Work:
    """Rollouts and updates of all members on our task, with its human reward."""
    task = task_class(settings.task)
    rewards = [open_reward("human", task, trusted=True) for _ in range(settings.members)]
    seeds = [settings.n_envs * member for member in range(settings.members)]
    ppo = _population(settings)
    worlds = PopulationWorlds(task, rewards, seeds, settings.n_envs, threads=settings.cores)

    def work() -> None:
        for _ in range(settings.rollouts):
            ppo.collect(worlds)
            ppo.update(1.0)

    return work


def prepare_sb3_generation(settings: Settings, index: int) -> Work:
    """SB3's training on Meta-World's own environment."""
    from metaworld.env_dict import ALL_V3_ENVIRONMENTS

    def make_env() -> Monitor:
        env = ALL_V3_ENVIRONMENTS[f"{settings.task}-v3"]()
        env._set_task_called, env._freeze_rand_vec = True, False
        return Monitor(env)

    chosen = settings.hyperparameters()
    env: VecEnv = DummyVecEnv([make_env] * settings.n_envs)
    arguments = normalizer_arguments(chosen)
    if arguments is not None:
        env = VecNormalize(env, **arguments)
    model = make_agent("ppo", env, hyperparameters=chosen, seed=index, device="cpu")
    model.set_logger(Logger(None, []))

    def work() -> None:
        model.learn(settings.steps, reset_num_timesteps=False)

    return work


Work = Callable[[], None]
Prepare = Callable[[Settings, int], Work]
PARTS: dict[Part, tuple[Prepare, Prepare]] = {
    "learner": (prepare_population_learner, prepare_sb3_learner),
    "generation": (prepare_population_generation, prepare_sb3_generation),
}


def _population(settings: Settings) -> PopulationPPO:
    spec, chosen = task_class(settings.task).spec, settings.hyperparameters()
    members = [make_member("ppo", spec, chosen, seed) for seed in range(settings.members)]
    return PopulationPPO(members, threads=settings.cores)


def _serve(connection: Connection, prepare: Prepare, settings: Settings, index: int) -> None:
    torch.set_num_threads(1)
    work = prepare(settings, index)
    work()
    connection.send(True)
    while True:
        try:
            connection.recv()
        except EOFError:
            return
        start = time.perf_counter()
        work()
        connection.send((time.perf_counter() - start, _peak_memory()))


def _peak_memory() -> float:
    """MB that this process and its helpers had at their peak; what they share is counted in each."""
    helpers = [process.pid for process in multiprocessing.active_children()]
    return sum(_kilobytes(Path(f"/proc/{pid}/status")) for pid in (os.getpid(), *helpers)) / 1024


def _kilobytes(status: Path) -> int:
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


def _rows(part: Part, turns: dict[str, list[Turn]]) -> list[str]:
    reference = next(iter(turns.values()))
    rows = []
    for name, own in turns.items():
        ratio = median(mine.rate / theirs.rate for mine, theirs in zip(own, reference, strict=True))
        rate, memory = median(turn.rate for turn in own), median(turn.memory for turn in own)
        rows.append(f"| {part} | {name} | {rate:,.0f} | {ratio:.1f} | {memory:,.0f} |")
    return rows


def _preface(settings: Settings) -> str:
    machine = describe_machine("torch", "stable-baselines3", "mujoco", "metaworld", "numpy")
    return (
        "# Population training\n\n"
        "Environment steps learnt from per second, written by\n"
        "`python -m rewardsmith.experiments.benchmarks.population --write FILE`.\n"
        f"{settings.members} members, networks of 64x64, {settings.n_envs} worlds x {settings.n_steps} steps,"
        f"\nminibatches of {settings.batch_size}, {settings.n_epochs} epochs; task {settings.task}; "
        f"{settings.cores} cores for either side;\n"
        f"medians of {settings.rounds} rounds in which both took turns. {machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
