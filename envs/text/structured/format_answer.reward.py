# Format beside answer, as in DeepSeek-R1 (DeepSeek-AI 2025), but paid token by token: tags in their turn,
# tokens between the tags that they belong to, the wanted number of thoughts, the right words. Structure
# and content are terms of their own, as in RL-Struct (Hu and Wu 2025). A slip costs little beside what
# each step forward earns, or else saying nothing would be the first thing learnt; for the same reason a text
# that ends with tags missing loses as much as it could have earned by them.

SLIP = 0.1


def compute_reward(obs, action, next_obs, xp):
    tags = 4.0 * (next_obs.tags_placed - obs.tags_placed)
    order = -SLIP * (next_obs.misplaced_tags - obs.misplaced_tags + next_obs.stray_tokens - obs.stray_tokens)
    length = 0.5 * (obs.length_error - next_obs.length_error)
    answer = 2.0 * (next_obs.answer_right - obs.answer_right)

    finished = next_obs.text_complete & ~obs.text_complete
    ending = xp.where(finished, 4.0 * (next_obs.tags_placed - 1.0), 0.0)
    in_order = next_obs.misplaced_tags + next_obs.stray_tokens == 0.0
    exact = in_order & (next_obs.length_error == 0.0) & (next_obs.answer_right >= 1.0)
    whole = xp.where(finished & exact & (next_obs.tags_placed >= 1.0), 2.0, 0.0)
    reward = tags + order + length + answer + ending + whole
    terms = {"tags": tags, "order": order, "length": length, "answer": answer}
    return reward, {**terms, "ending": ending, "whole": whole}
