def compute_reward(obs, action, next_obs, xp):
    gap = xp.linalg.norm(next_obs.hand_pos - next_obs.goal_pos, axis=-1)
    reward = 1.0 - xp.tanh(4.0 * gap) + 2.0 * (gap < 0.05) - 0.01 * xp.sum(action**2, axis=-1)
    return reward, {"dense_reward": reward}
