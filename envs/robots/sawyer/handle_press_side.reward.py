"""Meta-World's shaped reward for handle-press-side (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# The released handle, seen from the goal, in m.
HANDLE_AT_START = (0.0, 0.0, 0.096)


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.abs(next_obs.handle_pos[..., 2] - next_obs.goal_pos[..., 2])
    # 7.6 cm: the way from the released handle to the goal, less the 2 cm that count as there.
    pressed = long_tail(handle_to_goal, 0.02, 0.076, xp)

    tcp_to_handle = xp.linalg.norm(next_obs.handle_pos - next_obs.tcp_pos, axis=-1)
    handle_at_start = next_obs.goal_pos + xp.array(HANDLE_AT_START)
    tcp_to_handle_at_start = xp.linalg.norm(handle_at_start - next_obs.tcp_start_pos, axis=-1)
    reach = long_tail(tcp_to_handle, 0.02, xp.abs(tcp_to_handle_at_start - 0.02), xp)

    shaped = 10.0 * hamacher_product(reach, pressed, xp)
    reward = xp.where(handle_to_goal <= 0.02, 10.0 + 0.0 * shaped, shaped)
    return reward, {"reach": reach, "pressed": pressed}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
