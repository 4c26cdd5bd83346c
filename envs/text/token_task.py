"""Texts built token by token: the grammar that says what may follow, and the task that obeys it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .array_task import ArrayTask


@dataclass(frozen=True)
class Grammar:
    """A state machine over tokens, compiled into two tables; node 0 is the empty text.

    Attributes:
        legal: (nodes, tokens) bool, whether the token may follow.
        following: (nodes, tokens) int64, the node that it leads to; an illegal token leads nowhere else.
    """

    legal: np.ndarray
    following: np.ndarray

    def __post_init__(self) -> None:
        stuck = np.flatnonzero(~self.legal.any(axis=1))
        if stuck.size:
            raise ValueError(
                f"every node of a grammar has a legal token, but nodes {stuck.tolist()} have none"
            )

    @classmethod
    def of_arrows(cls, nodes: int, tokens: int, arrows: Iterable[tuple[int, int, int]]) -> Grammar:
        """The grammar whose `arrows` are (node, token, next node).

        >>> Grammar.of_arrows(2, 2, [(0, 1, 1), (1, 0, 1)]).legal.tolist()
        [[False, True], [True, False]]
        """
        legal = np.zeros((nodes, tokens), bool)
        following = np.repeat(np.arange(nodes)[:, None], tokens, axis=1)
        for node, token, target in arrows:
            legal[node, token] = True
            following[node, token] = target
        return cls(legal, following)


class TokenTask(ArrayTask):
    """B texts, each written one token a step until its end token.

    A token that the grammar forbids leaves the text as it is. The grammar's last node is the complete text;
    there the end token alone is legal and changes nothing.
    """

    grammar: ClassVar[Grammar]

    def __init__(self, num_worlds: int, threads: int = 1) -> None:
        self.node = np.zeros(num_worlds, np.int64)
        super().__init__(num_worlds, threads)

    @abstractmethod
    def _write(self, tokens: np.ndarray, legal: np.ndarray) -> None:
        """Enter `tokens` (B,) where `legal` (B,); `node` still is the one before the token."""

    def reset(self, worlds: np.ndarray, draws: np.ndarray) -> None:
        """Start empty texts in `worlds` (n,) from uniform `draws` (n, self.draws) in [0, 1)."""
        self.node[worlds] = 0
        super().reset(worlds, draws)

    def _act(self, actions: np.ndarray, legal: np.ndarray) -> None:
        self._write(actions, legal)
        self.node = np.where(legal, self.grammar.following[self.node, actions], self.node)

    def complete(self) -> np.ndarray:
        """(B,) bool: whether the end token has been written."""
        return self.node == len(self.grammar.legal) - 1

    def terminated(self) -> np.ndarray:
        """(B,) bool: a complete text ends the episode, right or wrong."""
        return self.complete()

    def action_masks(self) -> np.ndarray:
        """(B, tokens) bool: the tokens that may follow now; never none."""
        return self.grammar.legal[self.node]

    def snapshot(self) -> dict[str, np.ndarray]:
        """The exact state of all worlds, in copies."""
        return {"node": self.node.copy(), **super().snapshot()}
