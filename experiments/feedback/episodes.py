"""Episodes of a candidate's trained agent: the first ones that it was judged on, seen again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...agents import default_algorithm, load_agent
from ...agents.policies import Policy, takes_masks
from ...envs import Evaluation, Worlds, task_class
from ..store import Candidate

EPISODES = 2
FRAMES = 30
SIZE = 256


@dataclass
class Episode:
    """One episode, told by some thirty of its states.

    Attributes:
        success: whether the goal was met.
        length: steps until it ended.
        stride: steps between two states that are shown.
        pictures: (SIZE, SIZE, 3) uint8 each; empty for a task without pictures.
        texts: the states as text; empty for a task with pictures.
        shown: the step after which each state was seen.
    """

    success: bool
    length: int
    stride: int
    pictures: list[np.ndarray] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)


def watch(candidate: Candidate, settings: dict[str, Any], agents: Path) -> list[Episode]:
    """Play the first selection episodes of `candidate` again, the same steps as when it was judged.

    Args:
        candidate: a trained one.
        settings: the experiment's.
        agents: the experiment's folder of agents.

    Raises:
        UserError: where its agent is no longer there.
    """
    assert candidate.evaluation is not None, "only a trained candidate has an agent"
    task = task_class(settings["task"])
    algo = settings["algo"] or default_algorithm(task.spec)
    policy = load_agent(agents / candidate.name / "model.zip", algo, device="cpu")
    with_pictures = "rgb_array" in task.render_modes()
    episodes = []
    for index, planned in enumerate(_planned(candidate.evaluation)):
        # A world of its own for each, so that a picture needs no other world's state.
        worlds = Worlds(task, 1, horizon=settings["horizon"])
        worlds.seed([np.random.default_rng(candidate.evaluation.seeds[index])])
        try:
            for step in _states(policy, worlds, planned.length):
                if step % planned.stride == 0 or step == planned.length:
                    _see(planned, worlds, step, with_pictures)
        finally:
            worlds.close()
        episodes.append(planned)
    return episodes


def _planned(evaluation: Evaluation) -> list[Episode]:
    """The episodes to come: how they end is known from the evaluation."""
    outcomes = zip(evaluation.success[:EPISODES], evaluation.length[:EPISODES], strict=True)
    return [
        Episode(bool(success), int(length), math.ceil(max(length, 1) / FRAMES))
        for success, length in outcomes
    ]


def _states(policy: Policy, worlds: Worlds, length: int) -> Iterator[int]:
    """The number of steps taken, at the start and after each of `length` steps."""
    masked = worlds.spec.action.masked and takes_masks(policy)
    observation, state, started = worlds.reset(), None, np.ones(1, bool)
    yield 0
    for taken in range(1, length + 1):
        masks = {"action_masks": worlds.task.action_masks()} if masked else {}
        actions, state = policy.predict(
            observation, state=state, episode_start=started, deterministic=True, **masks
        )
        observation, started = worlds.step(actions).observation, np.zeros(1, bool)
        yield taken


def _see(episode: Episode, worlds: Worlds, step: int, with_pictures: bool) -> None:
    episode.shown.append(step)
    if with_pictures:
        episode.pictures.append(worlds.task.render_rgb(0, SIZE, SIZE))
    else:
        episode.texts.append(worlds.task.render_text(0))
