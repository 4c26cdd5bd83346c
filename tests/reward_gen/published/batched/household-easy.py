import torch
from torch import Tensor


@torch.jit.script
def compute_reward(
    found: Tensor,
    in_hand: Tensor,
    at_wanted_place: Tensor,
    illegal_actions: Tensor,
    prev_illegal_actions: Tensor,
) -> tuple[Tensor, dict[str, Tensor]]:
    flags = torch.stack((found, in_hand, at_wanted_place), dim=-1).float()
    steps = flags.sum(dim=1)
    passed_by = torch.logical_and(found > 0, ~(in_hand > 0))
    total = torch.where(passed_by, 0.9 * steps, steps)
    total = torch.where(illegal_actions > prev_illegal_actions, torch.full_like(total, -0.5), total)
    return total, {"dense_reward": total}
