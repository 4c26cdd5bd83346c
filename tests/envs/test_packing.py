import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs import ActionSpec, Field, FieldView, TaskSpec, Transition
from rewardsmith.envs.packing import TransitionPacker

FIELDS = (
    Field("place", "", (2, 3)),
    Field("colour", "", kind="category", categories=5),
    Field("shut", "", (4,), kind="flag"),
)
ACTIONS = {
    "box": (ActionSpec("box", 2, ""), lambda rng: rng.normal(size=(7, 2)).astype(np.float32)),
    "discrete": (ActionSpec("discrete", 6, ""), lambda rng: rng.integers(0, 6, 7)),
}


def view(rng):
    return FieldView(
        {
            "place": rng.normal(size=(7, 2, 3)),
            "colour": rng.integers(0, 5, 7),
            "shut": rng.random((7, 4)) < 0.5,
        }
    )


@pytest.mark.parametrize("kind", ACTIONS)
@given(seed=st.integers(0, 2**32))
def test_unpack_gives_back_what_was_packed(kind, seed):
    action, draw = ACTIONS[kind]
    rng = np.random.default_rng(seed)
    packed = Transition(view(rng), draw(rng), view(rng))
    packer = TransitionPacker(TaskSpec("t", "", FIELDS, action, 9))
    rows = packer.pack(packed)
    unpacked = packer.unpack(rows)
    assert rows.shape == (7, 2 * (6 + 1 + 4) + packed.action[0].size)
    assert np.array_equal(unpacked.action, packed.action)
    assert unpacked.action.shape == packed.action.shape
    for before, after in ((packed.obs, unpacked.obs), (packed.next_obs, unpacked.next_obs)):
        for field in FIELDS:
            assert np.array_equal(before.arrays()[field.name], after.arrays()[field.name])
            assert after.arrays()[field.name].dtype == field.dtype
