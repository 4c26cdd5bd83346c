# A trap to compare with: every question is paid alike, as if asking were an end in itself. There are as many
# questions as turns, so it pays best to ask until the time is up and never to guess.


def compute_reward(obs, action, next_obs, xp):
    question = 0.1 * (xp.sum(next_obs.answers > 0, axis=1) - xp.sum(obs.answers > 0, axis=1))
    return question, {"question": question}
