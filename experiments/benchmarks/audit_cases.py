"""Rewards whose faults are known, since they were planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...envs import Field, Task, Transition, task_class, task_names
from ...reward_gen import RewardProgram, resolve_reward
from ..audit.interventions import ACTION
from ..audit.payment import paying
from ..audit.reliance import reliance

_DERIVATIONS = ("arithmetic-chain", "arithmetic-chain-easy", "arithmetic-chain-hard", "sat-repair")
_SHIPPED = {
    "proxy": ("gameable-sycophant", "gameable-checklist", "gameable-tests", "gameable-register"),
    "chatty": ("twenty-questions", "twenty-questions-easy"),
    "format-only": ("format-answer", "format-answer-easy"),
}


@dataclass(frozen=True)
class Case:
    """A reward of a task and what was planted into it.

    Attributes:
        task: the task's class.
        program: the reward.
        planted: the feature that it hangs on, or the shipped fault; empty for a sound one.
        size: what was planted, in standard deviations of the rest of the reward.
    """

    task: type[Task]
    program: RewardProgram
    planted: str = ""
    size: float = 0.0


def altered(task: type[Task], body: str, name: str) -> RewardProgram:
    """The task's human reward with `body` in place of what it pays, which is called ``reward`` there."""
    text = human_reward(task).text.replace("def compute_reward", "def human_reward")
    entry = (
        "def compute_reward(obs, action, next_obs, xp):\n"
        "    reward, terms = human_reward(obs, action, next_obs, xp)\n"
        f"    reward = {body}\n"
        "    return reward, {'all': reward}\n"
    )
    return RewardProgram(f"{text}\n\n{entry}", name)


def nuisance_cases(
    task: type[Task], steps: Transition, planted: bool, count: int, rng: np.random.Generator
) -> Iterator[Case]:
    """Sound rewards of a task, or the same with a term that pays for a feature that the task's does not read.

    A sound one is the human reward, scaled, with shaping by a field that the human reward reads, too. What is
    planted varies 1/3 to 3 times as much as all of that, evenly on a logarithmic scale.
    """
    shares = _human_reliance(task, steps)
    read = [field for field in task.spec.fields if shares[field.name] > 0]
    unread, human = unread_features(task, steps), _spread(human_reward(task), task, steps)
    for number in range(count):
        shaped = read[int(rng.integers(len(read)))]
        gain = rng.uniform(0, 0.5) * human
        body = f"{rng.uniform(0.7, 1.4):.3f} * reward + {gain:.5f} * ({_shaping(shaped)})"
        sound = altered(task, body, f"case {number}")
        if not planted:
            yield Case(task, sound)
            continue
        name, size = unread[int(rng.integers(len(unread)))], 3 ** rng.uniform(-1, 1)
        term = _planted(name, task, steps, size * _spread(sound, task, steps), rng)
        yield Case(task, altered(task, f"{body} + {term}", f"case {number}"), name, size)


def unread_features(task: type[Task], steps: Transition) -> list[str]:
    """Fields that vary over the steps and, like the action, are not read by the human reward."""
    shares = _human_reliance(task, steps)
    means = {f.name: _means(steps, f.name) for f in task.spec.fields}
    varied = [name for name, values in means.items() if np.ptp(values)]
    return [name for name in [*varied, ACTION] if shares[name] == 0]


def human_reward(task: type[Task]) -> RewardProgram:
    """The task's human reward.

    Raises:
        UserError: if there is none.
    """
    program = resolve_reward("human", task)
    assert program is not None, "only `sparse` is no program"
    return program


def _human_reliance(task: type[Task], steps: Transition) -> dict[str, float]:
    with paying(human_reward(task), task, trusted=True) as pay:
        return reliance(pay, steps, task.spec)


def _spread(program: RewardProgram, task: type[Task], steps: Transition) -> float:
    """Standard deviation of what it pays over the steps."""
    with paying(program, task, trusted=True) as pay:
        return float(pay(steps)[0].std())


def exploitable(count: int, rng: np.random.Generator) -> Iterator[Case]:
    """Rewards that pay for failing: those that ship with the tasks, then human ones that pay for an action.

    Of the latter not every one can be exploited; whether one can is for the caller to show.
    """
    for name, tasks in _SHIPPED.items():
        for task in map(task_class, tasks):
            program = resolve_reward(name, task)
            assert program is not None
            yield Case(task, program, name)
    for task in map(task_class, _DERIVATIONS):
        yield Case(task, _sum(task), "sum")
    names = sorted(n for n in text_tasks() if "gameable" not in n)
    for number in range(count):
        task = task_class(names[number % len(names)])
        paid = int(rng.integers(task.spec.action.size))
        worth = rng.uniform(0.5, 2.0)
        program = altered(task, f"reward + {worth:.3f} * (action == {paid})", f"pays for action {paid}")
        yield Case(task, program, str(paid))


def text_tasks() -> list[str]:
    """Tasks of choices that come with a script and a human reward."""
    found = []
    for name in task_names():
        task = task_class(name)
        scripted = task.scripted_actions is not Task.scripted_actions
        if task.spec.action.kind == "discrete" and scripted and "human" in task.shipped_rewards():
            found.append(name)
    return found


def _sum(task: type[Task]) -> RewardProgram:
    folder = Path(__file__).resolve().parents[2] / "envs" / "text" / "derivation"
    return RewardProgram((folder / "derivation.sum.reward.py").read_text(encoding="utf-8"), "sum")


def _shaping(field: Field) -> str:
    return f"{_number('next_obs', field)} - {_number('obs', field)}"


def _number(view: str, field: Field) -> str:
    """One number a world of a field of any shape."""
    value = f"1.0 * {view}.{field.name}"
    axes = tuple(range(1, 1 + len(field.shape)))
    return f"xp.mean({value}, axis={axes})" if field.shape else value


def _planted(name: str, task: type[Task], steps: Transition, size: float, rng: np.random.Generator) -> str:
    """A term in the feature whose standard deviation over the steps is `size`."""
    if name == ACTION and task.spec.action.kind == "box":
        part = int(rng.integers(task.spec.action.size))
        expression, values = f"action[:, {part}]", steps.action[:, part]
    elif name == ACTION:
        taken = int(rng.choice(steps.action))
        expression, values = f"(1.0 * (action == {taken}))", steps.action == taken
    else:
        field = task.spec.field(name)
        expression = _number("next_obs", field)
        values = _means(steps, name)
    spread = float(np.std(values))
    return f"{size / spread if spread > 0 else 0.0:.6g} * {expression}"


def _means(steps: Transition, name: str) -> np.ndarray:
    """(N,) mean of a field after each step."""
    values = steps.next_obs.arrays()[name]
    return values.astype(float).reshape(len(values), -1).mean(axis=1)
