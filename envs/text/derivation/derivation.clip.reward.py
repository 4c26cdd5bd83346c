# Clip (Gao et al. 2024, "On Designing Effective RL Reward at Training Time for LLM Reasoning"): a step score
# counts only as far as it falls short of a threshold. No step earns anything, so repeating one earns nothing
# either, and the learnt part of an episode's return is at most 0. `end` is no step and is not scored.

THRESHOLD = 0.5
ACCEPTED = 2


def compute_reward(obs, action, next_obs, xp):
    outcome = xp.where((next_obs.verdict == ACCEPTED) & (obs.verdict != ACCEPTED), 1.0, 0.0)
    shortfall = xp.minimum(next_obs.step_score - THRESHOLD, 0.0)
    step = xp.where(next_obs.answer_complete, 0.0, shortfall)
    return outcome + step, {"outcome": outcome, "step": step}
