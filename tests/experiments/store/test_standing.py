import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from made_candidates import trained

from rewardsmith.experiments.store import best_of, ranked, standings

successes = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.6, 1.0]), min_size=1, max_size=8)


@given(successes)
def test_of_programs_trained_once_each_the_order_is_that_of_their_trainings(found):
    candidates = [trained(number, success) for number, success in enumerate(found)]
    assert [c.id for c in ranked(candidates)] == sorted(
        range(len(found)), key=lambda number: candidates[number].rank, reverse=True
    )


def test_a_program_stands_for_all_of_its_trainings():
    lucky, steady = trained(0, 0.6), trained(1, 0.5)
    [first, second] = standings([lucky, steady, trained(2, 0.0, again=0), trained(3, 0.5, again=1)])
    assert (first.candidate.id, first.success_rate) == (1, 0.5)
    assert (second.candidate.id, second.success_rate) == (0, 0.3)
    assert [c.id for c in second.trainings] == [0, 2]


@given(st.floats(0.1, 1.0), st.integers(1, 5))
def test_what_was_seen_oftener_is_believed_more(success, times):
    def program(trainings: int):
        return standings([trained(0, success), *(trained(n, success, again=0) for n in range(1, trainings))])

    [fewer], [more] = program(times), program(times + 1)
    assert 0 < fewer.believed < more.believed < more.success_rate
    assert fewer.rank < more.rank


def test_the_luckiest_of_many_equal_programs_is_found_out():
    rng = np.random.default_rng(0)
    wrong = []
    for _ in range(200):
        means = [0.2] * 9 + [0.4]
        once = [trained(n, mean + rng.normal(0, 0.15)) for n, mean in enumerate(means)]
        again = [
            trained(10 * (k + 1) + n, mean + rng.normal(0, 0.15), again=n)
            for k in range(3)
            for n, mean in enumerate(means)
        ]
        wrong.append((best_of(once).id != 9, best_of([*once, *again]).id != 9))
    assert np.mean(wrong, axis=0)[1] < np.mean(wrong, axis=0)[0] / 2


def test_success_is_told_with_how_often_it_was_seen():
    once, often = standings([trained(0, 1.0), trained(1, 0.5), trained(2, 0.25, again=1)])
    assert once.told == "success 1.00 on the selection seeds"
    assert often.told == "success 0.38 on the selection seeds, the mean of 2 trainings (0.50, 0.25)"
