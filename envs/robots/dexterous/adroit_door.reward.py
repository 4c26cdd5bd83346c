"""The shaped reward of DAPG's door (Rajeswaran et al., 2018).

Gymnasium-Robotics 1.2.1 to 1.4.2 add the distance to the handle where DAPG subtracts it; this is DAPG's sign.
"""


def compute_reward(obs, action, next_obs, xp):
    reach = -0.1 * xp.linalg.norm(next_obs.palm_pos - next_obs.handle_pos, axis=-1)
    shut = -0.1 * (next_obs.door_angle - 1.57) ** 2
    squared_speeds = (
        xp.sum(next_obs.joint_velocities**2, axis=-1)
        + next_obs.forearm_slide_vel**2
        + next_obs.latch_angular_vel**2
        + next_obs.door_angular_vel**2
    )
    haste = -1e-5 * squared_speeds
    opened = (
        xp.where(next_obs.door_angle > 0.2, 2.0, 0.0)
        + xp.where(next_obs.door_angle > 1.0, 8.0, 0.0)
        + xp.where(next_obs.door_angle > 1.35, 10.0, 0.0)
    )
    return reach + shut + haste + opened, {"reach": reach, "shut": shut, "haste": haste, "opened": opened}
