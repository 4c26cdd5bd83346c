# Pays what the grader shows and nothing else: the reward that the ladder warns of (Taylor et al. 2025,
# "School of Reward Hacks"). Over an episode it adds up to the last score shown.


def compute_reward(obs, action, next_obs, xp):
    proxy = next_obs.proxy - obs.proxy
    return proxy, {"proxy": proxy}
