"""Budgets that end an evolution early and cleanly: tokens, money, environment steps, wall-clock seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from ...envs import UserError
from ...reward_gen import Price, Purse, checked_price, read_price


@dataclass(frozen=True)
class Limits:
    """What an evolution may cost; what is used up ends it as if its generations were done.

    They may be raised from one command to the next in the same folder. The final test comes on top.
    """

    max_tokens_total: int | None = None
    """Most tokens of a language model, read and written, in this folder."""
    max_cost: float | None = None
    """Most money for a language model in this folder, in the prices' currency."""
    max_env_steps: int | None = None
    """Most environment steps for all candidates in this folder."""
    max_seconds: float | None = None
    """Most seconds that this command may evolve for."""
    price_in: float | None = None
    """Price of a million tokens that the model reads."""
    price_out: float | None = None
    """Price of a million tokens that the model writes."""
    prices: Path | None = None
    """YAML file of prices, a line such as ``my-model: {in: 0.5, out: 1.5}`` for each model."""

    def check(self) -> None:
        """Raise a `UserError` for a limit that no evolution can have."""
        for name in ("max_env_steps", "max_seconds"):
            limit = getattr(self, name)
            if limit is not None and not limit > 0:
                raise UserError(f"--{name.replace('_', '-')} is above 0, got {limit}")

    def purse(self, model: str) -> Purse:
        """The purse that `model` is paid from."""
        return Purse(self.max_tokens_total, self.max_cost, self._price(model))

    def _price(self, model: str) -> Price | None:
        told = (self.price_in, self.price_out)
        if told != (None, None):
            return checked_price(*told)
        return read_price(self.prices, model) if self.prices is not None else None


class TimeIsUp(Exception):
    """The seconds are used up in the midst of a training."""


class Clock:
    """Seconds since it was made, by a clock that never goes back, against a limit; None for no limit."""

    def __init__(self, limit: float | None = None) -> None:
        self.limit = limit
        self._started = time.monotonic()

    def used_up(self) -> str:
        """One line that says what to raise; empty while there is time."""
        if self.limit is None or time.monotonic() - self._started < self.limit:
            return ""
        return f"the budget of {self.limit:g} s is used up; raise --max-seconds"

    def check(self) -> None:
        """Raise `TimeIsUp` when there is no time left."""
        if self.used_up():
            raise TimeIsUp
