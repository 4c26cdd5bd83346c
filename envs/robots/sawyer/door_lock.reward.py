"""Meta-World's shaped reward for door-lock (Yu et al., 2019; tolerances after Tassa et al., 2018)."""


def compute_reward(obs, action, next_obs, xp):
    # Sideways distances count least.
    offset = (next_obs.bolt_pos - next_obs.left_pad_pos) * xp.array((0.25, 1.0, 0.5))
    pad_to_bolt = xp.linalg.norm(offset, axis=-1)
    # The margin was meant to be the distance at the start, but follows the pad: only the last cm shows.
    near_bolt = long_tail(pad_to_bolt, 0.01, xp.maximum(pad_to_bolt, 0.01), xp)
    approach = 2.0 * hamacher_product(next_obs.gripper_openness, near_bolt, xp)

    bolt_to_goal = xp.abs(next_obs.goal_pos[..., 2] - next_obs.bolt_pos[..., 2])
    locked = long_tail(bolt_to_goal, 0.005, 0.1, xp)
    return approach + 8.0 * locked, {"approach": approach, "locked": locked}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
