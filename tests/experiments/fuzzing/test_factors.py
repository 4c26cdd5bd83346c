import pytest

from rewardsmith.experiments.fuzzing.factors import Settings, refused


def test_the_gate_refuses_what_is_broken():
    broken, whole = refused(Settings(tasks=("tool-call-easy",), programs=1))
    assert broken >= 0.95 and whole == 0.0


@pytest.mark.slow
def test_the_gate_refuses_95_percent_of_the_broken_and_few_of_the_whole():
    broken, whole = refused(Settings())
    assert broken >= 0.95 and whole <= 0.2
