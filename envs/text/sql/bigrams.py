"""Pairs of neighbouring tokens: which a reference holds, and how far a growing text agrees with it."""

from __future__ import annotations

import numpy as np

NO_PAIR = -1


class Bigrams:
    """The pairs in reference texts, for the overlap of pairs as a share of the pairs of either text.

    Args:
        references: (texts, length) int64 tokens; those from `tokens` up are blanks, which end the text.
        tokens: number of different tokens.
    """

    def __init__(self, references: np.ndarray, tokens: int) -> None:
        self._tokens = tokens
        before = np.concatenate([np.full((len(references), 1), tokens), references[:, :-1]], axis=1)
        self.pairs = np.where(references < tokens, self.pair(before, references), NO_PAIR)
        for place in range(1, self.pairs.shape[1]):
            again = (self.pairs[:, :place] == self.pairs[:, place, None]).any(axis=1)
            self.pairs[again, place] = NO_PAIR
        self.count = (self.pairs != NO_PAIR).sum(axis=1)

    def pair(self, before: np.ndarray, token: np.ndarray) -> np.ndarray:
        """Numbers of the pairs; `before` is a blank, the number of tokens itself, where a text begins."""
        return before * self._tokens + token
