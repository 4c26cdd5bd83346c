# Delta (Gao et al. 2024, "On Designing Effective RL Reward at Training Time for LLM Reasoning"): differences
# of adjacent step scores, which add up to a single score however many steps there are. The paper subtracts
# the following score from each and so ends at the first one; a program sees no later step, so each score has
# the one before subtracted and the sum is the last score. `end` and an unanswered end score 0: the learnt
# part of every finished episode is 0, and nothing but the outcome tells texts apart. A learner that
# discounts, or credits actions over short spans only, still sees a filler paid at once and charged late.

ACCEPTED = 2


def compute_reward(obs, action, next_obs, xp):
    outcome = xp.where((next_obs.verdict == ACCEPTED) & (obs.verdict != ACCEPTED), 1.0, 0.0)
    step = next_obs.step_score - obs.step_score
    return outcome + step, {"outcome": outcome, "step": step}
