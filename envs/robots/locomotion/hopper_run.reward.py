"""The reward of Gymnasium's Hopper-v5: speed, 1 while healthy, less the torques."""

STEP_SECONDS = 0.008


def compute_reward(obs, action, next_obs, xp):
    forward = (next_obs.forward_position - obs.forward_position) / STEP_SECONDS
    survive = xp.where(healthy(next_obs, xp), 1.0, 0.0)
    control = -0.001 * xp.sum(action**2, axis=-1)
    return forward + survive + control, {"forward": forward, "survive": survive, "control": control}


def healthy(state, xp):
    upright = (state.torso_height > 0.7) & (xp.abs(state.torso_pitch) < 0.2)
    rates = (state.pitch_rate, state.thigh_rate, state.leg_rate, state.foot_rate)
    speeds = xp.stack((state.forward_speed, state.upward_speed, *rates), axis=-1)
    return upright & (xp.max(xp.abs(speeds), axis=-1) < 100.0)
