import numpy as np

from rewardsmith.envs import Evaluation, TrainingTrace
from rewardsmith.experiments import Candidate
from rewardsmith.experiments.feedback.pairs import difference, pair_to_compare
from rewardsmith.reward_gen import RewardProgram


def trained(number: int, rate: float, text: str) -> Candidate:
    success = np.arange(10) < 10 * rate
    evaluation = Evaluation(np.arange(10), success, success * 1.0, np.full(10, 5))
    trace = TrainingTrace(np.array([10]), np.array([rate]))
    return Candidate(number, 0, "trained", text, RewardProgram(text), evaluation=evaluation, trace=trace)


BEST = trained(0, 0.8, "a b c d")
TWIN = trained(1, 0.8, "a b c e")
OTHER = trained(2, 0.7, "w x y z")
WORST = trained(3, 0.0, "p q r s")
ALL = [BEST, TWIN, OTHER, WORST]


def test_a_close_second_with_another_idea_goes_before_a_twin_and_before_one_that_is_far_behind():
    assert pair_to_compare(ALL, set()) == (BEST, OTHER)


def test_what_was_judged_is_not_asked_again_until_nothing_is_left():
    judged: set[frozenset[int]] = set()
    while pair := pair_to_compare(ALL, judged):
        both = frozenset(candidate.id for candidate in pair)
        assert both not in judged
        assert (0 in both) == (len(judged) < 3)
        judged.add(both)
    assert len(judged) == 6


def test_difference_is_between_none_and_all():
    assert difference(BEST, BEST) == 0
    assert difference(BEST, OTHER) == 1
    assert 0 < difference(BEST, TWIN) < 1
