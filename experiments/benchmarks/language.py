"""Language to Rewards, measured: a command is read, planned on at once, and judged by the state it reaches.

Run as ``python -m rewardsmith.experiments.benchmarks.language [--write FILE]``. Nothing is trained. Each
command is judged by a predicate on the last state, which the planner never sees; a second part draws pairs
of targets, gives the same command with each, and asks whether each state reached is its own target's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tyro

from ...envs import FieldView, task_class
from ...reward_gen.language import parse_command, program
from ..follow import LOOK_AHEAD_SECONDS, SEARCH, Followed, follow
from ..machine import describe_machine

CPU_LIMIT = 60.0


@dataclass(frozen=True)
class Settings:
    """Follow commands by planning."""

    commands: tuple[int, ...] = ()
    """Numbers of the commands to follow; none takes all."""
    seeds: int = 3
    """Starts of each command."""
    pairs: int = 5
    """Pairs of targets for each of the commands with a target that is changed."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


class Behaviour(NamedTuple):
    """A command and what it means.

    Attributes:
        task: the task in whose world it is given.
        command: the command.
        steps: steps that it may take.
        met: whether the last state, a batch of one world, is what was asked.
        meaning: the same in words.
    """

    task: str
    command: str
    steps: int
    met: Callable[[FieldView], bool]
    meaning: str


class Target(NamedTuple):
    """A command with a gap for its target.

    Attributes:
        task: the task in whose world it is given.
        command: the command, with ``{}`` where the target stands.
        steps: steps that it may take.
        draw: a random target.
        field: the field that shall reach it.
        tolerance: how close is close enough, in the field's unit; targets of a pair are twice as far apart.
    """

    task: str
    command: str
    steps: int
    draw: Callable[[np.random.Generator], np.ndarray]
    field: str
    tolerance: float


def _within(field: str, target: float | list[float], tolerance: float) -> Callable[[FieldView], bool]:
    return lambda state: _gap(state, field, np.asarray(target)) <= tolerance


def _gap(state: FieldView, field: str, target: np.ndarray) -> float:
    return float(np.linalg.norm(np.atleast_1d(getattr(state, field)[0] - target)))


def _apart(a: str, b: str, tolerance: float, axis: int | None = None) -> Callable[[FieldView], bool]:
    def met(state: FieldView) -> bool:
        away = getattr(state, a)[0] - getattr(state, b)[0]
        return float(np.linalg.norm(away) if axis is None else abs(away[axis])) <= tolerance

    return met


def _upright_at(height: float, tolerance: float) -> Callable[[FieldView], bool]:
    return lambda s: abs(s.torso_height[0] - height) <= tolerance and abs(s.torso_pitch[0]) <= 0.2


def _runs(speed: float) -> Callable[[FieldView], bool]:
    # Over the whole episode, which one instant's speed would not tell.
    return lambda s: s.forward_position[0] >= speed and s.torso_height[0] >= 0.7


BEHAVIOURS = (
    Behaviour(
        "reach", "Move the tcp to 0.1 0.6 0.2.", 80, _within("tcp_pos", [0.1, 0.6, 0.2], 0.03),
        "fingers within 3 cm of it",
    ),
    Behaviour("reach", "Bring the tcp to the object.", 80, _apart("tcp_pos", "object_pos", 0.06),
              "fingers within 6 cm of the object's middle"),
    Behaviour("button-press", "Press the button.", 120, _apart("button_pos", "goal_pos", 0.02, 1),
              "button within 2 cm of its end, along y"),
    Behaviour("window-open", "Open the window.", 150, _apart("handle_pos", "goal_pos", 0.05, 0),
              "handle within 5 cm of its goal, along x"),
    Behaviour("drawer-open", "Open the drawer.", 200, _apart("handle_pos", "goal_pos", 0.03),
              "handle within 3 cm of its goal"),
    Behaviour("hopper-stand", "Keep the torso height at 1.2 and the torso upright.", 200,
              _upright_at(1.2, 0.06), "torso at 1.2 m within 6 cm, within 0.2 rad of upright"),
    Behaviour("hopper-stand", "Keep the torso height at 1.0 and the torso upright.", 200,
              _upright_at(1.0, 0.06), "torso at 1.0 m within 6 cm, within 0.2 rad of upright"),
    Behaviour("hopper-stand", "Keep the forward speed at 1.0 and the torso height at least 1.0 "
              "and the torso upright.", 200, _runs(0.8),
              "0.8 m or more forward in 1.6 s, torso at 0.7 m or more"),
    Behaviour("point-maze-u", "Move the ball to 1.0 0.0.", 200, _within("ball_pos", [1.0, 0.0], 0.15),
              "ball within 15 cm of it"),
    Behaviour("point-maze-u", "Move the ball to 1.0 1.0 and keep the ball x velocity at most 0.5.", 500,
              lambda s: _gap(s, "ball_pos", np.array([1.0, 1.0])) <= 0.2 and s.ball_vel[0, 0] <= 0.5,
              "ball within 20 cm of it, at most 0.5 m/s along x"),
)  # fmt: skip

TARGETS = (
    Target("reach", "Move the tcp to {}.", 80,
           lambda rng: rng.uniform([-0.2, 0.5, 0.1], [0.2, 0.75, 0.3]), "tcp_pos", 0.03),
    Target("hopper-stand", "Keep the torso height at {} and the torso upright.", 160,
           lambda rng: rng.uniform(0.95, 1.22, 1), "torso_height", 0.06),
    Target("point-maze-u", "Move the ball to {}.", 200,
           lambda rng: np.array([1.0, rng.uniform(-1.0, 1.0)]), "ball_pos", 0.15),
)  # fmt: skip


def main(settings: Settings) -> None:
    """Follow the commands, then the pairs; print the tables, and write them where asked."""
    parts = [behaviour_table(settings), target_table(settings)]
    text = "\n\n".join(part for part in parts if part)
    print(text)
    if settings.write is not None:
        settings.write.write_text(f"{_preface(settings)}\n{text}\n", encoding="utf-8")


def behaviour_table(settings: Settings) -> str:
    """Each command from several starts: how often its predicate was met, and what that cost."""
    lines = ["| task | command | met when | met | CPU, s, at most |", "|---|---|---|---:|---:|"]
    solved = 0
    chosen = [BEHAVIOURS[number] for number in settings.commands] or list(BEHAVIOURS)
    for behaviour in chosen:
        runs = [
            obey(behaviour.task, behaviour.command, behaviour.steps, seed) for seed in range(settings.seeds)
        ]
        met = sum(behaviour.met(run.reached) for run in runs)
        dearest = max(run.cpu_seconds for run in runs)
        solved += 2 * met > len(runs) and dearest <= CPU_LIMIT
        lines.append(
            f"| {behaviour.task} | {behaviour.command} | {behaviour.meaning} | {met} of {len(runs)} "
            f"| {dearest:.1f} |"
        )
        print(lines[-1], flush=True)
    found = f"{solved} of {len(chosen)} commands are met from most starts within {CPU_LIMIT:g} s of CPU."
    return "\n".join([*lines, "", found])


def target_table(settings: Settings) -> str:
    """Pairs of targets for the same command: how often each reached state is its own target's."""
    if not settings.pairs:
        return ""
    lines = ["| task | command | pairs | both reached | median miss |", "|---|---|---:|---:|---:|"]
    reached = total = 0
    for target in TARGETS:
        misses = np.array([follow_pair(target, seed) for seed in range(settings.pairs)])
        good = int((misses <= target.tolerance).all(axis=1).sum())
        reached, total = reached + good, total + len(misses)
        unit = task_class(target.task).spec.field(target.field).unit
        lines.append(
            f"| {target.task} | {target.command.format('TARGET')} | {len(misses)} | {good} "
            f"| {np.median(misses):.3f} {unit} |"
        )
        print(lines[-1], flush=True)
    lines += ["", f"The state follows the target in {reached} of {total} pairs ({reached / total:.0%})."]
    return "\n".join(lines)


def follow_pair(target: Target, seed: int) -> tuple[float, float]:
    """How far two episodes, which differ in the target alone, end from their targets."""
    rng = np.random.default_rng((2306, seed))
    first = second = target.draw(rng)
    while np.linalg.norm(second - first) < 2 * target.tolerance:
        second = target.draw(rng)
    misses = []
    for wanted in (first, second):
        numbers = " ".join(f"{value:.3f}" for value in wanted)
        run = obey(target.task, target.command.format(numbers), target.steps, seed)
        misses.append(_gap(run.reached, target.field, wanted))
    return misses[0], misses[1]


def obey(task: str, command: str, steps: int, seed: int) -> Followed:
    """Read `command` by the rules and follow it for `steps`."""
    found = task_class(task)
    written = program(found.spec, parse_command(command, found.spec))
    # The text was made here from checked parameters, so no seal is needed.
    return follow(found, written, seed=seed, horizon=steps, trusted=True)


def _preface(settings: Settings) -> str:
    return (
        "# Language to Rewards\n\n"
        "Written by `python -m rewardsmith.experiments.benchmarks.language --write FILE`. Rules read the\n"
        "command, the parameters become a reward program, and the planner follows it at once; nothing is\n"
        "trained. A command is judged on the last state alone, by a predicate that the planner never sees.\n"
        f"Search: {SEARCH.samples} plans of {LOOK_AHEAD_SECONDS:g} s, actions held for {SEARCH.hold} steps, "
        f"{SEARCH.rounds} rounds; {settings.seeds} starts of each\ncommand. CPU seconds count all threads, "
        "reading and compiling excluded.\n"
        f"{describe_machine('mujoco', 'numpy')}.\n"
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
