"""Meta-World's shaped reward for lever-pull (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004407496, 0.400270538, 0.150740492)
# The resting lever's knob, seen from the goal, in m.
KNOB_AT_START = (0.0, -0.2, -0.2)
# The part of the arm that lifts, seen from the hand, in m.
SHOULDER = (0.0, 0.055, 0.07)
# Errors across the lever weigh most.
WEIGHTS = (4.0, 1.0, 4.0)


def compute_reward(obs, action, next_obs, xp):
    knob_at_start = next_obs.goal_pos + xp.array(KNOB_AT_START)
    to_knob = shoulder_to(next_obs.lever_pos, next_obs.hand_pos, xp)
    to_knob_at_start = shoulder_to(knob_at_start, xp.array(TCP_AT_START), xp)
    under_knob = long_tail(to_knob, 0.02, to_knob_at_start, xp)

    knob_to_goal = xp.linalg.norm(next_obs.lever_pos - next_obs.goal_pos, axis=-1)
    raised = long_tail(knob_to_goal, 0.04, 0.08**0.5, xp)

    return 10.0 * hamacher_product(under_knob, raised, xp), {"under_knob": under_knob, "raised": raised}


def shoulder_to(knob, hand, xp):
    """Weighted distance between the part of the arm that lifts and the knob."""
    return xp.linalg.norm((hand + xp.array(SHOULDER) - knob) * xp.array(WEIGHTS), axis=-1)


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
