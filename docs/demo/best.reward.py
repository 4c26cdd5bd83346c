def compute_reward(obs, action, next_obs, xp):
    # Goal: Slide the window open: push its handle along +x until its x is within 5 cm of the goal's x.

    hand_near_handle_distance = xp.linalg.norm(next_obs.hand_pos - next_obs.handle_pos, axis=-1)

    # 1 when hand_pos is at handle_pos, falling with distance on a scale of 0.059 m.
    hand_near_handle = 1.0 / (1.0 + (hand_near_handle_distance / 0.059) ** 2)
    hand_near_handle_paid = 0.86 * hand_near_handle

    handle_near_goal_distance = xp.linalg.norm(next_obs.handle_pos - next_obs.goal_pos, axis=-1)

    # 1 when handle_pos is at goal_pos, falling with distance on a scale of 0.089 m.
    handle_near_goal = xp.exp(-0.5 * (handle_near_goal_distance / 0.089) ** 2)
    # The term handle_near_goal counts in proportion to hand_near_handle.
    handle_near_goal_paid = 5.8 * handle_near_goal * hand_near_handle

    handle_closing_on_goal_before = xp.linalg.norm(obs.handle_pos - obs.goal_pos, axis=-1)

    # Progress of handle_pos towards goal_pos in this step; 1 for 0.029 m or more.
    handle_closing_on_goal = xp.clip((handle_closing_on_goal_before - handle_near_goal_distance) / 0.029, -1.0, 1.0)
    handle_closing_on_goal_paid = 0.88 * handle_closing_on_goal
    reward = hand_near_handle_paid + handle_near_goal_paid + handle_closing_on_goal_paid
    return reward, {
        "hand_near_handle": hand_near_handle_paid,
        "handle_near_goal": handle_near_goal_paid,
        "handle_closing_on_goal": handle_closing_on_goal_paid,
    }
# genome: [{"weight": 0.86, "measure": {"kind": "near", "a": "hand_pos", "b": "handle_pos", "shape": "long_tail", "scale": 0.059}}, {"weight": 5.8, "measure": {"kind": "near", "a": "handle_pos", "b": "goal_pos", "shape": "gaussian", "scale": 0.089}, "gate": {"mode": "soft", "measure": {"kind": "near", "a": "hand_pos", "b": "handle_pos", "shape": "long_tail", "scale": 0.059}}}, {"weight": 0.88, "measure": {"kind": "progress", "a": "handle_pos", "b": "goal_pos", "scale": 0.029}}]
