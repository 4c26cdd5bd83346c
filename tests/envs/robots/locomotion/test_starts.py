import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rewardsmith.envs.robots.locomotion.starts import normal_noise, uniform_noise

unit_cubes = st.lists(st.floats(0, 1, exclude_max=True), min_size=8, max_size=8).map(
    lambda row: np.array(row).reshape(2, 4)
)
scales = st.floats(0.001, 10)


@given(unit_cubes, scales)
def test_uniform_noise_fills_its_range_from_end_to_end(draws, scale):
    noise = uniform_noise(draws, scale)
    assert (-scale <= noise).all() and (noise < scale).all()
    assert uniform_noise(np.array([0.0, 0.5]), scale) == pytest.approx([-scale, 0.0])


@given(unit_cubes, scales)
def test_normal_noise_is_finite_and_grows_with_its_scale(draws, scale):
    noise = normal_noise(draws, scale)
    assert noise.shape == (2, 2)
    assert np.isfinite(noise).all()
    assert noise == pytest.approx(scale * normal_noise(draws, 1.0))


def test_normal_noise_is_normal_and_uncorrelated():
    noise = normal_noise(np.random.default_rng(0).random((20_000, 4)), 0.1)
    assert stats.kstest(noise[:, 0] / 0.1, "norm").pvalue > 0.01
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.03
