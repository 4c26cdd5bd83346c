import numpy as np
import pytest
from gymnasium_robotics.utils import rotations as official
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rewardsmith.envs.robots.dexterous import rotations

angles = arrays(np.float64, (4, 3), elements=st.floats(-3.1, 3.1))
quats = angles.map(rotations.euler_to_quat)


@given(angles)
def test_euler_angles_are_read_as_officially(turns):
    assert rotations.euler_to_quat(turns) == pytest.approx(official.euler2quat(turns), abs=1e-12)


@given(quats, quats)
def test_products_are_the_official_ones(first, second):
    assert rotations.product(first, second) == pytest.approx(official.quat_mul(first, second), abs=1e-12)


@given(quats, quats)
def test_the_angle_between_is_that_of_the_rotation_between(first, second):
    between = official.quat_mul(first, official.quat_conjugate(second))
    expected = 2 * np.arccos(np.clip(between[:, 0], -1, 1))
    assert rotations.angle_between(first, second) == pytest.approx(expected, abs=1e-6)


@given(quats)
def test_the_z_axis_is_the_matrix_last_column(quat):
    assert rotations.z_axis(quat) == pytest.approx(official.quat2mat(quat)[..., 2], abs=1e-12)


@given(angles)
def test_tilt_forgets_the_last_turn_alone(turns):
    turns[:, 1] = np.clip(turns[:, 1], -1.5, 1.5)
    tilted = rotations.tilt(rotations.euler_to_quat(turns))
    without_last = rotations.euler_to_quat(turns * np.array([1.0, 1.0, 0.0]))
    same_up_to_sign = np.abs(np.einsum("ij,ij->i", tilted, without_last))
    assert same_up_to_sign == pytest.approx(np.ones(4), abs=1e-9)
