"""How much may be spent on a language model, in tokens and in money, and how much has been."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..proposer import ProposerError
from .prices import Price

Usage = Mapping[str, float]


class Purse:
    """What is left to spend.

    No request starts on an empty purse. Those already under way end, so that what is spent can pass the
    limit by as many answers as are in flight at once.

    Args:
        max_tokens: most tokens, read and written, of all requests together; None for no limit.
        max_cost: most money, in the prices' currency; None for no limit.
        price: the model's price; None where nobody has told.

    Raises:
        ProposerError: a limit is not above 0, or one in money comes without a price.
    """

    def __init__(
        self, max_tokens: int | None = None, max_cost: float | None = None, price: Price | None = None
    ) -> None:
        for name, limit in (("--max-tokens-total", max_tokens), ("--max-cost", max_cost)):
            if limit is not None and not limit > 0:
                raise ProposerError(f"{name} is above 0, got {limit}")
        if max_cost is not None and price is None:
            raise ProposerError(
                "a budget in money needs prices: give --price-in and --price-out, or --prices FILE"
            )
        self.max_tokens = max_tokens
        self.max_cost = max_cost
        self.price = price
        self._tokens = 0.0
        self._cost = 0.0

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit."""
        return self.max_tokens is not None or self.max_cost is not None

    @property
    def spent(self) -> str:
        """What was charged, for a person to read; empty where nothing was."""
        if not self._tokens:
            return ""
        cost = f", at a cost of {self._cost:.4g}" if self._cost else ""
        return f"{self._tokens:,.0f} tokens{cost}"

    def priced(self, usage: Usage) -> dict[str, float]:
        """`usage` with its ``cost``, where a price is known and tokens were counted."""
        if self.price is None or not _tokens(usage):
            return dict(usage)
        return {**usage, "cost": self.price.of(usage)}

    def charge(self, usages: Iterable[Usage]) -> None:
        """Take out what `usages` cost."""
        tokens, cost = self._sum(usages)
        self._tokens += tokens
        self._cost += cost

    def used_up(self, pending: Iterable[Usage] = ()) -> str:
        """Which limit is reached, in one line that says what to raise; empty while none is.

        Args:
            pending: costs that are not charged yet.
        """
        tokens, cost = self._sum(pending)
        tokens, cost = tokens + self._tokens, cost + self._cost
        if self.max_tokens is not None and tokens >= self.max_tokens:
            return (
                f"the budget of {self.max_tokens:,} tokens is used up ({tokens:,.0f} spent); "
                "raise --max-tokens-total"
            )
        if self.max_cost is not None and cost >= self.max_cost:
            return f"the budget of {self.max_cost:g} is used up ({cost:.4g} spent); raise --max-cost"
        return ""

    def _sum(self, usages: Iterable[Usage]) -> tuple[float, float]:
        known = [self.priced(usage) if "cost" not in usage else usage for usage in usages]
        return sum(map(_tokens, known)), sum(usage.get("cost", 0.0) for usage in known)


def _tokens(usage: Usage) -> float:
    return usage.get("prompt_tokens", 0.0) + usage.get("completion_tokens", 0.0)
