"""Run without tumbling: the human reward pays for speed alone, so that plans roll like a wheel."""


def compute_reward(obs, action, next_obs, xp):
    forward = xp.minimum(next_obs.torso_velocity[..., 0], 3.0)
    upright = 4.0 * xp.minimum(next_obs.torso_upright, 0.9)
    low = -2.0 * xp.maximum(next_obs.torso_height - 0.8, 0.0)
    return forward + upright + low, {"forward": forward, "upright": upright, "low": low}
