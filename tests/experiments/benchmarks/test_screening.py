import math
from dataclasses import replace

import pytest

from rewardsmith.envs import UserError
from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor
from rewardsmith.experiments.benchmarks.screened import Screened, ScreenedExperiment, screen_experiment
from rewardsmith.experiments.benchmarks.screening import (
    Settings,
    below,
    main,
    task_table,
    terms_table,
    threshold_table,
)
from rewardsmith.experiments.screening import ScreenSettings
from rewardsmith.reward_gen import GrammarProposer


def candidate(number: int, success: float, plain: float, **changes) -> Screened:
    values = {
        "round": number,
        "worth": (success, success / 2),
        "plain": plain,
        "discounted": plain,
        "constant": False,
        "dominated": False,
        "dead": False,
        "kilobytes": 4.0,
        "recording": 0.1,
        "training": 10.0,
    }
    return Screened(**{**values, **changes})


@pytest.fixture
def found() -> list[ScreenedExperiment]:
    """Ten candidates: a winner that only plain returns prefer, one near it, and eight others."""
    losers = [candidate(1, 0.0, 0.2, dead=True) for _ in range(6)]
    first = [candidate(0, 0.0, math.nan, dead=True) for _ in range(2)]
    later = [candidate(1, 1.0, 0.8, discounted=0.4), candidate(1, 0.9, 0.35)]
    return [ScreenedExperiment("reach", [*first, *later, *losers])]


def test_winners_are_the_best_tenth_that_succeed(found):
    assert found[0].winners() == [2]
    assert found[0].near_best() == [2, 3]
    assert ScreenedExperiment("reach", [candidate(0, 0.0, math.nan)]).winners() == []


def test_the_table_tells_what_each_threshold_would_have_lost_and_saved(found):
    table = threshold_table(found)
    assert "| plain, below 30% | 0% [0%, 79%] of 1 | 0% [0%, 66%] of 2 | 75% [41%, 93%] of 8 |" in table
    assert "| plain, below 40% | 0% [0%, 79%] of 1 | 50% [9%, 91%] of 2 | 88% [53%, 98%] of 8 |" in table
    assert "| discounted, below 50% | 100% [21%, 100%] of 1 |" in table
    assert "| both, below 50% | 0% [0%, 79%] of 1 |" in table


def test_tests_of_terms_stand_beside_it(found):
    assert "| a term never varies | 0% [0%, 79%] of 1 | 0% [0%, 66%] of 2 | 75%" in terms_table(found)


def test_the_first_round_is_never_screened(found):
    assert not below(1.0, "both")(found[0].candidates[0])
    assert "| reach | 10 | 8 |" in task_table(found, 0.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An evolution that trained everything, and kept its agents."""
    folder = tmp_path_factory.mktemp("independent")
    settings = EvolveSettings(
        "gameable-tests", generations=1, samples=4, steps=4096, final_seeds=1, final_episodes=4, search="iid"
    )
    evolution = Evolution(settings, folder, GrammarProposer(), LocalExecutor(folder / "logs"))
    try:
        evolution.run()
    finally:
        evolution.store.close()
    return folder


@pytest.mark.slow
def test_a_finished_evolution_is_screened_by_the_episodes_that_it_kept(folder, tmp_path, capsys):
    main(Settings((folder,), size=2, write=tmp_path / "screening.md"))
    assert "| gameable-tests | 4 |" in capsys.readouterr().out
    text = (tmp_path / "screening.md").read_text()
    assert "Recorded episodes of a candidate, compressed:" in text and text.startswith("# Screening")


@pytest.mark.slow
def test_an_older_one_is_screened_by_its_agents_with_the_same_outcome(folder):
    kept = screen_experiment(folder, ScreenSettings(), 2)
    (folder / "trajectories").rename(folder / "no-trajectories")
    played = screen_experiment(folder, ScreenSettings(), 2)
    (folder / "no-trajectories").rename(folder / "trajectories")
    assert all(math.isnan(c.recording) for c in kept.candidates)
    for ours, theirs in zip(kept.candidates, played.candidates, strict=True):
        assert repr(replace(ours, recording=0.0)) == repr(replace(theirs, recording=0.0))


@pytest.mark.slow
def test_an_evolution_without_episodes_and_agents_is_refused(folder):
    for name in ("agents", "trajectories"):
        (folder / name).rename(folder / f"no-{name}")
    with pytest.raises(UserError, match="expected episodes or the agent of g0-c0"):
        screen_experiment(folder, ScreenSettings(), 2)
