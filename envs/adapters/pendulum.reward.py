"""Gymnasium's own reward for the pendulum: squared angle, velocity and effort, all to be small."""

# The motor's torque at full action, in N m.
MAX_TORQUE = 2.0


def compute_reward(obs, action, next_obs, xp):
    # The official reward is paid for the state in which the torque is applied.
    angle = xp.arctan2(obs.sideways, obs.height)
    torque = MAX_TORQUE * xp.clip(action[..., 0], -1.0, 1.0)
    fallen = -(angle**2)
    moving = -0.1 * obs.angular_velocity**2
    effort = -0.001 * torque**2
    return fallen + moving + effort, {"fallen": fallen, "moving": moving, "effort": effort}
