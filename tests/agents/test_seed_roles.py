import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.agents import seeds
from rewardsmith.envs import UserError

experiment_seeds = st.integers(0, 2**40)
counts = st.integers(1, 300)


@given(experiment_seeds, experiment_seeds, experiment_seeds, counts)
def test_training_selection_and_test_episodes_never_coincide(a, b, c, n):
    first = seeds.training_seed(a, "candidate", c)
    training = set(range(first, first + n))
    selection = set(seeds.selection_seeds(b, n))
    test = set(seeds.test_seeds(c, n))
    assert len(selection) == len(test) == n
    assert not training & selection and not training & test and not selection & test
    assert min(training) >= 0 and max(training | selection | test) < 2**32


@given(experiment_seeds)
def test_the_largest_sets_stay_within_their_ranges(seed):
    most = seeds.MOST_EPISODES
    assert seeds.training_seed(seed) + most <= 2**31
    assert 2**31 <= seeds.selection_seeds(seed, 1)[0] <= 2**31 + 2**30 - most
    assert 2**31 + 2**30 <= seeds.test_seeds(seed, 1)[0] <= 2**32 - most
    # The n-th seed of a set is its first plus n: so the first decides whether all fit.
    assert np.ptp(seeds.selection_seeds(seed, 9)) == np.ptp(seeds.test_seeds(seed, 9)) == 8


@given(experiment_seeds, counts)
def test_more_episodes_keep_those_already_played(seed, n):
    assert seeds.selection_seeds(seed, n + 7)[:n] == seeds.selection_seeds(seed, n)
    assert seeds.test_seeds(seed, n + 7)[:n] == seeds.test_seeds(seed, n)


def test_every_run_of_an_experiment_has_its_own_seed():
    runs = [seeds.training_seed(s, p, i) for s in range(5) for p in ("candidate", "final") for i in range(20)]
    assert len(set(runs)) == len(runs)


@given(experiment_seeds)
def test_derived_training_seeds_are_accepted(seed):
    seeds.check_training_seed(seeds.training_seed(seed))


def test_numbers_out_of_range_are_refused():
    for call in (
        lambda: seeds.training_seed(-1),
        lambda: seeds.training_seed(0, "final", -2),
        lambda: seeds.selection_seeds(-3, 5),
        lambda: seeds.selection_seeds(0, 0),
        lambda: seeds.test_seeds(0, seeds.MOST_EPISODES + 1),
        lambda: seeds.check_training_seed(seeds.selection_seeds(0, 1)[0]),
        lambda: seeds.check_training_seed(-1),
    ):
        with pytest.raises(UserError, match=r"got -?\d+"):
            call()
