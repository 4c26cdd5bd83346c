import numpy as np
import pytest

from rewardsmith.envs import Episodes, FieldView
from rewardsmith.experiments.audit.preferences import bradley_terry, last_values


def test_the_weights_behind_many_preferences_are_found_again():
    rng = np.random.default_rng(0)
    truth, features = np.array([1.0, -0.5, 0.0]), rng.normal(size=(500, 3))
    first, second = rng.integers(500, size=(2, 20_000))
    chance = 1 / (1 + np.exp(-(features[first] - features[second]) @ truth))
    found = bradley_terry(features, first, second, rng.random(20_000) < chance)
    np.testing.assert_allclose(found, truth, atol=0.05)


def test_few_preferences_have_a_finite_fit():
    found = bradley_terry(np.eye(2), np.array([0]), np.array([1]), np.array([True]))
    assert found[0] == pytest.approx(-found[1])
    assert 0 < found[0] < 1


def test_the_last_states_are_read():
    states = FieldView({"score": np.array([0.0, 1.0, 9.0, 9.0, 2.0]), "place": np.array([0, 3, 0, 0, 5])})
    episodes = Episodes(states, np.zeros(3, int), np.array([1, 2]), np.zeros(2, bool), np.ones(2, bool))
    features = last_values(episodes, ("score", "place"), table="score")
    np.testing.assert_allclose(features, [[2.0, 3.0, 1.0, 0.0], [4.0, 5.0, 0.0, 1.0]])
