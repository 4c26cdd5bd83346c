import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rewardsmith.envs import UserError
from rewardsmith.experiments.comparison.statistics import iqm, normalise

RAW = {
    "sparse": np.array([[0.0, 0.50, 0.9], [0.2, 0.50, 0.9]]),
    "human": np.array([[0.8, 0.52, 0.4], [1.0, 0.52, 0.4], [0.9, 0.52, 0.4]]),
    "ours": np.array([[0.5, 0.90, 1.0], [0.9, 0.80, 1.0]]),
}
TASKS = ["far", "near", "inverted"]
tables = arrays(float, (4, 3), elements=st.floats(0, 1))


@given(tables, tables)
def test_human_scores_1_and_sparse_0_on_every_task_that_has_a_scale(sparse, human):
    found = normalise({"sparse": sparse, "human": human}, TASKS)
    np.testing.assert_allclose(found.scores["sparse"].mean(axis=0)[found.defined], 0.0, atol=1e-9)
    np.testing.assert_allclose(found.scores["human"].mean(axis=0)[found.defined], 1.0, atol=1e-9)


def test_a_score_lies_between_the_references_and_the_raw_one_stays_beside_it():
    found = normalise(RAW, TASKS)
    np.testing.assert_allclose(found.scores["ours"][:, 0], [0.5, 1.0])
    assert found.raw["ours"].tolist() == RAW["ours"].tolist()


def test_tasks_without_a_scale_say_why_and_are_not_huge():
    found = normalise(RAW, TASKS)
    assert found.flags == (
        "",
        "human 0.52 and sparse 0.50 are within 0.05",
        "human 0.40 is below sparse 0.90",
    )
    assert np.isnan(found.scores["ours"][:, 1:]).all()
    assert iqm(found.comparable()["ours"]) == pytest.approx(0.75)


def test_the_least_gap_can_be_chosen():
    found = normalise(RAW, TASKS, least_gap=0.01)
    assert found.defined.tolist() == [True, True, False]
    np.testing.assert_allclose(found.scores["ours"][:, 1], [20.0, 15.0])


def test_other_references_can_be_named():
    found = normalise({"none": RAW["sparse"], "expert": RAW["human"]}, TASKS, sparse="none", human="expert")
    assert found.defined.tolist() == [True, False, False]


def test_a_missing_reference_is_named():
    with pytest.raises(UserError, match="needs runs of 'human', got those of"):
        normalise({"sparse": RAW["sparse"]}, TASKS)


def test_scores_of_other_tasks_are_refused():
    with pytest.raises(UserError, match="'sparse' has scores of 3 tasks, expected 2"):
        normalise(RAW, TASKS[:2])
