# Outcome minus cost after Router-R1 (Zhang et al. 2025, "Router-R1: Teaching LLMs Multi-Round Routing and
# Aggregation via Reinforcement Learning"), paid question by question rather than at the end alone. The
# cost coefficient makes the dearest helper cost less than a right answer is worth.

COST_COEFFICIENT = 0.1


def compute_reward(obs, action, next_obs, xp):
    right = next_obs.right_accepted - obs.right_accepted
    wrong = next_obs.wrong_accepted - obs.wrong_accepted
    cost = -COST_COEFFICIENT * (next_obs.spend - obs.spend)
    overspent = xp.where((next_obs.spend > next_obs.budget) & (obs.spend <= obs.budget), -1.0, 0.0)
    reward = right - wrong + cost + overspent
    return reward, {"right": right, "wrong": -wrong, "cost": cost, "overspent": overspent}
