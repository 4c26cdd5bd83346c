# The plain sum of outcome and step scores, which an overrated filler breaks: kept as the form that the clip,
# delta and minimum forms beside it mend (Gao et al. 2024, "On Designing Effective RL Reward at Training Time
# for LLM Reasoning", watched such training repeat empty steps).

ACCEPTED = 2


def compute_reward(obs, action, next_obs, xp):
    outcome = xp.where((next_obs.verdict == ACCEPTED) & (obs.verdict != ACCEPTED), 1.0, 0.0)
    step = next_obs.step_score
    return outcome + step, {"outcome": outcome, "step": step}
