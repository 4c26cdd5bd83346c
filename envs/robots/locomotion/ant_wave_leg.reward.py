"""Ours, after the idea of Text2Reward's ant-wave-leg (Xie et al., 2024): lift the foot, lower it, count."""


def compute_reward(obs, action, next_obs, xp):
    stand = xp.maximum(next_obs.torso_upright, 0.0) * xp.clip(next_obs.torso_height / 0.6, 0.0, 1.0)
    height = xp.clip(next_obs.front_left_foot_height / 0.3, 0.0, 1.0)
    move = xp.where(next_obs.foot_is_up, 1.0 - height, height)
    waved = 10.0 * (next_obs.waves - obs.waves)
    return stand + move + waved, {"stand": stand, "move": move, "waved": waved}
