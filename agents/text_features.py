"""Features for agents that read: embeddings in place of one-hot blocks.

Both read the flat observation that `ObservationEncoder` writes. There a category is a one-hot block, and a
one-hot row times a table is a look-up in it.
"""

from __future__ import annotations

import math

import torch
from gymnasium import spaces
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import nn

from ..envs import Field, TaskSpec
from ..envs.spaces import ObservationEncoder


class TokenEmbedding(BaseFeaturesExtractor):
    """Every category becomes the embedding of its word plus that of its position, read by one shared layer.

    Fields with the same words share a table, so what a word means is learnt once for all places where it
    can stand. Flags and reals are passed on as they are.

    Args:
        observation_space: the flat one.
        spec: the task's, which says where each field stands in it.
        width: values per token.
    """

    def __init__(self, observation_space: spaces.Box, spec: TaskSpec, width: int = 16) -> None:
        where = ObservationEncoder(spec).slices()
        fields = [field for field in spec.fields if field.observed]
        categories = [field for field in fields if field.kind == "category"]
        others = [where[field.name] for field in fields if field.kind != "category"]
        places = sum(field.size for field in categories)
        super().__init__(
            observation_space, places * width + sum(other.stop - other.start for other in others)
        )
        self._blocks = [(where[field.name], _vocabulary(field), field.categories) for field in categories]
        self._others = others
        names = list(dict.fromkeys(vocabulary for _, vocabulary, _ in self._blocks))
        self._table_of = {name: str(number) for number, name in enumerate(names)}
        sizes = {vocabulary: size for _, vocabulary, size in self._blocks}
        self.tables = nn.ModuleDict(
            {self._table_of[name]: nn.Embedding(sizes[name], width) for name in names}
        )
        self.positions = nn.Parameter(0.5 * torch.randn(places, width))
        self.read = nn.Linear(width, width)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """(B, D) observations -> (B, features)."""
        others = [observations[:, where] for where in self._others]
        if not self._blocks:
            return torch.cat(others, dim=1)
        words = []
        for where, vocabulary, categories in self._blocks:
            table = self.tables[self._table_of[vocabulary]]
            assert isinstance(table, nn.Embedding)
            words.append(observations[:, where].unflatten(1, (-1, categories)) @ table.weight)
        read = torch.tanh(self.read(torch.cat(words, dim=1) + self.positions))
        return torch.cat([read.flatten(1), *others], dim=1)


class EmbeddingBag(BaseFeaturesExtractor):
    """Every field becomes the sum of the embeddings of the facts that hold in it, whatever their number.

    Meant for long lists of flags (what is in sight, which rules are known): the sum is as wide for five
    hundred facts as for five. Single flags and reals are passed on as they are.

    Args:
        observation_space: the flat one.
        spec: the task's, which says where each field stands in it.
        width: values per field.
    """

    def __init__(self, observation_space: spaces.Box, spec: TaskSpec, width: int = 32) -> None:
        where = ObservationEncoder(spec).slices()
        fields = [field for field in spec.fields if field.observed]
        bags = [where[field.name] for field in fields if _is_bag(field)]
        others = [where[field.name] for field in fields if not _is_bag(field)]
        super().__init__(
            observation_space, len(bags) * width + sum(other.stop - other.start for other in others)
        )
        self._bags, self._others = bags, others
        self.tables = nn.ParameterList(nn.Parameter(_table(bag.stop - bag.start, width)) for bag in bags)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """(B, D) observations -> (B, features)."""
        bags = [
            torch.tanh(observations[:, where] @ table)
            for where, table in zip(self._bags, self.tables, strict=True)
        ]
        return torch.cat([*bags, *(observations[:, where] for where in self._others)], dim=1)


def _vocabulary(field: Field) -> tuple[str, ...]:
    """What tells a field's words from those of others; numbers without words are its own."""
    return field.labels or (field.name,)


def _is_bag(field: Field) -> bool:
    return field.kind == "category" or (field.kind == "flag" and field.size > 1)


def _table(facts: int, width: int) -> torch.Tensor:
    return torch.randn(facts, width) / math.sqrt(max(1, min(facts, 4)))
