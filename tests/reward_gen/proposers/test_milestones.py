"""Rewards that pay what a hidden milestone gained."""

import numpy as np
import pytest

from rewardsmith.envs import task_class
from rewardsmith.reward_gen.proposers.grammar.draw import draw_genome
from rewardsmith.reward_gen.proposers.grammar.milestones import draw_milestones, milestone_fields

TEXT = task_class("tool-call").spec


def test_milestones_are_the_scalars_that_the_policy_cannot_see():
    names = {field.name for field in milestone_fields(TEXT)}
    assert {"tool_matches", "values_matched", "call_complete"} <= names
    assert not names & {field.name for field in TEXT.fields if field.observed}


@pytest.mark.parametrize("seed", range(50))
def test_every_term_is_a_difference_of_potentials(seed):
    terms = draw_milestones(TEXT, frozenset(), np.random.default_rng(seed))
    assert all(term.measure.kind in ("turns", "change") and term.gate is None for term in terms)
    assert len({term.measure.a for term in terms}) == len(terms)


def test_faults_are_paid_when_they_fall_and_matches_when_they_rise():
    drawn = [
        term.measure
        for seed in range(300)
        for term in draw_milestones(TEXT, frozenset(), np.random.default_rng(seed))
    ]
    rising = {
        name: np.mean([measure.rising for measure in drawn if measure.a == name])
        for name in ("values_matched", "illegal_actions")
    }
    assert rising["values_matched"] > 0.9 and rising["illegal_actions"] < 0.15


def test_a_robot_with_a_way_to_its_goal_draws_as_before():
    spec = task_class("reach").spec
    kinds = {
        term.measure.kind
        for seed in range(30)
        for term in draw_genome(spec, np.random.default_rng(seed)).terms
    }
    assert "near" in kinds
