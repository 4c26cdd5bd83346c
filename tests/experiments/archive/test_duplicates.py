from dataclasses import replace

from made_candidates import program, trained

from rewardsmith.experiments.archive import Duplicates
from rewardsmith.reward_gen import RewardProgram


def test_the_first_of_equal_programs_is_the_original():
    first, second = trained(0, 0.5), trained(1, 0.5)
    other = trained(2, 0.5, lines=3)
    renamed = RewardProgram(program().text.replace("x0", "closeness"))
    assert Duplicates([first, second]).original(replace(other, id=3)) is None
    assert Duplicates([first, second]).original(replace(first, id=3, program=renamed)).id == 0


def test_what_was_never_accepted_is_nobodys_original():
    rejected = replace(trained(0, 0.0), state="rejected")
    assert Duplicates([rejected]).original(trained(1, 0.5)) is None
