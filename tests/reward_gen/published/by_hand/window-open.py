def compute_reward(obs, action, next_obs, xp):
    reach = -xp.linalg.norm(next_obs.hand_pos - next_obs.handle_pos, axis=-1)
    slide = -xp.abs(next_obs.handle_pos[:, 0] - next_obs.goal_pos[:, 0])
    effort = -0.01 * xp.sum(action * action, axis=-1)
    there = (slide >= -0.05) & (reach >= -0.1)
    reward = 0.5 * reach + 1.5 * slide + effort + 5.0 * there
    return reward, {"reach": reach, "slide": slide, "effort": effort}
