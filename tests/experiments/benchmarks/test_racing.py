import pytest

from rewardsmith.agents.population import Racing
from rewardsmith.envs import UserError
from rewardsmith.experiments.benchmarks.racing import Settings, main
from rewardsmith.experiments.benchmarks.recorded import RecordedCandidate, RecordedGeneration, save

PROGRAM = """
def compute_reward(obs, action, next_obs, xp):
    correct = {sign}1.0 * next_obs.step_correct
    return correct, {{"correct": correct}}
"""


def generation(*curves: list[float], number: int = 0) -> RecordedGeneration:
    programs = [PROGRAM.format(sign=sign) for sign in ("", "-")]
    candidates = [
        RecordedCandidate(index, programs[index % 2], "fresh", curve, 0.0)
        for index, curve in enumerate(curves)
    ]
    return RecordedGeneration("arithmetic-chain", 0, number, 4096, None, 50, candidates)


@pytest.fixture
def data(tmp_path):
    """Two generations: in the first the winner leads at half time, in the second it is last."""
    path = tmp_path / "generations.json"
    save(
        [
            generation([0.0, 0.5, 0.8, 1.0], [0.0, 0.0, 0.0, 0.0]),
            generation([0.0, 0.5, 0.8, 0.9], [0.0, 0.0, 0.0, 1.0], number=1),
        ],
        path,
    )
    return path


HALFWAY = Racing(rungs=(0.5,), keep=0.5, risk=0.05)


def test_the_table_tells_what_was_kept_and_spent(data, tmp_path, capsys):
    main(Settings(data=data, racing=HALFWAY, write=tmp_path / "racing.md"))
    assert "| all | 2 | 2 | 50% | 75% |" in capsys.readouterr().out
    assert "| all | 2 | 2 | 50% | 75% |" in (tmp_path / "racing.md").read_text()


def test_generations_that_the_rules_were_chosen_on_stand_apart(data, capsys):
    main(Settings(data=data, racing=HALFWAY, tuned=1))
    printed = capsys.readouterr().out
    assert "| all | 1 | 1 | 0% | 75% |" in printed
    assert "| those that the rules were chosen on | 1 | 1 | 100% | 75% |" in printed


def test_a_generation_can_be_trained_live(data, tmp_path, capsys):
    main(Settings(data=data, live=(0,), logs=tmp_path))
    assert "arithmetic-chain, seed 0, generation 0 | 2 |" in capsys.readouterr().out


def test_a_number_that_is_not_there_is_refused(data):
    with pytest.raises(UserError, match="from 0 to 1, got 2"):
        main(Settings(data=data, live=(2,)))


def test_missing_data_is_refused(tmp_path):
    with pytest.raises(UserError, match="--record makes it"):
        main(Settings(data=tmp_path / "none.json"))
