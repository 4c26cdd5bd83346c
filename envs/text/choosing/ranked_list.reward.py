# Item and list count by themselves, as the two grains of PageLLM's reward (Wang et al. 2025): each book for
# what it adds at its own rank, the list for its NDCG (Taveekitworachai et al. 2025 reward ranked answers
# by their place in the list). All but the last term are the state after minus the state before.


def compute_reward(obs, action, next_obs, xp):
    ndcg = 2.0 * (next_obs.ndcg - obs.ndcg)
    places = 3.0 * (next_obs.ideal_places - obs.ideal_places)
    relevance = 0.5 * (obs.irrelevant_listed - next_obs.irrelevant_listed)

    ended = next_obs.list_complete & ~obs.list_complete
    ideal = (next_obs.ideal_places >= 1.0) & (next_obs.irrelevant_listed == 0.0)
    whole = xp.where(ended & ideal, 1.0, 0.0)
    reward = ndcg + places + relevance + whole
    return reward, {"ndcg": ndcg, "places": places, "relevance": relevance, "whole": whole}
