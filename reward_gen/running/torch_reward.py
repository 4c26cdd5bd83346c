"""A reward program on tensors, for physics and training that stay on one device."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import torch

from ...envs.spec import TaskSpec
from ..faults import fault_of
from ..program import RewardProgram
from ..verdict import RewardFault
from .compile import build
from .outputs import split
from .torch_array import as_array
from .torch_namespace import torch_namespace

Tensors = Mapping[str, torch.Tensor]


class TorchReward:
    """A trusted program on torch: the same text and, to rounding, the same numbers as on NumPy.

    Args:
        program: the program; it runs in this process, so check it first.
        spec: the task whose fields it reads.
        device: where its arrays are made; pass it tensors of the same device.

    Raises:
        RewardFault: where the program is refused.
    """

    def __init__(self, program: RewardProgram, spec: TaskSpec, device: str | torch.device = "cpu") -> None:
        self._xp = torch_namespace(device)
        self._function = build(program.text, spec, self._xp)

    def __call__(
        self, obs: Tensors, action: torch.Tensor, next_obs: Tensors
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Reward (B,) and terms {name: (B,)} as float tensors, not checked for finiteness.

        Raises:
            RewardFault: where the program fails or returns anything else.
        """
        # A program may write into its arrays; tensors cannot be read-only, so it gets copies.
        views = [
            SimpleNamespace(**{name: as_array(t.clone()) for name, t in view.items()})
            for view in (obs, next_obs)
        ]
        try:
            result = self._function(views[0], as_array(action.clone()), views[1], self._xp)
        except Exception as error:
            raise fault_of(error) from error
        reward, terms = split(result)
        batch = len(action)
        return _row("the reward", reward, batch), {
            k: _row(f"the term {k}", v, batch) for k, v in terms.items()
        }


def _row(what: str, value: object, batch: int) -> torch.Tensor:
    if not isinstance(value, torch.Tensor) or tuple(value.shape) != (batch,):
        shape = tuple(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__
        raise RewardFault("runtime", f"{what} is {shape}, expected an array (B,) = ({batch},)")
    plain = value.as_subclass(torch.Tensor)
    return plain if plain.is_floating_point() else plain.to(torch.float64)
