def compute_reward(obs, action, next_obs, xp):
    hand, handle = next_obs.hand_pos, next_obs.handle_pos
    to_handle = xp.linalg.norm(hand - handle, axis=-1)
    still_shut = xp.abs(next_obs.goal_pos[:, 1] - handle[:, 1])
    reach = 0.3 * xp.exp(-10.0 * to_handle)
    far = reach + 0.1 * next_obs.gripper_openness
    above = (hand[:, 2] > handle[:, 2]) & (still_shut > 0.02)
    near = reach + xp.where(above, 0.5, 1.7 * xp.maximum(0.0, 1.0 - 5.0 * still_shut))
    near = near - 0.02 * xp.max(xp.abs(action), axis=-1)
    reward = xp.where(to_handle > 0.08, far, near)
    return reward, {"dense_reward": reward}
