"""The shaped reward of Gymnasium-Robotics' dense mazes: it falls with the distance and sees no walls."""


def compute_reward(obs, action, next_obs, xp):
    closeness = xp.exp(-xp.linalg.norm(next_obs.ball_pos - next_obs.goal_pos, axis=-1))
    return closeness, {"closeness": closeness}
