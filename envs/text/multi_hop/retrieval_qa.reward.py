# Coverage of the evidence beside the answer. After LongRLVR (Chen et al. 2026): finding the right documents
# is paid by itself, because the answer alone hardly ever tells which document was missing. After Zhang et al.
# (2026, "Chaining the Evidence"): what counts is evidence that is cited and links up to the answer, so the
# answer is paid only at the end of the whole chain, fully cited, never for a lucky guess. All but the answer
# is paid as progress, the state after minus the state before: no search can be paid twice. A search counts
# only for the topic asked about: with one that lists the document by luck, agents stayed at 0.4.


def compute_reward(obs, action, next_obs, xp):
    search = xp.where(next_obs.evidence_searched, 1.0, 0.0) - xp.where(obs.evidence_searched, 1.0, 0.0)
    trail = 6.0 * (next_obs.trail_covered - obs.trail_covered)
    detour = 0.1 * (obs.wrong_reads - next_obs.wrong_reads)
    coverage = 3.0 * (next_obs.evidence_cited - obs.evidence_cited)
    stray = 0.2 * (obs.stray_citations - next_obs.stray_citations)

    at_the_end = (next_obs.trail_covered >= 1.0) & (next_obs.wrong_reads <= 0.0)
    proven = at_the_end & (next_obs.evidence_cited >= 1.0)
    answer = xp.where(next_obs.answered & ~obs.answered & proven, 2.0, 0.0)
    return search + trail + detour + coverage + stray + answer, {
        "search": search,
        "trail": trail,
        "detour": detour,
        "coverage": coverage,
        "stray": stray,
        "answer": answer,
    }
