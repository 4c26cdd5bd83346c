"""The reward of Gymnasium's Ant-v5 without contact cost: speed, 1 while healthy, less the torques."""

STEP_SECONDS = 0.05


def compute_reward(obs, action, next_obs, xp):
    # Forces of contact are no field of the state: this is Ant-v5 with contact_cost_weight=0.
    forward = (next_obs.forward_position - obs.forward_position) / STEP_SECONDS
    healthy = (next_obs.torso_height >= 0.2) & (next_obs.torso_height <= 1.0)
    survive = xp.where(healthy, 1.0, 0.0)
    control = -0.5 * xp.sum(action**2, axis=-1)
    return forward + survive + control, {"forward": forward, "survive": survive, "control": control}
