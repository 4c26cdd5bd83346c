"""Meta-World's shaped reward for drawer-open (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.601488729, 0.150189280)


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.linalg.norm(next_obs.handle_pos - next_obs.goal_pos, axis=-1)
    opening = long_tail(handle_to_goal, 0.02, 0.2, xp)

    hand_to_handle = next_obs.handle_pos - next_obs.hand_pos
    tcp_to_handle_at_start = next_obs.goal_pos - xp.array(TCP_AT_START)
    caging = long_tail(
        stretched_length(hand_to_handle, 0.0, xp),
        0.01,
        # The shut drawer's handle is taken to be 20 cm behind the goal.
        stretched_length(tcp_to_handle_at_start, 0.2, xp),
        xp,
    )
    return 5.0 * (caging + opening), {"caging": caging, "opening": opening}


def stretched_length(vector, shift_y, xp):
    """Length with the horizontal axes tripled, so that the hand comes down on the handle from above."""
    x = 3.0 * vector[..., 0]
    y = 3.0 * (vector[..., 1] + shift_y)
    z = vector[..., 2]
    return xp.sqrt(x**2 + y**2 + z**2)


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)
