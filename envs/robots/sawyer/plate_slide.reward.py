"""Meta-World's shaped reward for plate-slide (Yu et al., 2019; tolerances after Tassa et al., 2018)."""

# Where the finger tips are when an episode starts, in m.
TCP_AT_START = (0.004285731, 0.601488729, 0.150189280)
# The foot of the plate when an episode starts, in m.
PLATE_AT_START = (0.0, 0.6, 0.0)


def compute_reward(obs, action, next_obs, xp):
    plate_at_start = xp.array(PLATE_AT_START)
    plate_to_goal = xp.linalg.norm(next_obs.plate_pos - next_obs.goal_pos, axis=-1)
    plate_to_goal_at_start = xp.linalg.norm(plate_at_start - next_obs.goal_pos, axis=-1)
    placed = long_tail(plate_to_goal, 0.05, plate_to_goal_at_start, xp)

    tcp_to_plate = xp.linalg.norm(next_obs.tcp_pos - next_obs.plate_pos, axis=-1)
    tcp_to_plate_at_start = xp.linalg.norm(xp.array(TCP_AT_START) - plate_at_start)
    reach = long_tail(tcp_to_plate, 0.05, tcp_to_plate_at_start, xp)

    shaped = 8.0 * hamacher_product(reach, placed, xp)
    reward = xp.where(plate_to_goal < 0.05, 10.0 + 0.0 * shaped, shaped)
    return reward, {"reach": reach, "placed": placed}


def long_tail(x, upper, margin, xp):
    """1 while x <= upper, then falling like a Cauchy curve to 0.1 at `margin` beyond it."""
    beyond = xp.maximum(x - upper, 0.0) / margin
    return 1.0 / (1.0 + 9.0 * beyond**2)


def hamacher_product(a, b, xp):
    """A soft "and" of two numbers in [0, 1]; 0 where both are 0."""
    return a * b / xp.maximum(a + b - a * b, 1e-12)
