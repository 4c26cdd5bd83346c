import math

import torch
from torch import Tensor


@torch.jit.script
def compute_reward(
    torso_height: Tensor, torso_angle: Tensor, torso_velocity: Tensor, dof_vel: Tensor, actions: Tensor
) -> tuple[Tensor, dict[str, Tensor]]:
    speed = torch.clamp(torso_velocity[:, 0], -1.0, 4.0)
    speed = torch.where((speed > 0.0) & (speed < 0.5), 0.5 * speed, speed)
    shake = torch.mean(dof_vel**2, dim=-1)
    effort = torch.norm(actions, 2, -1)
    up = speed + 0.3 * torch.sin(torso_angle + math.pi / 2) - 1e-3 * shake - 1e-2 * effort
    fallen = torch.max(0.7 - torso_height, torso_angle.abs() - 0.6) > 0
    total = torch.where(fallen, -torch.ones_like(up), up)
    return total, {"dense_reward": total}
