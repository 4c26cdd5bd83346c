"""The dense reward of Gymnasium-Robotics: the angle still to be turned, negated."""


def compute_reward(obs, action, next_obs, xp):
    return -next_obs.angle_to_goal, {"turn": -next_obs.angle_to_goal}
