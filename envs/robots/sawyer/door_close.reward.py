"""Meta-World's shaped reward for door-close (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the hand is sent before an episode starts, in m.
HAND_AT_START = (-0.5, 0.6, 0.2)


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.linalg.norm(next_obs.handle_pos - next_obs.goal_pos, axis=-1)
    # The goal is 20 cm along x and 20 cm along -y from the safe's centre.
    closed = gaussian(handle_to_goal, 0.05, 0.08**0.5, xp)

    tcp_to_goal = xp.linalg.norm(next_obs.tcp_pos - next_obs.goal_pos, axis=-1)
    margin = xp.linalg.norm(next_obs.handle_pos - xp.array(HAND_AT_START), axis=-1) + 0.1
    hand_at_goal = gaussian(tcp_to_goal, 0.0125, margin, xp)

    shaped = 3.0 * hand_at_goal + 6.0 * closed
    reward = xp.where(handle_to_goal < 0.05, 10.0 + 0.0 * shaped, shaped)
    return reward, {"hand_at_goal": hand_at_goal, "closed": closed}


def gaussian(x, upper, margin, xp):
    """1 while x <= upper, then falling like a bell to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 0.1 ** (beyond**2)
