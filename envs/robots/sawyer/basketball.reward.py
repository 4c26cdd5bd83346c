"""Meta-World's shaped reward for basketball (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.601488729, 0.150189280)
# The point to which the ball must come, seen from the hoop's centre, in m.
ABOVE_HOOP = (0.0, 0.0, 0.05)
# An error of height counts twice.
WEIGHTS = (1.0, 1.0, 2.0)
# The ball's radius as the original has it; a pad is around the ball from there to 6 cm from its centre, in m.
RADIUS = 0.025
CAGE = 0.06


def compute_reward(obs, action, next_obs, xp):
    target = next_obs.goal_pos + xp.array(ABOVE_HOOP)
    ball_to_target = weighted_length(next_obs.ball_pos - target, xp)
    ball_to_target_at_start = weighted_length(next_obs.ball_start_pos - target, xp)
    placed = within(ball_to_target, 0.0, 0.08, ball_to_target_at_start, xp)

    tcp_to_ball = xp.linalg.norm(next_obs.ball_pos - next_obs.tcp_pos, axis=-1)
    lifted = next_obs.ball_pos[..., 2] - 0.01 > next_obs.ball_start_pos[..., 2]
    held = (tcp_to_ball < 0.035) & (next_obs.gripper_openness > 0.0) & lifted
    caging = caging_and_gripping(next_obs, action, xp)
    grasp = xp.where(held, 1.0 + 0.0 * caging, caging)

    carry = hamacher_product(grasp, placed, xp)
    hold = xp.where(held, 1.0 + 5.0 * placed, 0.0 * placed)
    reward = xp.where(ball_to_target < 0.08, 10.0 + 0.0 * carry, carry + hold)
    return reward, {"carry": carry, "hold": hold, "grasp": grasp, "placed": placed}


def weighted_length(vector, xp):
    return xp.linalg.norm(vector * xp.array(WEIGHTS), axis=-1)


def caging_and_gripping(state, action, xp):
    """How well the two pads stand around the ball, and, once they do, how hard they close."""
    around_ball = hamacher_product(
        pad_beside_ball(state.left_pad_pos, state, xp), pad_beside_ball(state.right_pad_pos, state, xp), xp
    )
    margin = distance_xz(state.ball_start_pos, xp.array(TCP_AT_START), xp) - 0.005
    over_ball = within(distance_xz(state.tcp_pos, state.ball_pos, xp), 0.0, 0.005, margin, xp)
    caging = hamacher_product(around_ball, over_ball, xp)
    closing = xp.clip(action[..., 3], 0.0, 1.0)
    gripping = xp.where(caging > 0.97, closing, 0.0 * closing)
    return (hamacher_product(caging, gripping, xp) + caging) / 2.0


def pad_beside_ball(pad, state, xp):
    """Whether a pad is beside the ball along y; the margin is that of the ball's start."""
    margin = xp.abs(xp.abs(pad[..., 1] - state.ball_start_pos[..., 1]) - CAGE)
    return within(xp.abs(pad[..., 1] - state.ball_pos[..., 1]), RADIUS, CAGE, margin, xp)


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
