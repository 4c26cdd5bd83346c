"""The shaped reward of Gymnasium-Robotics' dense mazes: it falls with the distance and sees no walls."""


def compute_reward(obs, action, next_obs, xp):
    closeness = xp.exp(-xp.linalg.norm(next_obs.torso_pos[..., :2] - next_obs.goal_pos, axis=-1))
    return closeness, {"closeness": closeness}
