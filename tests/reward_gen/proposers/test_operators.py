from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewardsmith.reward_gen.proposers.operators import FLOOR, choose_operator, operator_chances

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHARES = {"tune": 0.5, "cross": 0.3, "fresh": 0.2}
gains = st.lists(st.floats(-1, 1).map(lambda value: round(value, 4)), max_size=6)
credits = st.dictionaries(st.sampled_from([*SHARES, "unknown"]), gains)


@PATIENT
@given(credits)
def test_chances_are_chances_and_no_operator_dies_out(credit):
    chances = operator_chances(SHARES, credit)
    assert set(chances) == set(SHARES)
    assert sum(chances.values()) == pytest.approx(1)
    assert all(chances[name] >= FLOOR * share - 1e-12 for name, share in SHARES.items())


@PATIENT
@given(credits, st.floats(1e-100, 1e100))
def test_the_unit_of_fitness_does_not_matter(credit, unit):
    scaled = {name: [unit * gain for gain in values] for name, values in credit.items()}
    assert operator_chances(SHARES, scaled) == pytest.approx(operator_chances(SHARES, credit))


@PATIENT
@given(credits)
def test_a_steady_operator_keeps_its_share(credit):
    assert operator_chances(SHARES, credit, steady=frozenset({"fresh"}))["fresh"] == SHARES["fresh"]


def test_what_pays_is_chosen_more_often_than_what_does_not():
    rng = np.random.default_rng(0)
    credit = {"tune": [-0.1] * 10, "cross": [0.2] * 10}
    counts = Counter(choose_operator(SHARES, credit, rng) for _ in range(1000))
    assert counts["cross"] > 650
    assert counts["tune"] > 50


def test_one_lucky_child_among_few_moves_little():
    chances = operator_chances(SHARES, {"fresh": [0.3]})
    assert SHARES["fresh"] < chances["fresh"] < 0.35


def test_gains_that_are_no_numbers_are_left_out():
    assert operator_chances(SHARES, {"tune": [np.nan, np.inf]}) == pytest.approx(SHARES)


def test_an_operator_without_a_share_is_never_chosen():
    rng = np.random.default_rng(0)
    chosen = {choose_operator({"tune": 1, "cross": 0}, {"cross": [1.0]}, rng) for _ in range(100)}
    assert chosen == {"tune"}


def test_the_bandit_finds_the_operator_that_pays():
    rng = np.random.default_rng(1)
    means = {"tune": 0.02, "cross": -0.05, "fresh": -0.2}
    credit = {name: [] for name in means}
    chosen = []
    for _ in range(200):
        name = choose_operator(dict.fromkeys(means, 1.0), credit, rng)
        credit[name].append(rng.normal(means[name], 0.1))
        chosen.append(name)
    assert Counter(chosen[100:]).most_common(1)[0][0] == "tune"
    assert chosen[100:].count("fresh") < 20
