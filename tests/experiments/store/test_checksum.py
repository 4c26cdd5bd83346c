from hypothesis import given
from hypothesis import strategies as st

from rewardsmith.experiments.store.checksum import EMPTY, row_checksum, total, without

values = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.integers() | st.none())
checksums = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex))


@given(values, values)
def test_rows_have_one_checksum_only_if_they_are_equal(first, second):
    assert (row_checksum("runs", first) == row_checksum("runs", second)) == (first == second)
    assert row_checksum("runs", first) != row_checksum("candidates", first)


@given(checksums, st.randoms())
def test_a_total_knows_no_order_and_gives_back_what_was_added(rows, rng):
    whole = total(rows)
    mixed = rng.sample(rows, len(rows))
    assert total(mixed) == whole
    for row in mixed:
        whole = without(whole, row)
    assert whole == EMPTY
