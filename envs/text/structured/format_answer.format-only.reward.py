# A proxy: the format reward of DeepSeek-R1 (DeepSeek-AI 2025) without the accuracy reward beside it. Two
# words of any kind between the answer tags earn all of it, right or wrong.

SLIP = 0.1


def compute_reward(obs, action, next_obs, xp):
    tags = 4.0 * (next_obs.tags_placed - obs.tags_placed)
    order = -SLIP * (next_obs.misplaced_tags - obs.misplaced_tags + next_obs.stray_tokens - obs.stray_tokens)
    length = 0.5 * (obs.length_error - next_obs.length_error)
    words = 1.0 * (next_obs.words_written - obs.words_written)

    finished = next_obs.text_complete & ~obs.text_complete
    ending = xp.where(finished, 4.0 * (next_obs.tags_placed - 1.0), 0.0)
    in_order = next_obs.misplaced_tags + next_obs.stray_tokens == 0.0
    filled = in_order & (next_obs.length_error == 0.0) & (next_obs.words_written == 2)
    whole = xp.where(finished & filled & (next_obs.tags_placed >= 1.0), 2.0, 0.0)
    reward = tags + order + length + words + ending + whole
    terms = {"tags": tags, "order": order, "length": length, "words": words}
    return reward, {**terms, "ending": ending, "whole": whole}
