"""How one member's weights lie in a row of the stacked parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

_ALIGNMENT = 16  # float32 values in 64 bytes


def aligned(width: int) -> int:
    """`width` values rounded up to whole cache lines.

    Matrix products may depend, in the last bit, on where their operands lie. With every matrix made of whole
    cache lines all members' lie alike, so that a member's numbers do not depend on its place or its fellows.

    >>> aligned(39), aligned(64)
    (48, 64)
    """
    return math.ceil(width / _ALIGNMENT) * _ALIGNMENT


@dataclass(frozen=True)
class Slot:
    """Where one parameter lies: `offset` values into the row.

    Attributes:
        shape: the parameter's.
        padded: the shape of the memory; what is beyond the parameter is 0 and stays so.
    """

    offset: int
    shape: tuple[int, ...]
    padded: tuple[int, ...]

    @property
    def end(self) -> int:
        """Offset of what comes next."""
        return self.offset + aligned(math.prod(self.padded))

    @property
    def inside(self) -> tuple[slice, ...]:
        """Where the parameter stands in the padded memory."""
        return tuple(slice(size) for size in self.shape)


class Layout:
    """The order of a policy's parameters in a row of `size` values, as the policy itself lists them.

    Args:
        policy: any member's policy; all members' are alike.

    Attributes:
        actor: stems of the actor's linear layers, from observation to action.
        critic: likewise, from observation to value.
    """

    def __init__(self, policy: nn.Module) -> None:
        self.slots: dict[str, Slot] = {}
        self.size = 0
        for name, parameter in policy.named_parameters():
            shape = tuple(parameter.shape)
            padded = shape if name == "log_std" else tuple(aligned(width) for width in shape)
            self.slots[name] = Slot(self.size, shape, padded)
            self.size = self.slots[name].end
        self.actor = _chain(list(self.slots), "mlp_extractor.policy_net.", "action_net")
        self.critic = _chain(list(self.slots), "mlp_extractor.value_net.", "value_net")

    def views(self, stacked: torch.Tensor) -> dict[str, torch.Tensor]:
        """Name -> view (P, *padded) of `stacked` (P, size)."""
        return {
            name: stacked[:, slot.offset : slot.offset + math.prod(slot.padded)].unflatten(1, slot.padded)
            for name, slot in self.slots.items()
        }

    def row(self, tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Name -> tensor of its slot's shape, as one row (size,) on the CPU; absent ones are 0."""
        row = torch.zeros(1, self.size)
        views = self.views(row)
        for name, tensor in tensors.items():
            views[name][0][self.slots[name].inside] = tensor.detach().cpu()
        return row[0]

    def tensors(self, row: torch.Tensor) -> dict[str, torch.Tensor]:
        """The inverse of `row`, in views."""
        views = self.views(row.unsqueeze(0))
        return {name: view[0][self.slots[name].inside] for name, view in views.items()}


def _chain(names: list[str], prefix: str, last: str) -> list[str]:
    hidden = [name.removesuffix(".weight") for name in names if name.startswith(prefix) and "weight" in name]
    return [*hidden, last]
