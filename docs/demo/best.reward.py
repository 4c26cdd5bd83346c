def compute_reward(obs, action, next_obs, xp):
    # Goal: Slide the window open: push its handle along +x until its x is within 5 cm of the goal's x.

    tcp_near_handle_distance = xp.linalg.norm(next_obs.tcp_pos - next_obs.handle_pos, axis=-1)

    # 1 when tcp_pos is at handle_pos, falling with distance on a scale of 0.38 m.
    tcp_near_handle = 1.0 - xp.tanh(tcp_near_handle_distance / 0.38)
    tcp_near_handle_paid = 1.4 * tcp_near_handle

    handle_near_goal_distance = xp.linalg.norm(next_obs.handle_pos - next_obs.goal_pos, axis=-1)

    # 1 when handle_pos is at goal_pos, falling with distance on a scale of 0.55 m.
    handle_near_goal = xp.clip(1.0 - handle_near_goal_distance / 0.55, 0.0, 1.0)
    # The term handle_near_goal counts in proportion to tcp_near_handle.
    handle_near_goal_paid = 6.1 * handle_near_goal * tcp_near_handle

    handle_closing_on_goal_before = xp.linalg.norm(obs.handle_pos - obs.goal_pos, axis=-1)

    # Progress of handle_pos towards goal_pos in this step; 1 for 0.044 m or more.
    handle_closing_on_goal = xp.clip((handle_closing_on_goal_before - handle_near_goal_distance) / 0.044, -1.0, 1.0)
    handle_closing_on_goal_paid = 1.4 * handle_closing_on_goal
    reward = tcp_near_handle_paid + handle_near_goal_paid + handle_closing_on_goal_paid
    return reward, {
        "tcp_near_handle": tcp_near_handle_paid,
        "handle_near_goal": handle_near_goal_paid,
        "handle_closing_on_goal": handle_closing_on_goal_paid,
    }
# genome: [{"weight": 1.4, "measure": {"kind": "near", "a": "tcp_pos", "b": "handle_pos", "shape": "tanh", "scale": 0.38}}, {"weight": 6.1, "measure": {"kind": "near", "a": "handle_pos", "b": "goal_pos", "shape": "linear", "scale": 0.55}, "gate": {"mode": "soft", "measure": {"kind": "near", "a": "tcp_pos", "b": "handle_pos", "shape": "tanh", "scale": 0.38}}}, {"weight": 1.4, "measure": {"kind": "progress", "a": "handle_pos", "b": "goal_pos", "scale": 0.044}}]
