import torch
from torch import Tensor


@torch.jit.script
def compute_reward(
    gripper_pos: Tensor,
    object_pos: Tensor,
    object_linvel: Tensor,
    object_angvel: Tensor,
    goal_pos: Tensor,
    actions: Tensor,
) -> tuple[Tensor, dict[str, Tensor]]:
    way = goal_pos[:, :2] - object_pos[:, :2]
    left = torch.norm(way, dim=-1, keepdim=True)
    heading = way / left.clamp(min=1e-6)
    behind = torch.cat([object_pos[:, :2] - 0.08 * heading, object_pos[:, 2].unsqueeze(-1)], dim=-1)
    left = left.squeeze(-1)
    stance = torch.sqrt(torch.sum(torch.pow(gripper_pos - behind, 2), dim=-1))
    total = -0.4 * stance - left - 0.01 * object_angvel.abs().sum(-1)
    resting = torch.norm(object_linvel, dim=-1) < 0.1
    near = torch.where(resting, torch.full_like(total, 3.0), total + 1.0)
    total = torch.where(left < 0.05, near, total)
    total = total - 0.05 * torch.any(torch.abs(actions) > 0.99, dim=-1).to(torch.float32)
    return total, {"dense_reward": total}
