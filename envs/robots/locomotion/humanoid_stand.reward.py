"""Ours, after the idea of stand rewards in Tassa et al. (2018): a high torso, upright and slow."""


def compute_reward(obs, action, next_obs, xp):
    high = xp.clip((next_obs.torso_height - 0.8) / 0.45, 0.0, 1.0)
    upright = xp.maximum(next_obs.torso_upright, 0.0) ** 2
    slow = xp.exp(-0.5 * xp.sum(next_obs.torso_velocity**2, axis=-1))
    control = -0.01 * xp.mean(action**2, axis=-1)
    reward = high * upright * (0.5 + 0.5 * slow) + control
    return reward, {"high": high, "upright": upright, "slow": slow, "control": control}
