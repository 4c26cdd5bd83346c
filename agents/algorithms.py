"""The algorithms that agents are trained with, and which actions each can take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sb3_contrib import MaskablePPO
from stable_baselines3 import DQN, PPO, SAC, TD3
from stable_baselines3.common.base_class import BaseAlgorithm

from ..envs import TaskSpec, UserError

ActionKind = Literal["box", "discrete", "multi-discrete", "masked", "masked multi-discrete"]


@dataclass(frozen=True)
class Algorithm:
    """One learning algorithm.

    Attributes:
        kind: its SB3 class.
        actions: the kinds of action it can take; ``masked`` is a discrete action of which some choices can
            be illegal. Plain PPO and DQN may play masked ones too: they learn the hard way what is legal.
    """

    kind: type[BaseAlgorithm]
    actions: tuple[ActionKind, ...]


ALGORITHMS: dict[str, Algorithm] = {
    "ppo": Algorithm(PPO, get_args(ActionKind)),
    "maskable-ppo": Algorithm(MaskablePPO, ("masked", "masked multi-discrete")),
    "dqn": Algorithm(DQN, ("discrete", "masked")),
    "sac": Algorithm(SAC, ("box",)),
    "td3": Algorithm(TD3, ("box",)),
}


def default_algorithm(spec: TaskSpec) -> str:
    """The algorithm that a task is trained with unless told otherwise."""
    return "maskable-ppo" if spec.action.masked else "ppo"


def find_algorithm(name: str) -> Algorithm:
    """The algorithm called `name`.

    Raises:
        UserError: if there is none.
    """
    if name not in ALGORITHMS:
        raise UserError(f"there is no algorithm {name!r}; choose one of {', '.join(ALGORITHMS)}")
    return ALGORITHMS[name]


def check_actions(name: str, kind: ActionKind) -> None:
    """Make sure that an algorithm can take actions of this kind.

    Raises:
        UserError: if it cannot, naming those that can.
    """
    if kind not in find_algorithm(name).actions:
        fitting = [other for other, algorithm in ALGORITHMS.items() if kind in algorithm.actions]
        raise UserError(
            f"{name} takes {' or '.join(ALGORITHMS[name].actions)} actions, the task's are {kind}; "
            f"choose {' or '.join(fitting)}"
        )
