import torch
from torch import Tensor

REACH_WEIGHT = 0.5


@torch.jit.script
def effort_of(actions: Tensor, scale: float) -> Tensor:
    return -scale * torch.square(actions).sum(dim=-1)


@torch.jit.script
def compute_reward(
    hand_pos: Tensor, object_position: Tensor, target_pos: Tensor, actions: Tensor, scale: float = 0.01
) -> tuple[Tensor, dict[str, Tensor]]:
    reach = -torch.linalg.norm(hand_pos - object_position, dim=1)
    slide = -torch.abs(object_position - target_pos)[:, 0]
    effort = effort_of(actions, scale)
    there = ((slide >= -0.05) & (reach >= -0.1)).float()
    total = REACH_WEIGHT * reach + 1.5 * slide + effort + 5.0 * there
    terms = {"reach": reach, "slide": slide, "effort": effort}
    return total, terms
