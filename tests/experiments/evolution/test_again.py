from made_candidates import trained

from rewardsmith.experiments.evolution.again import MOST_TRAININGS, trained_again
from rewardsmith.experiments.store import AGAIN, standings


def chosen(candidates, count: int = 9) -> list[int]:
    return [proposal.parents[0] for proposal in trained_again(standings(candidates), count)]


def test_the_leader_and_who_might_lead_are_trained_again():
    assert chosen([trained(0, 0.9), trained(1, 0.3), trained(2, 0.7)]) == [0, 2]
    assert chosen([trained(0, 0.9), trained(1, 0.3), trained(2, 0.7)], count=1) == [0]


def test_what_never_succeeded_is_not_trained_again():
    assert chosen([trained(0, 0.0), trained(1, 0.0)]) == []
    assert chosen([]) == []


def test_none_is_trained_more_than_a_few_times():
    often = [trained(n, 0.5, again=0) for n in range(1, MOST_TRAININGS)]
    assert chosen([trained(0, 0.5), *often[:-1]]) == [0]
    assert chosen([trained(0, 0.5), *often]) == []


def test_it_is_the_same_program_again():
    candidate = trained(3, 0.5)
    [proposal] = trained_again(standings([candidate]), 1)
    assert proposal.outcome == candidate.program
    assert (proposal.operator, proposal.answer) == (AGAIN, candidate.program.text)
