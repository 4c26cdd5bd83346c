"""Meta-World's shaped reward for pick-place (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.601488704, 0.150189277)


def compute_reward(obs, action, next_obs, xp):
    puck = next_obs.object_pos
    puck_to_goal = xp.linalg.norm(puck - next_obs.goal_pos, axis=-1)
    puck_to_goal_at_start = xp.linalg.norm(next_obs.object_start_pos - next_obs.goal_pos, axis=-1)
    in_place = long_tail(puck_to_goal, 0.05, puck_to_goal_at_start, xp)

    grasp = caging_and_gripping(action, next_obs, xp)
    shaped = hamacher_product(grasp, in_place, xp)

    tcp_to_puck = xp.linalg.norm(puck - next_obs.tcp_pos, axis=-1)
    lifted = puck[..., 2] - 0.01 > next_obs.object_start_pos[..., 2]
    carried = (tcp_to_puck < 0.02) & (next_obs.gripper_openness > 0.0) & lifted
    carry = xp.where(carried, 1.0 + 5.0 * in_place, 0.0 * in_place)

    reward = xp.where(puck_to_goal < 0.05, 10.0 + 0.0 * shaped, shaped + carry)
    return reward, {"grasp": grasp, "in_place": in_place, "carry": carry}


def caging_and_gripping(action, next_obs, xp):
    """How well the fingers enclose the puck: half for standing right, half for gripping then."""
    puck_y = next_obs.object_pos[..., 1]
    left = between(next_obs.left_pad_pos[..., 1] - puck_y, xp)
    right = between(puck_y - next_obs.right_pad_pos[..., 1], xp)
    enclosed = hamacher_product(left, right, xp)

    over_puck = in_xz(next_obs.tcp_pos - next_obs.object_pos, xp)
    over_puck_at_start = in_xz(next_obs.object_start_pos - xp.array(TCP_AT_START), xp)
    above = long_tail(over_puck, 0.005, over_puck_at_start - 0.005, xp)

    caging = hamacher_product(enclosed, above, xp)
    effort = xp.clip(action[..., 3], 0.0, 1.0)
    gripping = xp.where(caging > 0.97, effort, 0.0 * effort)
    return (hamacher_product(caging, gripping, xp) + caging) / 2.0


def between(pad_to_puck, xp):
    """1 for a pad 1.5 to 5 cm beside the puck's centre, less for one that is nearer or farther.

    The margin was meant to be that of the start, but follows the pad: whatever is farther gives 0.1.
    """
    beyond = xp.maximum(0.015 - pad_to_puck, pad_to_puck - 0.05)
    margin = xp.maximum(xp.abs(xp.abs(pad_to_puck) - 0.05), 1e-12)
    return long_tail(beyond, 0.0, margin, xp)


def in_xz(vector, xp):
    """Length of a vector in the plane of x and z."""
    return xp.sqrt(vector[..., 0] ** 2 + vector[..., 2] ** 2)


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
