"""Trained candidates with chosen outcomes, for what only reads them."""

import numpy as np

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.experiments import Candidate
from rewardsmith.experiments.store import AGAIN
from rewardsmith.reward_gen import RewardProgram

CHECKPOINTS = np.array([1000, 2000, 3000])


def program(lines: int = 1, name: str = "some") -> RewardProgram:
    body = "".join(f"    x{number} = obs.value * {number}.5\n" for number in range(lines))
    head = "def compute_reward(obs, action, next_obs, xp):\n"
    return RewardProgram(f"# {name}\n{head}{body}    return x0, {{'near': x0}}\n")


def trained(
    number: int,
    success: float,
    *,
    generation: int = 0,
    island: int = 0,
    metric: float = 0.0,
    length: int = 50,
    dominant: str = "near",
    lines: int = 1,
    again: int | None = None,
) -> Candidate:
    """A candidate with a program of its own, or the program of the candidate `again`."""
    solved = np.arange(20) < round(20 * success)
    evaluation = Evaluation(np.arange(20), solved, np.full(20, metric), np.full(20, length))
    rising = np.linspace(0.0, 1.0, 3)[:, None].repeat(3, axis=1)
    terms = {dominant: 5 * rising, "other": rising[::-1]}
    return Candidate(
        id=number,
        generation=generation,
        state="trained",
        answer="",
        operator="" if again is None else AGAIN,
        parents=() if again is None else (again,),
        program=program(lines, f"program {number if again is None else again}"),
        evaluation=evaluation,
        trace=TrainingTrace(CHECKPOINTS, np.full(3, success), terms),
        steps=3000,
        island=island,
    )
