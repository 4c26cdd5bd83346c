# Decomposed correctness after ToolRL (Qian et al. 2025, "ToolRL: Reward is All Tool Learning Needs"): tool,
# argument names and argument values each count by themselves, as does the schema's verdict on the whole
# (Hu and Wu 2025, "RL-Struct", pay structure by itself, too). The first three are paid as progress, the
# state after minus the state before: their sum is what the call is worth in the end, and no detour pays.


def compute_reward(obs, action, next_obs, xp):
    tool = xp.where(next_obs.tool_matches, 1.0, 0.0) - xp.where(obs.tool_matches, 1.0, 0.0)
    names = next_obs.names_matched - obs.names_matched
    # The product is the share of all asked-for and written arguments that hold the asked-for value.
    values_now = next_obs.names_matched * next_obs.values_matched
    values_before = obs.names_matched * obs.values_matched
    values = 2.0 * (values_now - values_before)

    finished = next_obs.call_complete & ~obs.call_complete
    schema = xp.where(finished & next_obs.schema_valid, 1.0, 0.0)
    all_right = next_obs.tool_matches & (values_now >= 1.0) & next_obs.schema_valid
    match = xp.where(finished & all_right, 1.0, 0.0)
    reward = tool + names + values + schema + match
    return reward, {"tool": tool, "names": names, "values": values, "schema": schema, "match": match}
