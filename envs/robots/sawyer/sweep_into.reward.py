"""Meta-World's shaped reward for sweep-into (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# The hole's centre as seen from above, in m.
HOLE = (0.0, 0.84)
# Distance between the finger tips and the block in the plane of x and z when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.150189280)
# Half the block's width; a pad is around the block from there to 5 cm from its centre, in m.
HALF_WIDTH = 0.02
CAGE = 0.05


def compute_reward(obs, action, next_obs, xp):
    block_to_hole = xp.linalg.norm(next_obs.block_pos[..., :2] - xp.array(HOLE), axis=-1)
    grasp = grasping(next_obs, xp)
    placed = within(block_to_hole, 0.0, 0.05, distance_at_start(next_obs, xp), xp)
    sweep = hamacher_product(grasp, placed, xp)

    shaped = 2.0 * grasp + 6.0 * sweep
    reward = xp.where(block_to_hole < 0.05, 10.0 + 0.0 * shaped, shaped)
    return reward, {"grasp": grasp, "sweep": sweep, "placed": placed}


def distance_at_start(state, xp):
    """From the block's start to the hole; the height is taken from where the block is now."""
    flat = xp.linalg.norm(state.block_start_pos[..., :2] - xp.array(HOLE), axis=-1)
    return xp.hypot(flat, state.block_start_pos[..., 2] - state.block_pos[..., 2])


def grasping(state, xp):
    """How well the two pads stand around the block, and, once they do, how tightly."""
    left = state.left_pad_pos[..., 1] - state.block_pos[..., 1]
    right = state.block_pos[..., 1] - state.right_pad_pos[..., 1]
    left_margin = xp.abs(xp.abs(left) - CAGE)
    right_margin = xp.abs(xp.abs(right) - CAGE)

    def around(upper):
        return hamacher_product(
            within(right, HALF_WIDTH, upper, right_margin, xp),
            within(left, HALF_WIDTH, upper, left_margin, xp),
            xp,
        )

    off_x = state.tcp_pos[..., 0] - state.block_pos[..., 0]
    off_z = state.tcp_pos[..., 2] - state.block_pos[..., 2]
    off_x_at_start = state.block_start_pos[..., 0] - TCP_AT_START[0]
    off_z_at_start = state.block_start_pos[..., 2] - TCP_AT_START[1]
    margin = xp.hypot(off_x_at_start, off_z_at_start) - 0.01
    over_block = within(xp.hypot(off_x, off_z), 0.0, 0.01, margin, xp)

    caging = hamacher_product(around(CAGE), over_block, xp)
    gripping = around(HALF_WIDTH + 0.005)
    return (caging + xp.where(caging > 0.95, gripping, 0.0 * gripping)) / 2.0


def within(x, lower, upper, margin, xp):
    """1 while lower <= x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond."""
    beyond = xp.maximum(xp.maximum(lower - x, x - upper), 0.0) / xp.maximum(margin, 1e-12)
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
