# Process reward: every step that holds is paid at once, as with the exact step labels of Lightman et al.
# (2023, "Let's Verify Step by Step"). Two guards against the known ways to farm such labels: a digit is paid
# once and the pay is bounded by the chain's length (Gao et al. 2024, "On Designing Effective RL Reward at
# Training Time for LLM Reasoning": Clip and Delta), and the answer is paid only for a chain without any
# wrong step, the minimum over its steps rather than their sum (Cheng et al. 2025, "Stop Summation", PURE).


def compute_reward(obs, action, next_obs, xp):
    step = next_obs.correct_steps - obs.correct_steps
    finished = next_obs.answer_complete & ~obs.answer_complete
    answer = xp.where(finished & next_obs.faultless, 1.0, 0.0)
    return step + answer, {"step": step, "answer": answer}
