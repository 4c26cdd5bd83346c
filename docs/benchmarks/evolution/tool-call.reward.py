def compute_reward(obs, action, next_obs, xp):
    # Goal: Write the one tool call that fulfils the user's wish: the tool, then each argument that the user mentions as a name and the value meant, in any order and nothing else, then `end`. Schemas: book_room needs city and date, may take guests; cancel_room needs city and date, may take guests; send_invite needs contact and date, may take city; send_reminder needs contact and date, may take city.

    # 1 in the step in which tool_matches becomes set, -1 when it is undone, else 0.
    tool_matches_gained = xp.where(next_obs.tool_matches, 1.0, 0.0) - xp.where(obs.tool_matches, 1.0, 0.0)
    tool_matches_gained_paid = 1.7 * tool_matches_gained

    # The rise of names_matched in this step; 1 for 1.0 or more.
    names_matched_rises = xp.clip((next_obs.names_matched - obs.names_matched) / 1.0, -1.0, 1.0)
    names_matched_rises_paid = 4.1 * names_matched_rises

    # The rise of values_matched in this step; 1 for 1.0 or more.
    values_matched_rises = xp.clip((next_obs.values_matched - obs.values_matched) / 1.0, -1.0, 1.0)
    values_matched_rises_paid = 2.1 * values_matched_rises

    # 1 in the step in which schema_valid becomes set, -1 when it is undone, else 0.
    schema_valid_gained = xp.where(next_obs.schema_valid, 1.0, 0.0) - xp.where(obs.schema_valid, 1.0, 0.0)
    schema_valid_gained_paid = 1.4 * schema_valid_gained

    # 1 in the step in which call_complete becomes set, -1 when it is undone, else 0.
    call_complete_gained = xp.where(next_obs.call_complete, 1.0, 0.0) - xp.where(obs.call_complete, 1.0, 0.0)
    call_complete_gained_paid = 2.7 * call_complete_gained
    reward = tool_matches_gained_paid + names_matched_rises_paid + values_matched_rises_paid + schema_valid_gained_paid + call_complete_gained_paid
    return reward, {
        "tool_matches_gained": tool_matches_gained_paid,
        "names_matched_rises": names_matched_rises_paid,
        "values_matched_rises": values_matched_rises_paid,
        "schema_valid_gained": schema_valid_gained_paid,
        "call_complete_gained": call_complete_gained_paid,
    }
# genome: [{"weight": 1.7, "measure": {"kind": "turns", "a": "tool_matches"}}, {"weight": 4.1, "measure": {"kind": "change", "a": "names_matched", "scale": 1.0}}, {"weight": 2.1, "measure": {"kind": "change", "a": "values_matched", "scale": 1.0}}, {"weight": 1.4, "measure": {"kind": "turns", "a": "schema_valid"}}, {"weight": 2.7, "measure": {"kind": "turns", "a": "call_complete"}}]
