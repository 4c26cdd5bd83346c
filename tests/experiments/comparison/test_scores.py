import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import trim_mean

from rewardsmith.experiments.comparison.statistics import improvement, iqm, stratified_interval

scores = st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=1, max_size=9).map(np.array)


@given(scores)
def test_iqm_is_scipys_trimmed_mean(values):
    assert iqm(values) == pytest.approx(trim_mean(values, 0.25, axis=None), abs=1e-9)


@given(scores, scores)
def test_either_one_is_better(first, second):
    assert improvement(first, second) + improvement(second, first) == pytest.approx(1.0)


def test_an_interval_holds_its_own_statistic_and_repeats_with_its_seed():
    values = np.random.default_rng(1).random((5, 4))
    low, high = stratified_interval(values, iqm, np.random.default_rng(0))
    assert low <= iqm(values) <= high
    assert (low, high) == stratified_interval(values, iqm, np.random.default_rng(0))
