"""The episodes that a reward is audited on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...agents.recording import Recorder
from ...envs import FieldView, Task, Transition
from ...envs.demonstration import recording_of
from ..worth import Judged
from ..worth.evidence import random_play, scripted_play

# Episodes of a robot are long: enough steps to see a reward by, and no more.
_STEPS, _FEWEST, _MOST = 6_000, 12, 60


@dataclass(frozen=True)
class Material:
    """Episodes of a task, of all grades of skill that could be had.

    Attributes:
        task: its class.
        judged: the episodes with the task's metric at the end of each.
        sources: where they are from, for the page.
    """

    task: type[Task]
    judged: Judged
    sources: str

    def steps(self, most: int, rng: np.random.Generator) -> Transition:
        """At most `most` of their steps, drawn without repeats; those that end an episode are all there."""
        episodes = self.judged.episodes
        every = episodes.transitions()
        last = np.cumsum(episodes.lengths) - 1
        others = rng.permutation(np.setdiff1d(np.arange(len(every.action)), last))
        return every.rows(np.sort(np.concatenate([last, others])[:most]))


def gather(task: type[Task], recorded: Sequence[Judged] = (), seed: int = 0) -> Material:
    """Episodes of random play, of the task's script with more and more slips or of its recording, and others.

    Args:
        task: its class.
        recorded: episodes of trained agents, where there are some.
        seed: of the starts and of the slips.
    """
    count = int(np.clip(_STEPS // task.spec.horizon, _FEWEST, _MOST))
    parts, sources = [random_play(task, count, seed)], [f"{count} of random play"]
    if task.scripted_actions is not Task.scripted_actions:
        parts.append(scripted_play(task, count, seed))
        sources.append(f"{count} of the script with more and more slips")
    elif task.recording_path().is_file():
        parts.append(replay(task, *recording_of(task)))
        sources.append("1 recorded with the task")
    parts += recorded
    if recorded:
        sources.append(f"{sum(len(part.metric) for part in recorded)} of trained agents")
    return Material(task, Judged.concatenate(parts), ", ".join(sources))


def replay(task: type[Task], draws: np.ndarray, actions: np.ndarray) -> Judged:
    """The episode that `actions` (T, ...) make from the start that `draws` (draws,) give, to its end."""
    world, recorder, succeeded = task(1), Recorder(), np.zeros(1, bool)
    world.reset(np.arange(1), draws[None])
    before = FieldView(world.fields())
    for action in actions[: task.spec.horizon]:
        world.step(action[None])
        after, over = FieldView(world.fields()), world.terminated()
        succeeded |= world.success()
        flags = {"terminated": over, "succeeded": succeeded.copy()}
        recorder.add(before, action[None], after, playing=np.ones(1, bool), **flags)
        before = after
        if over[0]:
            break
    recorder.end_round(1)
    return Judged(recorder.episodes(), world.metric())
