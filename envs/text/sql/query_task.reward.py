# Partial rewards after Reasoning-SQL (Pourreza et al. 2025): schema linking, n-gram overlap, syntax and
# execution each count by themselves. The first two can be told of a query half written, and are paid as
# progress, the state after minus the state before: their sum is what the query is worth in the end, and no
# detour pays. The others are the databases' word on the complete query, paid once.


def compute_reward(obs, action, next_obs, xp):
    linking = next_obs.columns_matched - obs.columns_matched
    ngrams = 3.0 * (next_obs.bigrams_matched - obs.bigrams_matched)
    syntax = xp.where(next_obs.query_runs, 0.5, 0.0) - xp.where(obs.query_runs, 0.5, 0.0)
    execution = next_obs.rows_matched - obs.rows_matched

    finished = next_obs.query_complete & ~obs.query_complete
    match = xp.where(finished & (next_obs.rows_matched >= 1.0), 2.0, 0.0)
    reward = linking + ngrams + syntax + execution + match
    terms = {"linking": linking, "ngrams": ngrams, "syntax": syntax, "execution": execution, "match": match}
    return reward, terms
