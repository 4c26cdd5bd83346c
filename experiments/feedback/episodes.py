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
        pictures: (size, size, 3) uint8 each; empty for a task without pictures.
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
    return play_again(agents / candidate.name / "model.zip", candidate.evaluation, settings)


def play_again(
    agent: Path,
    evaluation: Evaluation,
    settings: dict[str, Any],
    *,
    episodes: int = EPISODES,
    states: int = FRAMES,
    size: int = SIZE,
) -> list[Episode]:
    """Play the first episodes of an `evaluation` again, the same steps as when the agent was judged.

    Args:
        agent: its ``model.zip``.
        evaluation: of that agent.
        settings: the experiment's.
        episodes: how many, at most.
        states: how many of each are shown, about.
        size: width and height of a picture in pixels.

    Raises:
        UserError: where the agent is no longer there.
    """
    task = task_class(settings["task"])
    algo = settings["algo"] or default_algorithm(task.spec)
    policy = load_agent(agent, algo, device="cpu")
    with_pictures = "rgb_array" in task.render_modes()
    played = []
    for index, planned in enumerate(_planned(evaluation, episodes, states)):
        # A world of its own for each, so that a picture needs no other world's state.
        worlds = Worlds(task, 1, horizon=settings["horizon"])
        worlds.seed([np.random.default_rng(evaluation.seeds[index])])
        try:
            for step in _states(policy, worlds, planned.length):
                if step % planned.stride == 0 or step == planned.length:
                    _see(planned, worlds, step, size if with_pictures else 0)
        finally:
            worlds.close()
        played.append(planned)
    return played


def _planned(evaluation: Evaluation, episodes: int, states: int) -> list[Episode]:
    """The episodes to come: how they end is known from the evaluation."""
    outcomes = zip(evaluation.success[:episodes], evaluation.length[:episodes], strict=True)
    return [
        Episode(bool(success), int(length), math.ceil(max(length, 1) / states))
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


def _see(episode: Episode, worlds: Worlds, step: int, size: int) -> None:
    episode.shown.append(step)
    if size:
        episode.pictures.append(worlds.task.render_rgb(0, size, size))
    else:
        episode.texts.append(worlds.task.render_text(0))
