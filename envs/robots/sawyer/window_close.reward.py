"""Meta-World's shaped reward for window-close (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004407496, 0.400270538, 0.150740492)
# The open window's handle, seen from the goal, in m.
HANDLE_AT_START = (0.21, -0.095, 0.0)


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.abs(next_obs.handle_pos[..., 0] - next_obs.goal_pos[..., 0])
    # 16 cm: the open window's handle is 21 cm from the goal, less the 5 cm that count as there.
    closed = long_tail(handle_to_goal, 0.05, 0.16, xp)

    tcp_to_handle = xp.linalg.norm(next_obs.handle_pos - next_obs.tcp_pos, axis=-1)
    handle_at_start = next_obs.goal_pos + xp.array(HANDLE_AT_START)
    tcp_to_handle_at_start = xp.linalg.norm(handle_at_start - xp.array(TCP_AT_START), axis=-1)
    reach = gaussian(tcp_to_handle, 0.02, xp.abs(tcp_to_handle_at_start - 0.02), xp)

    return 10.0 * hamacher_product(reach, closed, xp), {"reach": reach, "closed": closed}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def gaussian(x, upper, margin, xp):
    """1 while x <= upper, then falling like a bell to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 0.1 ** (beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
