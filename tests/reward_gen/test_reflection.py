import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.reward_gen.reflection import Reflection, reflect
from rewardsmith.reward_gen.reflection_flags import FLAGS, rank_correlation

RUNS = 200


def evaluation(success=(True, False), metric=0.5):
    count = len(success)
    return Evaluation(np.arange(count), np.array(success), np.full(count, metric), np.full(count, 40))


def rows(mean, spread):
    """(K, 3) min, mean and max of a term around `mean` (K,)."""
    return np.stack([mean - spread, mean, mean + spread], axis=1)


def healthy_run(rng):
    """A run that learns: success and three terms rise together, each with noise of its own."""
    count = int(rng.integers(8, 40))
    skill = np.clip(1 / (1 + np.exp(-np.linspace(-4, 4, count))) + rng.normal(0, 0.03, count), 0, 1)
    terms = {}
    for name in ("reach", "grasp", "lift"):
        weight, spread = rng.uniform(0.3, 3), rng.uniform(0.3, 0.6)
        mean = weight * (0.1 + 0.6 * skill + rng.normal(0, 0.03, count))
        terms[name] = rows(mean, weight * spread)
    return np.arange(1, count + 1) * 5000, skill, terms


def flags_after(plant, seed):
    """Flags of each term after `plant` changed the terms of a healthy run."""
    steps, success, terms = healthy_run(np.random.default_rng(seed))
    plant(terms)
    report = reflect(TrainingTrace(steps, success, terms), evaluation())
    return {term.name: term.flags for term in report.terms}


def constant(terms):
    terms["grasp"] = np.full_like(terms["grasp"], 0.7)


def huge(terms):
    terms["grasp"] = 1000 * terms["grasp"]


def flipped(terms):
    terms["grasp"] = -terms["grasp"][:, ::-1]


@pytest.mark.parametrize(
    ("plant", "flag"), [(constant, "dead"), (huge, "dominating"), (flipped, "misleading")]
)
def test_planted_faults_are_found_and_healthy_terms_are_left_alone(plant, flag):
    runs = [flags_after(plant, seed) for seed in range(RUNS)]
    found = np.mean([flag in flags["grasp"] for flags in runs])
    false = np.mean([bool(flags[name]) for flags in runs for name in ("reach", "lift")])
    assert found >= 0.95
    assert false <= 0.05


def test_a_healthy_run_raises_few_flags():
    runs = [flags_after(lambda terms: None, seed) for seed in range(RUNS)]
    assert np.mean([bool(flags[name]) for flags in runs for name in flags]) <= 0.05


def test_term_that_rises_while_success_stays_flat_is_decoupled():
    mean = np.linspace(0, 1, 12)
    trace = TrainingTrace(
        np.arange(12), np.zeros(12), {"spin": rows(mean, 0.2), "reach": rows(0 * mean, 0.2)}
    )
    flags = {term.name: term.flags for term in reflect(trace, evaluation()).terms}
    assert flags == {"spin": ("decoupled",), "reach": ()}


def test_term_that_stays_at_its_top_is_saturated():
    mean = np.concatenate([np.linspace(0, 0.99, 6), np.full(6, 0.99)])
    trace = TrainingTrace(
        np.arange(12), np.linspace(0, 1, 12), {"reach": np.stack([0 * mean, mean, mean * 0 + 1], axis=1)}
    )
    assert reflect(trace, evaluation()).terms[0].flags == ("saturated",)


def test_constant_term_has_no_share_however_large():
    trace = TrainingTrace(
        np.arange(3),
        np.array([0.0, 0.5, 1.0]),
        {"bias": np.full((3, 3), 1e6), "reach": rows(np.array([0.1, 0.2, 0.3]), 0.3)},
    )
    bias, reach = reflect(trace, evaluation()).terms
    assert (bias.share, reach.share) == (0.0, 1.0)
    assert reach.flags == ()


def test_curves_are_cut_to_ten_points_that_cover_the_whole_run():
    mean = np.arange(95.0)
    trace = TrainingTrace(
        np.arange(95) * 10, mean / 95, {"reach": rows(mean, 1.0), "reward": rows(2 * mean, 0.0)}
    )
    report = reflect(trace, evaluation())
    (reach,) = report.terms
    assert {len(report.steps), len(report.success), len(report.reward), len(reach.mean)} == {10}
    assert report.steps[-1] == 940
    assert (min(reach.low), max(reach.high)) == (-1.0, 95.0)
    assert report.reward == tuple(2 * value for value in reach.mean)


def test_text_names_every_term_flag_and_the_final_success():
    steps, success, terms = healthy_run(np.random.default_rng(0))
    constant(terms)
    text = reflect(TrainingTrace(steps, success, terms), evaluation((True, True, False, True))).text()
    assert all(name in text for name in terms)
    assert f"DEAD: {FLAGS['dead']}" in text
    assert "4 episodes: success rate 0.75" in text


def test_values_that_are_not_finite_are_refused():
    trace = TrainingTrace(np.arange(2), np.zeros(2), {"reach": np.full((2, 3), np.nan)})
    with pytest.raises(ValueError, match="reach"):
        reflect(trace, evaluation())


def test_a_run_without_checkpoints_is_reported_all_the_same():
    report = reflect(TrainingTrace(np.zeros(0), np.zeros(0), {"reach": np.zeros((0, 3))}), evaluation())
    assert report.terms[0].flags == ()
    assert "success rate 0.50" in report.text()


def test_a_term_that_the_reflection_does_not_know_has_no_report():
    report = reflect(TrainingTrace(np.arange(2), np.zeros(2), {"reach": np.zeros((2, 3))}), evaluation())
    assert report.term("reach").name == "reach"
    assert report.term("unknown") is None


series = st.integers(1, 30).flatmap(
    lambda count: st.tuples(
        arrays(float, (count, 3), elements=st.floats(-1e6, 1e6)),
        arrays(float, count, elements=st.floats(0, 1)),
    )
)


@given(series)
def test_reflection_survives_json(drawn):
    values, success = drawn
    terms = {"one": np.sort(values, axis=1), "two": np.sort(-values, axis=1)}
    report = reflect(TrainingTrace(np.arange(len(success)), success, terms), evaluation())
    assert Reflection.from_dict(json.loads(json.dumps(report.to_dict()))) == report


@given(series, st.floats(0.01, 100))
def test_flags_do_not_depend_on_the_rewards_unit(drawn, factor):
    values, success = drawn
    values = np.sort(np.round(values, 3), axis=1)
    first, second = (
        reflect(
            TrainingTrace(
                np.arange(len(success)), success, {"one": scale * values, "two": scale * values[::-1]}
            ),
            evaluation(),
        )
        for scale in (1.0, 2.0 ** round(np.log2(factor)))
    )
    assert [term.flags for term in first.terms] == [term.flags for term in second.terms]


@given(series)
def test_rank_correlation_sees_order_alone(drawn):
    values, success = drawn
    correlation = rank_correlation(values[:, 0], success)
    assert abs(correlation) <= 1 + 1e-9
    assert rank_correlation(np.arctan(np.round(values[:, 0])), success) == pytest.approx(
        rank_correlation(np.round(values[:, 0]), success)
    )
    assert rank_correlation(-values[:, 0], success) == pytest.approx(-correlation)
