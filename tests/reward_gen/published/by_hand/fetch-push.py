def compute_reward(obs, action, next_obs, xp):
    block = next_obs.object_pos
    way = next_obs.goal_pos[:, :2] - block[:, :2]
    left = xp.linalg.norm(way, axis=-1)
    heading = way / xp.maximum(left, 1e-6)[:, None]
    behind = xp.concatenate([block[:, :2] - 0.08 * heading, block[:, 2:]], axis=-1)
    stance = xp.linalg.norm(next_obs.grip_pos - behind, axis=-1)
    reward = -0.4 * stance - left - 0.01 * xp.sum(xp.abs(next_obs.object_spin), axis=-1)
    speed = xp.linalg.norm(next_obs.object_vel_from_grip + next_obs.grip_vel, axis=-1)
    near = xp.where(speed < 0.1, 3.0, reward + 1.0)
    reward = xp.where(left < 0.05, near, reward)
    reward = reward - 0.05 * xp.any(xp.abs(action) > 0.99, axis=-1)
    return reward, {"dense_reward": reward}
