"""For short plans in adroit-door: reach for the handle, turn it, then let nothing but the door matter."""


def compute_reward(obs, action, next_obs, xp):
    distance = xp.linalg.norm(next_obs.palm_pos - next_obs.handle_pos, axis=-1)
    reach = xp.where(next_obs.door_angle < 0.6, -2.0 * distance, 0.0)
    latch = xp.minimum(next_obs.latch_angle, 1.2)
    door = 10.0 * next_obs.door_angle + xp.minimum(next_obs.door_angular_vel, 3.0)
    return reach + latch + door, {"reach": reach, "latch": latch, "door": door}
