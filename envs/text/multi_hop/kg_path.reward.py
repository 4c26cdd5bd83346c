# The graph itself as the reward model, after Kansal and Jha (2026, "Knowledge Graphs are Implicit Reward
# Models"): a walk is worth the share of the question's path that it covers, whatever it answers in the end.
# Path and detour are paid as progress, the state after minus the state before, so that walking to and fro
# earns nothing. Lin et al. (2018, "Multi-Hop Knowledge Graph Reasoning with Reward Shaping") warn of answers
# found along a spurious path: here the answer is paid only at the end of the path that was asked for.


def compute_reward(obs, action, next_obs, xp):
    path = 4.0 * (next_obs.path_covered - obs.path_covered)
    detour = 0.1 * (obs.wrong_hops - next_obs.wrong_hops)
    at_the_end = (next_obs.path_covered >= 1.0) & (next_obs.wrong_hops <= 0.0)
    answer = xp.where(next_obs.answered & ~obs.answered & at_the_end, 1.0, 0.0)
    return path + detour + answer, {"path": path, "detour": detour, "answer": answer}
