"""What a model's tokens cost, as the user tells: no price is built in, for prices change and differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from ..proposer import ProposerError


class Price(NamedTuple):
    """Price of a million tokens, in any currency.

    Attributes:
        prompt: of tokens that the model reads.
        completion: of tokens that it writes.
    """

    prompt: float
    completion: float

    def of(self, usage: Mapping[str, float]) -> float:
        """What the tokens of `usage` cost.

        >>> Price(2.0, 10.0).of({"prompt_tokens": 500_000, "completion_tokens": 100_000})
        2.0
        """
        prompt, completion = usage.get("prompt_tokens", 0.0), usage.get("completion_tokens", 0.0)
        return (self.prompt * prompt + self.completion * completion) / 1e6


def read_price(path: Path, model: str) -> Price:
    """The price of `model` in a YAML file with a line such as ``my-model: {in: 0.5, out: 1.5}`` for each.

    Raises:
        ProposerError: the file cannot be read, or it has no such line for the model.
    """
    wanted = f"a line such as `{model}: {{in: 0.5, out: 1.5}}`, prices of a million tokens"
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ProposerError(f"cannot read the prices in {path}: {reason}; write {wanted}") from None
    row = table.get(model) if isinstance(table, dict) else None
    if not (isinstance(row, dict) and set(row) == {"in", "out"}):
        raise ProposerError(f"expected in {path} {wanted}, got {row!r}")
    return checked_price(row["in"], row["out"])


def checked_price(prompt: object, completion: object) -> Price:
    """A price of two numbers.

    Raises:
        ProposerError: one is no number, or less than 0.
    """
    for value in (prompt, completion):
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
            raise ProposerError(
                f"a price is a number, at least 0, for a million tokens; got {value!r}: give both prices"
            )
    return Price(float(prompt), float(completion))  # type: ignore[arg-type]
