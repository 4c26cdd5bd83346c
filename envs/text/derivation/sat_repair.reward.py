# Progress, not state: a flip is paid by how much nearer it brings a solution (after Setlur et al. 2024,
# "Rewarding Progress": a step is worth the change in what can be reached from it), and a little by how many
# clauses more hold, which the policy sees for itself. Both are differences, so flipping to and fro earns
# nothing. The outcome is paid once, when the text ends with every clause true.


def compute_reward(obs, action, next_obs, xp):
    nearer = obs.distance - next_obs.distance
    clauses = 0.1 * (obs.unsatisfied - next_obs.unsatisfied)
    finished = next_obs.answer_complete & ~obs.answer_complete
    answer = xp.where(finished & (next_obs.unsatisfied == 0), 5.0, 0.0)
    return nearer + clauses + answer, {"nearer": nearer, "clauses": clauses, "answer": answer}
