"""The reward of Gymnasium's HalfCheetah-v5: speed, less the torques."""

STEP_SECONDS = 0.05


def compute_reward(obs, action, next_obs, xp):
    forward = (next_obs.forward_position - obs.forward_position) / STEP_SECONDS
    control = -0.1 * xp.sum(action**2, axis=-1)
    return forward + control, {"forward": forward, "control": control}
