"""The dense reward of FetchSlide (Plappert et al., 2018): the object's distance to the goal, negated."""


def compute_reward(obs, action, next_obs, xp):
    nearness = -xp.linalg.norm(next_obs.object_pos - next_obs.goal_pos, axis=-1)
    return nearness, {"nearness": nearness}
