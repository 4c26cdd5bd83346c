"""Meta-World's shaped reward for door-unlock (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# From the hand's frame to its shoulder, which pushes the bolt, in m.
SHOULDER = (0.0, 0.055, 0.07)
# The bolt's pivot, seen from the goal, in m.
PIVOT = (-0.1, 0.04, 0.0)


def compute_reward(obs, action, next_obs, xp):
    # Sideways distances count least.
    scale = xp.array((0.25, 1.0, 0.5))
    shoulder = xp.array(SHOULDER)
    to_bolt = xp.linalg.norm((next_obs.hand_pos + shoulder - next_obs.bolt_pos) * scale, axis=-1)
    pivot = next_obs.goal_pos + xp.array(PIVOT)
    to_pivot_at_start = xp.linalg.norm((next_obs.tcp_start_pos + shoulder - pivot) * scale, axis=-1)
    ready = long_tail(to_bolt, 0.02, to_pivot_at_start, xp)

    bolt_to_goal = xp.abs(next_obs.goal_pos[..., 0] - next_obs.bolt_pos[..., 0])
    unlocked = long_tail(bolt_to_goal, 0.005, 0.1, xp)
    return 2.0 * ready + 8.0 * unlocked, {"ready": ready, "unlocked": unlocked}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)
