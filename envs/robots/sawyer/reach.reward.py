"""Meta-World's shaped reward for reach (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the hand is sent before an episode starts, in m.
HAND_AT_START = (0.0, 0.6, 0.2)


def compute_reward(obs, action, next_obs, xp):
    distance = xp.linalg.norm(next_obs.tcp_pos - next_obs.goal_pos, axis=-1)
    # Measured from the hand, though it is the finger tips that must arrive.
    distance_at_start = xp.linalg.norm(next_obs.goal_pos - xp.array(HAND_AT_START), axis=-1)
    near_goal = long_tail(distance, 0.05, distance_at_start, xp)
    return 10.0 * near_goal, {"near_goal": near_goal}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)
