# Line by line, as PRLCoder labels code (Ye et al. 2025, "Process-Supervised Reinforcement Learning for Code
# Generation"): a line is worth the lines that it saves, and a lost input costs more than any line can bring.
# Outputs on the examples and the finished program count as in Agnostics (Boruch-Gruszecki et al. 2025).


def compute_reward(obs, action, next_obs, xp):
    missing_now = next_obs.lines_missing.sum(axis=1)
    missing_before = obs.lines_missing.sum(axis=1)
    lines = 0.3 * (missing_before - missing_now)
    outputs = next_obs.example_cells_right - obs.example_cells_right

    finished = next_obs.program_complete & ~obs.program_complete
    match = xp.where(finished & (missing_now == 0), 2.0, 0.0)
    reward = lines + outputs + match
    return reward, {"lines": lines, "outputs": outputs, "match": match}
