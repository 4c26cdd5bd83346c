def compute_reward(obs, action, next_obs, xp):
    steps = 1.0 * next_obs.found + 1.0 * next_obs.in_hand + 1.0 * next_obs.at_wanted_place
    passed_by = (next_obs.found > 0) & ~(next_obs.in_hand > 0)
    reward = xp.where(passed_by, 0.9 * steps, steps)
    reward = xp.where(next_obs.illegal_actions > obs.illegal_actions, -0.5, reward)
    return reward, {"dense_reward": reward}
