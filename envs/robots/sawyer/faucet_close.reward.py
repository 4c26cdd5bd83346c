"""Meta-World's shaped reward for faucet-close (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004407496, 0.400270538, 0.150740492)
# The foot of the faucet, seen from the goal, in m.
FOOT = (0.175, 0.0, -0.125)


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.linalg.norm(next_obs.handle_pos - next_obs.goal_pos, axis=-1)
    # Measured from the faucet's foot, though it is the handle that must arrive.
    margin = (0.175**2 + 0.125**2) ** 0.5 - 0.07
    turned = long_tail(handle_to_goal, 0.07, margin, xp)

    tcp_to_handle = xp.linalg.norm(next_obs.handle_pos - next_obs.tcp_pos, axis=-1)
    foot = next_obs.goal_pos + xp.array(FOOT)
    tcp_to_foot_at_start = xp.linalg.norm(foot - xp.array(TCP_AT_START), axis=-1)
    reach = gaussian(tcp_to_handle, 0.01, tcp_to_foot_at_start - 0.01, xp)

    shaped = 4.0 * reach + 6.0 * turned
    reward = xp.where(handle_to_goal <= 0.07, 10.0 + 0.0 * shaped, shaped)
    return reward, {"reach": reach, "turned": turned}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def gaussian(x, upper, margin, xp):
    """1 while x <= upper, then falling like a bell to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 0.1 ** (beyond**2)
