"""The reward of Gymnasium's Walker2d-v5: speed, 1 while healthy, less the torques."""

STEP_SECONDS = 0.008


def compute_reward(obs, action, next_obs, xp):
    forward = (next_obs.forward_position - obs.forward_position) / STEP_SECONDS
    height = next_obs.torso_height
    healthy = (height > 0.8) & (height < 2.0) & (xp.abs(next_obs.torso_pitch) < 1.0)
    survive = xp.where(healthy, 1.0, 0.0)
    control = -0.001 * xp.sum(action**2, axis=-1)
    return forward + survive + control, {"forward": forward, "survive": survive, "control": control}
