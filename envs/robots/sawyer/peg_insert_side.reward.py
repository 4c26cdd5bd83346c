"""Meta-World's shaped reward for peg-insert-side (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.601488704, 0.150189277)
# Where the peg's head settles before the peg is put to its start, in m: the margin is measured from there.
HEAD_AT_REST = (-0.099999998, 0.6, 0.014784685)
# An error across the hole counts twice as much as one along it.
WEIGHTS = (1.0, 2.0, 2.0)
# Two regions before the block's face, seen from the goal, in m: below the hole and above it. In each the
# head is worth 0 at the first corner and 1 at the second.
BELOW_HOLE = ((0.08007960, 0.09991237, -0.12), (0.11992032, -0.10011942, -0.034))
ABOVE_HOLE = ((0.08007960, 0.09991237, 0.03), (0.13992031, -0.10013534, 0.06))
# Half the peg's width as the original has it; a pad is around the peg from there to 3 cm from its axis, in m.
HALF_WIDTH = 0.0075
CAGE = 0.03


def compute_reward(obs, action, next_obs, xp):
    head_to_goal = weighted_length(next_obs.peg_head_pos - next_obs.goal_pos, xp)
    head_to_goal_at_start = weighted_length(xp.array(HEAD_AT_REST) - next_obs.goal_pos, xp)
    near_goal = within(head_to_goal, 0.0, 0.07, head_to_goal_at_start, xp)
    off_face = hamacher_product(clear_of(ABOVE_HOLE, next_obs, xp), clear_of(BELOW_HOLE, next_obs, xp), xp)
    inserted = hamacher_product(near_goal, off_face, xp)

    tcp_to_peg = xp.linalg.norm(next_obs.peg_pos - next_obs.tcp_pos, axis=-1)
    lifted = next_obs.peg_pos[..., 2] - 0.01 > next_obs.peg_start_pos[..., 2]
    held = (tcp_to_peg < 0.08) & (next_obs.gripper_openness > 0.0) & lifted
    caging = caging_and_gripping(next_obs, action, xp)
    grasp = xp.where(held, 1.0 + 0.0 * caging, caging)

    carry = hamacher_product(grasp, inserted, xp)
    hold = xp.where(held, 1.0 + 5.0 * inserted, 0.0 * inserted)
    reward = xp.where(head_to_goal <= 0.07, 10.0 + 0.0 * carry, carry + hold)
    return reward, {"carry": carry, "hold": hold, "grasp": grasp, "inserted": inserted}


def weighted_length(vector, xp):
    return xp.linalg.norm(vector * xp.array(WEIGHTS), axis=-1)


def clear_of(region, state, xp):
    """1 outside a region; inside it the product of the head's shares of the way between the corners."""
    first, second = xp.array(region[0]), xp.array(region[1])
    share = (state.peg_head_pos - state.goal_pos - first) / (second - first)
    inside = xp.all((share >= 0.0) & (share <= 1.0), axis=-1)
    worth = share[..., 0] * share[..., 1] * share[..., 2]
    return xp.where(inside, worth, 1.0 + 0.0 * worth)


def caging_and_gripping(state, action, xp):
    """How well the two pads stand around the peg, and, once they do, how hard they close."""
    around_peg = hamacher_product(
        pad_beside_peg(state.left_pad_pos, state, xp), pad_beside_peg(state.right_pad_pos, state, xp), xp
    )
    margin = distance_xz(state.peg_start_pos, xp.array(TCP_AT_START), xp) - 0.005
    over_peg = within(distance_xz(state.tcp_pos, state.peg_pos, xp), 0.0, 0.005, margin, xp)
    caging = hamacher_product(around_peg, over_peg, xp)
    closing = xp.clip(action[..., 3], 0.0, 1.0)
    gripping = xp.where(caging > 0.97, closing, 0.0 * closing)
    return (hamacher_product(caging, gripping, xp) + caging) / 2.0


def pad_beside_peg(pad, state, xp):
    """Whether a pad is beside the peg along y; the margin is that of the peg's start."""
    margin = xp.abs(xp.abs(pad[..., 1] - state.peg_start_pos[..., 1]) - CAGE)
    return within(xp.abs(pad[..., 1] - state.peg_pos[..., 1]), HALF_WIDTH, CAGE, margin, xp)


def distance_xz(a, b, xp):
    """Distance in the plane of x and z."""
    return xp.hypot(a[..., 0] - b[..., 0], a[..., 2] - b[..., 2])


def within(x, lower, upper, margin, xp):
    """1 while lower <= x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond."""
    beyond = xp.maximum(xp.maximum(lower - x, x - upper), 0.0) / xp.maximum(margin, 1e-12)
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
