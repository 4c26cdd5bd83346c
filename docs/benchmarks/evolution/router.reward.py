def compute_reward(obs, action, next_obs, xp):
    # Goal: Get right answers to 5 questions in turn without spending more than the budget. For each question think or ask helpers, as often as you like but each of them once; the answer that most of them gave stands, the latest of equals. Accept it to go on to the next question. Spending more than the budget or `stop` ends the episode. Prices, and chances to be right on questions that are easy/tricky/fiendish: think (1): a sum 1/0.5/0.2, a rhyme 1/0.4/0.2, a map 0.6/0.3/0.2, an old law 0.4/0.3/0.2; student (2): a sum 1/1/0.5, a rhyme 0.6/0.4/0.2, a map 1/0.6/0.3, an old law 1/0.5/0.2; poet (3): a sum 0.5/0.3/0.2, a rhyme 1/1/1, a map 0.6/0.4/0.2, an old law 0.7/0.4/0.3; navigator (3): a sum 1/0.7/0.4, a rhyme 0.4/0.3/0.2, a map 1/1/1, an old law 0.6/0.3/0.2; judge (4): a sum 0.8/0.5/0.2, a rhyme 0.7/0.5/0.3, a map 0.6/0.4/0.2, an old law 1/1/1; professor (6): a sum 1/1/1, a rhyme 1/0.9/0.7, a map 1/0.9/0.8, an old law 1/0.9/0.8.

    # The rise of right_accepted in this step; 1 for 0.25 or more.
    right_accepted_rises = xp.clip((next_obs.right_accepted - obs.right_accepted) / 0.25, -1.0, 1.0)
    right_accepted_rises_paid = 0.87 * right_accepted_rises

    # The fall of wrong_accepted in this step; 1 for 0.12 or more.
    wrong_accepted_falls = xp.clip((obs.wrong_accepted - next_obs.wrong_accepted) / 0.12, -1.0, 1.0)
    wrong_accepted_falls_paid = 2.1 * wrong_accepted_falls
    reward = right_accepted_rises_paid + wrong_accepted_falls_paid
    return reward, {
        "right_accepted_rises": right_accepted_rises_paid,
        "wrong_accepted_falls": wrong_accepted_falls_paid,
    }
# genome: [{"weight": 0.87, "measure": {"kind": "change", "a": "right_accepted", "scale": 0.25}}, {"weight": 2.1, "measure": {"kind": "change", "a": "wrong_accepted", "scale": 0.12, "rising": false}}]
