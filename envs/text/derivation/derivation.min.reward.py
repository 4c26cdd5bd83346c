# A text is worth its worst step, not the sum of its steps (Cheng et al. 2025, "Stop Summation: Min-Form
# Credit Assignment Is All Process Reward Model Needs for Reasoning", PURE). Paid causally: each step pays by
# how much it moves the lowest score so far, which starts from the best score there is. So no payment is above
# 0, and those of an episode add up to its lowest score less 1.

ACCEPTED = 2


def compute_reward(obs, action, next_obs, xp):
    outcome = xp.where((next_obs.verdict == ACCEPTED) & (obs.verdict != ACCEPTED), 1.0, 0.0)
    lowest = next_obs.lowest_step_score - obs.lowest_step_score
    return outcome + lowest, {"outcome": outcome, "lowest": lowest}
