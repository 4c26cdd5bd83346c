"""Meta-World's shaped reward for handle-pull (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# The box's centre, seen from the goal, in m.
BOX = (0.0, 0.216, -0.172)
# Radius of the handle's bar; a pad is around it from there to 5 cm from its centre, in m.
RADIUS = 0.022
CAGE = 0.05


def compute_reward(obs, action, next_obs, xp):
    handle_to_goal = xp.abs(next_obs.goal_pos[..., 2] - next_obs.handle_pos[..., 2])
    # Measured from the box's foot, 17.2 cm below the goal.
    raised = within(handle_to_goal, 0.0, 0.05, 0.172, xp)
    grasp = grasping(next_obs, action, xp)
    pull = hamacher_product(grasp, raised, xp)

    tcp_to_handle = xp.linalg.norm(next_obs.handle_pos - next_obs.tcp_pos, axis=-1)
    held = (tcp_to_handle < 0.035) & (next_obs.gripper_openness > 0.0)
    hold = xp.where(held, 1.0 + 5.0 * raised, 0.0 * raised)

    reward = xp.where(handle_to_goal < 0.05, 10.0 + 0.0 * pull, pull + hold)
    return reward, {"pull": pull, "hold": hold, "grasp": grasp, "raised": raised}


def grasping(state, action, xp):
    """How well the two pads stand around the bar, and, once they do, how hard they close."""
    box = state.goal_pos + xp.array(BOX)
    around_bar = hamacher_product(
        pad_beside_bar(state.left_pad_pos, state, box, xp),
        pad_beside_bar(state.right_pad_pos, state, box, xp),
        xp,
    )
    margin = distance_xz(box, state.tcp_start_pos, xp) - 0.01
    at_bar = within(distance_xz(state.tcp_pos, state.handle_pos, xp), 0.0, 0.01, margin, xp)
    caging = hamacher_product(around_bar, at_bar, xp)
    closing = xp.clip(action[..., 3], 0.0, 1.0)
    gripping = xp.where(caging > 0.97, closing, 0.0 * closing)
    return (hamacher_product(caging, gripping, xp) + caging) / 2.0


def pad_beside_bar(pad, state, box, xp):
    """Whether a pad is beside the bar along y; the margin is that of the box's centre."""
    margin = xp.abs(xp.abs(pad[..., 1] - box[..., 1]) - CAGE)
    return within(xp.abs(pad[..., 1] - state.handle_pos[..., 1]), RADIUS, CAGE, margin, xp)


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
