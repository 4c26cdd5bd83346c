import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rewardsmith.envs import FieldView, Transition, UserError, random_transitions, task_class
from rewardsmith.reward_gen import open_reward
from rewardsmith.reward_gen.distance import (
    EpicProbe,
    PotentialProbe,
    StateFeatures,
    Tabular,
    distance,
    tabular_distance,
)

STATES, ACTIONS, DISCOUNT = 6, 2, 0.9


def one_hot(view):
    return np.eye(STATES)[view.state]


def made_case(seed=0):
    rng = np.random.default_rng(seed)
    worlds = Tabular(rng.dirichlet(np.full(STATES, 0.3), (STATES, ACTIONS)), DISCOUNT)
    return rng, worlds, rng.normal(size=(2, STATES, ACTIONS, STATES))


def paying(table):
    return lambda obs, action, next_obs: (table[obs.state, action, next_obs.state], {})


def steps_of(states, actions, following):
    return Transition(FieldView({"state": states}), actions, FieldView({"state": following}))


def drawn_alike(count, rng):
    """Steps from all transitions alike, possible or not, as the exact default of EPIC counts them."""
    return steps_of(*(rng.integers(size, size=count) for size in (STATES, ACTIONS, STATES)))


def drawn_from(worlds, count, rng):
    """Steps of a uniformly random policy from all states alike, and which of them start alike."""
    states, actions = rng.integers(STATES, size=count), rng.integers(ACTIONS, size=count)
    levels = rng.random(count)[:, None]
    following = (worlds.transition[states, actions].cumsum(axis=1) < levels).sum(axis=1)
    return steps_of(states, actions, np.minimum(following, STATES - 1)), states * ACTIONS + actions


def test_sampled_epic_converges_to_the_exact_one():
    rng, worlds, tables = made_case()
    exact = tabular_distance(*tables, worlds, "epic")
    errors = [epic_error(tables, exact, count, rng) for count in (30, 300, 3000)]
    assert errors[2] < 0.01
    assert errors[2] < errors[0] / 3


def epic_error(tables, exact, count, rng):
    apart = []
    for _ in range(5):
        covered, drawn = drawn_alike(count, rng), drawn_alike(min(count, 500), rng)
        apart.append(distance(*map(paying, tables), EpicProbe(covered, drawn, DISCOUNT)))
    return np.abs(np.array(apart) - exact).mean()


@pytest.mark.parametrize("form", ["val", "minimal"])
def test_sampled_starc_converges_to_the_exact_one(form):
    rng, worlds, tables = made_case()
    exact = tabular_distance(*tables, worlds, form)
    errors = [starc_error(tables, worlds, form, exact, count, rng) for count in (50, 500, 20_000)]
    assert errors[2] < 0.01
    assert errors[2] < errors[0] / 3


def starc_error(tables, worlds, form, exact, count, rng):
    apart = []
    for _ in range(5):
        steps, same = drawn_from(worlds, count, rng)
        probe = PotentialProbe(steps, one_hot, DISCOUNT, form, same=same)
        apart.append(distance(*map(paying, tables), probe))
    return np.abs(np.array(apart) - exact).mean()


@settings(deadline=None, max_examples=20)
@example(213, 1.0)  # a state is reached and never left
@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_shaping_and_scale_cancel_exactly_however_few_the_samples(seed, scale):
    rng, worlds, (table, _) = made_case(seed)
    potential = 5 * rng.normal(size=STATES)
    copy = scale * table + DISCOUNT * potential[None, None, :] - potential[:, None, None]
    steps, same = drawn_from(worlds, 40, rng)
    probes = [
        EpicProbe.of(steps, 5, DISCOUNT, rng),
        *(PotentialProbe(steps, one_hot, DISCOUNT, form, same=same) for form in ("val", "minimal")),
    ]
    for probe in probes:
        assert distance(paying(table), paying(copy), probe) < 1e-6
        assert distance(paying(table), paying(-copy), probe) == pytest.approx(1.0)


def test_a_value_at_the_end_of_an_episode_is_none():
    rng, worlds, (table, _) = made_case()
    steps, _ = drawn_from(worlds, 200, rng)
    ended = steps.next_obs.state == 0
    potential = rng.normal(size=STATES)
    later = np.where(ended, 0.0, potential[steps.next_obs.state])
    plain = table[steps.obs.state, steps.action, steps.next_obs.state]
    copy = plain + DISCOUNT * later - potential[steps.obs.state]
    probe = PotentialProbe(steps, one_hot, DISCOUNT, ended=ended)
    assert probe.canonical(copy) == pytest.approx(probe.canonical(plain), abs=1e-9)


@pytest.mark.parametrize("task", ["reach", "tool-call"])
def test_programs_of_real_tasks_are_compared(task):
    kind = task_class(task)
    steps = random_transitions(kind, 600, np.random.default_rng(0))
    human = open_reward("human", kind)
    features = StateFeatures(kind.spec, steps.obs, waves=16)
    rng = np.random.default_rng(0)

    def shaped(obs, action, next_obs):
        potential = features(obs) @ weights, features(next_obs) @ weights
        return 3 * human(obs, action, next_obs)[0] + DISCOUNT * potential[1] - potential[0], {}

    weights = rng.normal(size=features(steps.obs).shape[1])
    probes = [
        EpicProbe.of(steps.rows(slice(100)), 20, DISCOUNT, rng),
        PotentialProbe(steps, features, DISCOUNT),
    ]
    for probe in probes:
        assert distance(human, shaped, probe) < 1e-6
        assert 0.0 < distance(human, noise, probe) < 1.0


def noise(obs, action, next_obs):
    return np.random.default_rng(0).normal(size=len(action)), {}


def test_too_few_steps_are_refused():
    rng, worlds, _ = made_case()
    steps, _ = drawn_from(worlds, 11, rng)
    with pytest.raises(UserError, match="at least 12 steps, twice the features of a state, got 11"):
        PotentialProbe(steps, one_hot, DISCOUNT)
    with pytest.raises(UserError, match="1 to 11 draws from as many steps, got 12"):
        EpicProbe.of(steps, 12, DISCOUNT, rng)
