"""The reward that an agent is paid: each step's factors, decoded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...envs import FieldView, RewardFn, Terms, close_reward
from .decoder import Decoder
from .factors import stacked


class LatentReward:
    """A `RewardFn` whose terms are the factors as the program gives them, and whose reward is decoded.

    The terms do not add up to the reward: what each is worth is the decoder's to say, and changes as it
    learns.

    Args:
        program: the factor program, running; it is closed with this reward.
        names: the factors in the decoder's order.
        decoder: what the factors are worth.
    """

    def __init__(self, program: RewardFn, names: Sequence[str], decoder: Decoder) -> None:
        self.program = program
        self.names = tuple(names)
        self.decoder = decoder

    def __call__(self, obs: FieldView, action: np.ndarray, next_obs: FieldView) -> tuple[np.ndarray, Terms]:
        """Decoded reward (B,) and the factors {name: (B,)}.

        Raises:
            RewardFault: where the program fails.
        """
        _, factors = self.program(obs, action, next_obs)
        return self.decoder(stacked(factors, self.names)), factors

    def __enter__(self) -> LatentReward:
        return self

    def __exit__(self, *error: object) -> None:
        close_reward(self.program)
