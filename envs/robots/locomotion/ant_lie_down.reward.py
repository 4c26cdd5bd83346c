"""Ours, after the idea of Text2Reward's ant-lie-down (Xie et al., 2024): turn over, sink, hold still."""


def compute_reward(obs, action, next_obs, xp):
    overturned = 0.5 - 0.5 * next_obs.torso_upright
    low = xp.exp(-5.0 * xp.maximum(next_obs.torso_height - 0.26, 0.0))
    moving = xp.linalg.norm(next_obs.torso_velocity, axis=-1) + xp.linalg.norm(next_obs.torso_spin, axis=-1)
    still = overturned**2 * low * xp.exp(-moving)
    reward = overturned + overturned * low + 2.0 * still
    return reward, {"overturned": overturned, "low": low, "still": still}
