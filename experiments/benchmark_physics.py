"""How fast the robot worlds step, beside bare MuJoCo, Meta-World itself and EnvPool.

Run as ``python -m rewardsmith.experiments.benchmark_physics [--tasks ...] [--write FILE]``. All contestants
stand in the same scene after the same kind of random play and are then told to hold still. They take turns,
and every figure is the median over the rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import mujoco
import numpy as np
import tyro

from ..envs import task_class, task_names
from ..envs.robots.sawyer import SawyerTask
from ..envs.robots.sawyer_scene import SUBSTEPS
from .machine import describe_machine

WARM_UP = 50
RAW, ONE, TWO, OFFICIAL, ENVPOOL = (
    "mj_step",
    "ours, 1 thread",
    "ours, 2 threads",
    "Meta-World",
    "EnvPool, 1 thread",
)
Contestant = Callable[[], float]


@dataclass(frozen=True)
class Settings:
    """Measure environment steps per second."""

    tasks: tuple[str, ...] = ()
    """Names of tasks; none measures every Meta-World task."""
    worlds: int = 64
    """Worlds in a batch."""
    steps: int = 20
    """Steps of each world in a round."""
    rounds: int = 5
    """Turns that each contestant takes."""
    write: Path | None = None
    """Markdown file to write the table to as well."""


def main(settings: Settings) -> None:
    """Measure, print the table, and write it where asked."""
    everyone = [name for name in task_names() if issubclass(task_class(name), SawyerTask)]
    names = settings.tasks or everyone
    unknown = sorted(set(names) - set(everyone))
    if unknown:
        raise SystemExit(f"expected tasks out of {', '.join(everyone)}; got {', '.join(unknown)}")
    text = "\n".join([*_head(), *(_row(name, measure(name, settings)) for name in names)])
    print(text)
    if settings.write is not None:
        settings.write.parent.mkdir(parents=True, exist_ok=True)
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def measure(name: str, settings: Settings) -> dict[str, list[float]]:
    """Contestant -> environment steps per second in each round."""
    contestants = {
        RAW: raw_mujoco(name, settings),
        ONE: ours(name, settings, threads=1),
        TWO: ours(name, settings, threads=2),
        OFFICIAL: official(name, settings),
    }
    if find_spec("envpool") is not None:
        contestants[ENVPOOL] = envpool(name, settings)
    rates: dict[str, list[float]] = {contestant: [] for contestant in contestants}
    for _ in range(settings.rounds):
        for contestant, run in contestants.items():
            rates[contestant].append(run())
    return rates


def ours(name: str, settings: Settings, threads: int) -> Contestant:
    """Our task: physics, fields and success of all worlds."""
    task = _played(name, settings, threads)
    saved, still = task.snapshot(), np.zeros((settings.worlds, 4), np.float32)

    def run() -> float:
        task.restore(saved)
        start = time.perf_counter()
        for _ in range(settings.steps):
            task.step(still)
            task.fields()
            task.success()
        return settings.worlds * settings.steps / (time.perf_counter() - start)

    return run


def raw_mujoco(name: str, settings: Settings) -> Contestant:
    """MuJoCo's own C loop over the same states of the same model, without sensors."""
    batch = _played(name, settings, threads=1).batch
    batch.ctrl[:] = 0.0
    data = mujoco.MjData(batch.model)
    full = mujoco.mjtState.mjSTATE_FULLPHYSICS
    control = int(
        mujoco.mjtState.mjSTATE_CTRL | mujoco.mjtState.mjSTATE_MOCAP_POS | mujoco.mjtState.mjSTATE_MOCAP_QUAT
    )

    def run() -> float:
        start = time.perf_counter()
        for world in range(settings.worlds):
            mujoco.mj_setState(batch.model, data, batch.state[world], full)
            mujoco.mj_setState(batch.model, data, batch.control[world], control)
            data.qacc_warmstart[:] = batch.warmstart[world]
            mujoco.mj_step(batch.model, data, nstep=SUBSTEPS * settings.steps)
        return settings.worlds * settings.steps / (time.perf_counter() - start)

    return run


def official(name: str, settings: Settings) -> Contestant:
    """Meta-World's own environment, which computes its dense reward in every step."""
    from metaworld.env_dict import ALL_V3_ENVIRONMENTS

    env = ALL_V3_ENVIRONMENTS[f"{name}-v3"]()
    env._set_task_called, env._freeze_rand_vec = True, False
    env.reset()
    rng, still = np.random.default_rng(0), np.zeros(4, np.float32)
    for _ in range(WARM_UP):
        env.step(rng.uniform(-1, 1, 4).astype(np.float32))

    def run() -> float:
        env.curr_path_length = 0
        count = min(settings.worlds * settings.steps, env.max_path_length - 1)
        start = time.perf_counter()
        for _ in range(count):
            env.step(still)
        return count / (time.perf_counter() - start)

    return run


def envpool(name: str, settings: Settings) -> Contestant:
    """EnvPool's C++ version of the task."""
    import envpool as pool

    words = "".join(word.capitalize() for word in name.split("-"))
    envs = pool.make_gymnasium(f"MetaWorld/{words}-v3", num_envs=settings.worlds, num_threads=1, seed=0)
    envs.reset()
    rng, still = np.random.default_rng(0), np.zeros((settings.worlds, 4), np.float32)
    for _ in range(WARM_UP):
        envs.step(rng.uniform(-1, 1, still.shape).astype(np.float32))

    def run() -> float:
        start = time.perf_counter()
        for _ in range(settings.steps):
            envs.step(still)
        return settings.worlds * settings.steps / (time.perf_counter() - start)

    return run


def _played(name: str, settings: Settings, threads: int) -> SawyerTask:
    task = task_class(name)(settings.worlds, threads)
    assert isinstance(task, SawyerTask)
    rng = np.random.default_rng(0)
    task.reset(np.arange(settings.worlds), rng.random((settings.worlds, task.draws)))
    for _ in range(WARM_UP):
        task.step(rng.uniform(-1, 1, (settings.worlds, 4)).astype(np.float32))
    return task


def _head() -> list[str]:
    columns = [
        "task",
        RAW,
        ONE,
        TWO,
        OFFICIAL,
        ENVPOOL,
        "ours / mj_step",
        "ours / Meta-World",
        "ours / EnvPool",
    ]
    return ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]


def _row(name: str, rates: dict[str, list[float]]) -> str:
    def rate(contestant: str) -> str:
        return f"{median(rates[contestant]):,.0f}" if contestant in rates else "not installed"

    def ratio(other: str) -> str:
        pairs = zip(rates[ONE], rates.get(other, []), strict=False)
        quotients = [mine / theirs for mine, theirs in pairs]
        return f"{median(quotients):.2f}" if quotients else "-"

    cells = [name, *map(rate, (RAW, ONE, TWO, OFFICIAL, ENVPOOL)), *map(ratio, (RAW, OFFICIAL, ENVPOOL))]
    return "| " + " | ".join(cells) + " |"


def _preface(settings: Settings) -> str:
    machine = describe_machine("mujoco", "metaworld", "numpy")
    return (
        "# Physics\n\n"
        "Environment steps per second (5 substeps of 2.5 ms each), written by\n"
        "`python -m rewardsmith.experiments.benchmark_physics --write FILE`.\n"
        f"{settings.worlds} worlds, {settings.steps} steps, medians of {settings.rounds} rounds in which all "
        f"took turns; ratios compare one thread\nwith one thread. {machine}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
