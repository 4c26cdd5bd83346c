"""The reward of Gymnasium's Humanoid-v5 without contact cost: speed, 5 while healthy, less the torques."""

STEP_SECONDS = 0.015
# The control that an action of 1 stands for.
LARGEST_CONTROL = 0.4


def compute_reward(obs, action, next_obs, xp):
    # Forces of contact are no field of the state: this is Humanoid-v5 with contact_cost_weight=0.
    forward = 1.25 * (next_obs.mass_centre[..., 0] - obs.mass_centre[..., 0]) / STEP_SECONDS
    healthy = (next_obs.torso_height > 1.0) & (next_obs.torso_height < 2.0)
    survive = xp.where(healthy, 5.0, 0.0)
    control = -0.1 * xp.sum((LARGEST_CONTROL * action) ** 2, axis=-1)
    return forward + survive + control, {"forward": forward, "survive": survive, "control": control}
