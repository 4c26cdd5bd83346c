def compute_reward(obs, action, next_obs, xp):
    # Goal: Write the SQL query that answers the question about the table pets(name TEXT, kind TEXT, town TEXT, age INTEGER, weight INTEGER), token by token after SELECT and up to `;`: the asked column, FROM pets, WHERE and each condition asked for. Any query counts that returns the reference's rows, in any order, from all of several differently filled databases.

    # 1 when condition_columns is 2 (age), else 0.
    condition_columns_is_age = xp.mean(xp.where(next_obs.condition_columns == 2, 1.0, 0.0), axis=-1)
    condition_columns_is_age_paid = 1.6 * condition_columns_is_age

    # 1 when asked_column is 1 (kinds), else 0.
    asked_column_is_kinds = xp.where(next_obs.asked_column == 1, 1.0, 0.0)
    asked_column_is_kinds_paid = 1.7 * asked_column_is_kinds

    # 1 in the step in which query_runs becomes set, -1 when it is undone, else 0.
    query_runs_gained = xp.where(next_obs.query_runs, 1.0, 0.0) - xp.where(obs.query_runs, 1.0, 0.0)
    query_runs_gained_paid = 1.1 * query_runs_gained

    # The rise of columns_matched in this step; 1 for 0.015 or more.
    columns_matched_rises = xp.clip((next_obs.columns_matched - obs.columns_matched) / 0.015, -1.0, 1.0)
    columns_matched_rises_paid = 1.4 * columns_matched_rises

    # The rise of bigrams_matched in this step; 1 for 0.039 or more.
    bigrams_matched_rises = xp.clip((next_obs.bigrams_matched - obs.bigrams_matched) / 0.039, -1.0, 1.0)
    bigrams_matched_rises_paid = 0.95 * bigrams_matched_rises
    reward = condition_columns_is_age_paid + asked_column_is_kinds_paid + query_runs_gained_paid + columns_matched_rises_paid + bigrams_matched_rises_paid
    return reward, {
        "condition_columns_is_age": condition_columns_is_age_paid,
        "asked_column_is_kinds": asked_column_is_kinds_paid,
        "query_runs_gained": query_runs_gained_paid,
        "columns_matched_rises": columns_matched_rises_paid,
        "bigrams_matched_rises": bigrams_matched_rises_paid,
    }
# genome: [{"weight": 1.6, "measure": {"kind": "is", "a": "condition_columns", "index": 2}}, {"weight": 1.7, "measure": {"kind": "is", "a": "asked_column", "index": 1}}, {"weight": 1.1, "measure": {"kind": "turns", "a": "query_runs"}}, {"weight": 1.4, "measure": {"kind": "change", "a": "columns_matched", "scale": 0.015}}, {"weight": 0.95, "measure": {"kind": "change", "a": "bigrams_matched", "scale": 0.039}}]
