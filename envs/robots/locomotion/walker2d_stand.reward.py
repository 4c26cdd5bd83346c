"""Ours, after the idea of stand rewards in Tassa et al. (2018): a tall torso, upright and slow."""


def compute_reward(obs, action, next_obs, xp):
    high = xp.clip((next_obs.torso_height - 0.6) / 0.55, 0.0, 1.0)
    upright = xp.exp(-10.0 * next_obs.torso_pitch**2)
    speeds = next_obs.forward_speed**2 + next_obs.upward_speed**2 + 0.5 * next_obs.pitch_rate**2
    slow = xp.exp(-speeds)
    control = -0.01 * xp.sum(action**2, axis=-1)
    reward = high * upright * (0.7 + 0.3 * slow) + control
    return reward, {"high": high, "upright": upright, "slow": slow, "control": control}
