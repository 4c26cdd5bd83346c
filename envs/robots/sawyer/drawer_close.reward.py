"""Meta-World's shaped reward for drawer-close (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.601488729, 0.150189280)
# The open drawer's handle, seen from the goal, in m.
HANDLE_AT_START = (0.0, -0.16, 0.05)


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.linalg.norm(next_obs.handle_pos - next_obs.goal_pos, axis=-1)
    # 16.8 cm is the way from the open handle to the goal, of which the last 5 cm count as there.
    closed = long_tail(handle_to_goal, 0.05, (0.16**2 + 0.05**2) ** 0.5 - 0.05, xp)

    tcp_to_handle = xp.linalg.norm(next_obs.handle_pos - next_obs.tcp_pos, axis=-1)
    handle_at_start = next_obs.goal_pos + xp.array(HANDLE_AT_START)
    tcp_to_handle_at_start = xp.linalg.norm(handle_at_start - xp.array(TCP_AT_START), axis=-1)
    at_handle = gaussian(tcp_to_handle, 0.005, xp.abs(tcp_to_handle_at_start - 0.005), xp)
    # A closed gripper pushes better than an open one.
    reach = hamacher_product(at_handle, xp.clip(action[..., 3], 0.0, 1.0), xp)

    shaped = 10.0 * hamacher_product(reach, closed, xp)
    reward = xp.where(handle_to_goal <= 0.065, 10.0 + 0.0 * shaped, shaped)
    return reward, {"reach": reach, "closed": closed}


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
