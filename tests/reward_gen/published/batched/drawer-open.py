import torch
from torch import Tensor


@torch.jit.script
def compute_reward(
    ee_pos: Tensor, object_pos: Tensor, goal_pos: Tensor, gripper_openness: Tensor, actions: Tensor
) -> tuple[Tensor, dict[str, Tensor]]:
    to_handle = (ee_pos - object_pos).norm(dim=-1)
    still_shut = torch.abs(goal_pos[:, 1] - object_pos[:, 1])
    reach = 0.3 * torch.exp(-to_handle / 0.1)
    above = torch.logical_and(ee_pos[:, 2] > object_pos[:, 2], still_shut > 0.02)
    pull = 1.7 * torch.clamp(1.0 - still_shut / 0.2, min=0.0)
    effort = actions.abs().max(dim=-1)[0]
    close_by = reach + torch.where(above, 0.5 * torch.ones_like(pull), pull) - 0.02 * effort
    total = torch.where(to_handle > 0.08, reach + 0.1 * gripper_openness, close_by)
    return total, {"dense_reward": total}
