import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.envs import Episodes, FieldView


def episodes(lengths: list[int]) -> Episodes:
    """Episodes whose states count on and on, so that each state is one of its own."""
    steps, count = sum(lengths), len(lengths)
    states = FieldView({"x": np.arange(steps + count, dtype=np.float32), "k": np.arange(steps + count)})
    flags = np.arange(count) % 2 == 0
    return Episodes(states, np.arange(steps), np.array(lengths, int), flags, ~flags)


LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=6)


@given(LENGTHS)
def test_every_step_leads_from_a_state_to_the_next_of_its_episode(lengths):
    played = episodes(lengths).transitions()
    expected = []
    for length in lengths:
        first = expected[-1] + 2 if expected else 0
        expected += range(first, first + length)
    assert played.obs.k.tolist() == expected
    assert played.next_obs.k.tolist() == [state + 1 for state in expected]
    assert played.action.tolist() == list(range(sum(lengths)))
    assert played.obs.x.dtype == np.float64 and played.obs.k.dtype == np.int64


@given(LENGTHS, st.data())
def test_parts_put_together_again_are_the_whole(lengths, data):
    whole = episodes(lengths)
    cut = data.draw(st.integers(0, len(lengths)))
    parts = [whole.part(np.arange(cut)), whole.part(np.arange(cut, len(lengths)))]
    assert Episodes.concatenate(parts).to_bytes() == whole.to_bytes()


@given(LENGTHS)
def test_bytes_hold_everything_and_are_always_the_same(lengths):
    content = episodes(lengths).to_bytes()
    read = Episodes.from_bytes(content)
    assert read.to_bytes() == content
    assert read.states.x.dtype == np.float32 and read.lengths.tolist() == lengths


def test_arrays_that_do_not_fit_each_other_are_refused():
    right = episodes([2, 3])
    with pytest.raises(ValueError, match="2 episodes of 6 steps have 8 states and 6 actions"):
        Episodes(right.states, right.actions, np.array([3, 3]), right.success, right.terminated)
