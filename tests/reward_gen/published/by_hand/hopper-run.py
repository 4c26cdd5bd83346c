def compute_reward(obs, action, next_obs, xp):
    speed = xp.clip(next_obs.forward_speed, -1.0, 4.0)
    speed = xp.where((speed > 0.0) & (speed < 0.5), 0.5 * speed, speed)
    shake = (next_obs.thigh_rate**2 + next_obs.leg_rate**2 + next_obs.foot_rate**2) / 3.0
    effort = xp.sqrt(xp.sum(action**2, axis=-1))
    up = speed + 0.3 * xp.cos(next_obs.torso_pitch) - 1e-3 * shake - 1e-2 * effort
    fallen = (next_obs.torso_height < 0.7) | (xp.abs(next_obs.torso_pitch) > 0.6)
    reward = xp.where(fallen, -1.0, up)
    return reward, {"dense_reward": reward}
