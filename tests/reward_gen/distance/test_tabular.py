import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from rewardsmith.envs import UserError
from rewardsmith.reward_gen.distance import Tabular, between, canonical, normalised_regret, tabular_distance

FORMS = ("epic", "val", "val-potential", "minimal")
SEEDS = st.integers(0, 10_000)


def made_worlds(rng, states=12, actions=3, follow=3, discount=0.9):
    """Each state and action leads to `follow` of the states."""
    transition = np.zeros((states, actions, states))
    for row in transition.reshape(-1, states):
        row[rng.choice(states, follow, replace=False)] = rng.dirichlet(np.ones(follow))
    return Tabular(transition, discount)


def made_reward(rng, worlds):
    return rng.normal(size=worlds.transition.shape)


def shaped(reward, worlds, potential):
    return reward + worlds.discount * potential[None, None, :] - potential[:, None, None]


def redistributed(reward, worlds, rng):
    """Another reward with the same mean over next states, and so with the same policies."""
    moved = 3.0 * rng.normal(size=reward.shape)
    return reward + moved - worlds.expected(moved)


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.sampled_from(FORMS), st.floats(0.01, 100), st.floats(-100, 100))
def test_shaping_and_scale_are_at_no_distance_and_the_opposite_is_at_one(seed, form, scale, height):
    rng = np.random.default_rng(seed)
    worlds = made_worlds(rng)
    reward = made_reward(rng, worlds)
    copy = shaped(scale * reward, worlds, height * rng.normal(size=12))
    assert tabular_distance(reward, copy, worlds, form) < 1e-6
    assert tabular_distance(reward, -copy, worlds, form) == pytest.approx(1.0)


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.sampled_from(FORMS), st.sampled_from(["l1", "l2", "max"]))
def test_it_is_a_pseudometric(seed, form, norm):
    rng = np.random.default_rng(seed)
    worlds = made_worlds(rng, states=5)
    one, two, three = (made_reward(rng, worlds) for _ in range(3))

    def apart(a, b):
        return tabular_distance(a, b, worlds, form, norm=norm)

    assert apart(one, two) == pytest.approx(apart(two, one))
    assert apart(one, three) <= apart(one, two) + apart(two, three) + 1e-9
    assert 0.0 <= apart(one, two) <= 1.0 + 1e-9


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.sampled_from(["val", "minimal"]))
def test_starc_ignores_what_next_states_redistribute_and_epic_does_not(seed, form):
    rng = np.random.default_rng(seed)
    worlds = made_worlds(rng)
    reward = made_reward(rng, worlds)
    other = redistributed(reward, worlds, rng)
    assert tabular_distance(reward, other, worlds, form) < 1e-6
    assert tabular_distance(reward, other, worlds, "epic") > 0.05
    assert normalised_regret(reward, other, worlds) == pytest.approx(0.0, abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.sampled_from(FORMS))
def test_a_canonical_form_is_its_own(seed, form):
    rng = np.random.default_rng(seed)
    worlds = made_worlds(rng)
    once = canonical(made_reward(rng, worlds), worlds, form)
    assert canonical(once, worlds, form) == pytest.approx(once, abs=1e-8)


def test_a_reward_that_is_only_shaping_is_nothing():
    rng = np.random.default_rng(0)
    worlds = made_worlds(rng)
    nothing = shaped(np.zeros(worlds.transition.shape), worlds, rng.normal(size=12))
    for form in FORMS:
        assert tabular_distance(nothing, 0 * nothing, worlds, form) == 0.0
        assert tabular_distance(nothing, made_reward(rng, worlds), worlds, form) == pytest.approx(0.5)


def test_epic_is_the_pearson_distance_of_canonical_rewards():
    rng = np.random.default_rng(1)
    worlds = made_worlds(rng)
    rewards = [made_reward(rng, worlds) for _ in range(2)]
    correlation = np.corrcoef([canonical(reward, worlds, "epic").ravel() for reward in rewards])[0, 1]
    assert tabular_distance(*rewards, worlds, "epic") == pytest.approx(np.sqrt((1 - correlation) / 2))


def test_what_the_coverage_leaves_out_does_not_count():
    rng = np.random.default_rng(2)
    worlds = made_worlds(rng)
    reward = made_reward(rng, worlds)
    other = np.where(worlds.transition > 0, reward, 9.0)
    apart = [
        tabular_distance(reward, other, worlds, "none", coverage=cover) for cover in (None, worlds.transition)
    ]
    assert apart[0] > 0.2
    assert apart[1] == pytest.approx(0.0, abs=1e-12)


def test_the_best_policy_is_the_one_that_value_iteration_finds():
    rng = np.random.default_rng(3)
    worlds = made_worlds(rng)
    reward = made_reward(rng, worlds)
    values = np.zeros(12)
    for _ in range(2000):
        worth = np.sum(worlds.transition * (reward + worlds.discount * values), axis=2)
        values = worth.max(axis=1)
    assert worlds.values(reward, worlds.best_policy(reward)) == pytest.approx(values)


def test_distances_foretell_regret_from_agreement_to_opposition():
    rng = np.random.default_rng(4)
    found = []
    for angle in np.linspace(0, np.pi, 100):
        worlds = made_worlds(rng, follow=12)
        one, independent = made_reward(rng, worlds), made_reward(rng, worlds)
        other = np.cos(angle) * one + np.sin(angle) * independent
        found.append(row_of(one, other, worlds))
    regret, epic, starc, minimal = np.array(found).T
    assert spearmanr(starc, regret)[0] >= 0.9
    assert spearmanr(minimal, regret)[0] >= 0.9
    assert spearmanr(epic, regret)[0] >= 0.9


def test_starc_foretells_regret_of_independent_pairs_far_better_than_epic():
    rng = np.random.default_rng(5)
    found = []
    for _ in range(200):
        worlds = made_worlds(rng, follow=2)
        found.append(row_of(made_reward(rng, worlds), made_reward(rng, worlds), worlds))
    regret, epic, starc, _ = np.array(found).T
    assert spearmanr(starc, regret)[0] >= spearmanr(epic, regret)[0] + 0.3


def row_of(one, other, worlds):
    apart = [tabular_distance(one, other, worlds, form) for form in ("epic", "val", "minimal")]
    return [normalised_regret(one, other, worlds), *apart]


def test_mistakes_are_named():
    with pytest.raises(UserError, match=r"shape \(S, A, S\), got \(2, 2\)"):
        Tabular(np.eye(2), 0.9)
    with pytest.raises(UserError, match="sums to 1"):
        Tabular(np.ones((2, 1, 2)), 0.9)
    with pytest.raises(UserError, match=r"below 1, got 1\.0"):
        Tabular(np.full((2, 1, 2), 0.5), 1.0)
    with pytest.raises(UserError, match="canonical form is one of none, epic"):
        canonical(np.zeros((2, 1, 2)), Tabular(np.full((2, 1, 2), 0.5), 0.9), "other")


def test_the_norms_agree_on_opposites():
    values = np.array([1.0, -2.0, 0.5])
    assert [between(values, -3 * values, norm=norm) for norm in ("l1", "l2", "max")] == pytest.approx(
        [1.0] * 3
    )
