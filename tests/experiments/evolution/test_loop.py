import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from chat_server import Server, answer, completion

from rewardsmith.envs import UserError
from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor, Store, write_outputs
from rewardsmith.experiments.benchmarks.recorded import load, read_experiment, save
from rewardsmith.experiments.store import AGAIN
from rewardsmith.reward_gen import FileProposer, GrammarProposer, LLMProposer, Proposer

SETTINGS = EvolveSettings(
    "arithmetic-chain",
    generations=2,
    samples=3,
    steps=4096,
    selection_episodes=8,
    final_seeds=2,
    final_episodes=8,
)
COMMAND = [
    *(sys.executable, "-m", "rewardsmith.experiments.cli", "evolve", "arithmetic-chain"),
    *("--generations", "2", "--samples", "3", "--steps", "4096", "--selection-episodes", "8"),
    *("--final-seeds", "2", "--final-episodes", "8"),
]


def evolve(folder: Path, settings: EvolveSettings = SETTINGS, proposer: Proposer | None = None) -> Evolution:
    evolution = Evolution(settings, folder, proposer or GrammarProposer(), LocalExecutor(folder / "logs"))
    evolution.run()
    return evolution


def contents(folder: Path) -> tuple:
    """All that the store holds but durations."""
    store = Store.existing(folder)
    candidates = [replace(c, seconds=0.0).to_json() for c in store.candidates()]
    runs = sorted((r.method, r.seed, replace(r, seconds=None).to_json()) for r in store.runs())
    return candidates, runs


def changed(**changes) -> EvolveSettings:
    return EvolveSettings(**{**vars(SETTINGS), **changes})


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("evolution")
    write_outputs(evolve(folder).store)
    return folder


def test_every_candidate_ends_in_a_state_with_its_record(finished):
    candidates = Store.existing(finished).candidates()
    assert len(candidates) == 6
    assert {c.generation for c in candidates} == {0, 1}
    for c in candidates:
        assert c.state in ("trained", "rejected", "failed")
        assert (c.state == "trained") == (c.evaluation is not None)
        assert c.state == "trained" or c.reason
    assert any(c.parents for c in candidates if c.generation == 1)


def test_the_final_test_has_every_method_and_seed(finished):
    runs = Store.existing(finished).runs()
    assert {(r.method, r.seed) for r in runs} == {
        (m, s) for m in ("sparse", "human", "evolved") for s in (0, 1)
    }
    assert all(len(r.evaluation.seeds) == 8 and r.seconds > 0 for r in runs)


def test_it_leaves_the_best_program_tables_and_plots(finished):
    names = {path.name for path in finished.iterdir()}
    assert {"best.reward.py", "lineage.md", "candidates.csv", "terms.csv", "comparison.md"} <= names
    plots = {path.name for path in (finished / "plots").iterdir()}
    expected = ("learning_curves", "lineage", "best_terms", "comparison_training", "comparison_test")
    assert {f"{name}.{kind}" for name in expected for kind in ("png", "pdf")} <= plots
    assert "def compute_reward" in (finished / "best.reward.py").read_text()


def test_running_a_finished_evolution_again_trains_nothing(finished):
    def trained() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in finished.rglob("model.zip")}

    before, agents = contents(finished), trained()
    evolve(finished)
    assert contents(finished) == before
    assert trained() == agents and len(agents) == 12


def test_other_settings_are_refused_in_the_same_folder(finished):
    with pytest.raises(UserError, match="steps was 4096 there and is 8192 now"):
        evolve(finished, changed(steps=8192))


@pytest.mark.parametrize(
    "rows", [pytest.param(1, marks=pytest.mark.slow), 4, pytest.param(6, marks=pytest.mark.slow)]
)
def test_killed_and_started_again_it_ends_like_an_undisturbed_run(finished, tmp_path, rows):
    process = subprocess.Popen(
        [*COMMAND, "--out", str(tmp_path)], start_new_session=True, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while finished_rows(tmp_path) < rows and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert finished_rows(tmp_path) < 12, "it was to be killed before the end"
    done = subprocess.run([*COMMAND, "--out", str(tmp_path)], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == contents(finished)


def finished_rows(folder: Path) -> int:
    """Candidates that are past training, and final runs."""
    if not (folder / Store.FILE).is_file():
        return 0
    with Store(folder) as store:
        return sum(c.state not in ("proposed", "accepted") for c in store.candidates()) + len(store.runs())


PROGRAM = """
def compute_reward(obs, action, next_obs, xp):
    correct = 1.0 * next_obs.step_correct
    return correct, {"correct": correct}
"""
# Who is paid for wrong steps soon falls behind those who play by chance.
RACE = changed(samples=5, generations=1, steps=81_920, selection_episodes=150, final_seeds=1, racing=True)


@pytest.fixture(scope="module")
def racers(tmp_path_factory) -> FileProposer:
    """Programs that pay for what is right, but for three of the first five, which pay for what is wrong."""
    folder = tmp_path_factory.mktemp("programs")
    for number, sign in enumerate(("", "", "-", "-", "-", "", "", "", "", "")):
        text = PROGRAM.replace("= 1.0", f"= {sign}{number + 1}.0")
        (folder / f"p{number}.py").write_text(text)
    return FileProposer(folder)


@pytest.fixture(scope="module")
def raced(tmp_path_factory, racers) -> Path:
    folder = tmp_path_factory.mktemp("race")
    evolve(folder, RACE, racers)
    return folder


def test_what_a_race_saves_pays_for_further_candidates_within_the_budget(raced):
    candidates = Store.existing(raced).candidates()
    first = [c for c in candidates if c.generation == 0 and c.state == "trained"]
    assert min(c.steps for c in first) < RACE.steps <= max(c.steps for c in first)
    assert max(c.generation for c in candidates) >= 1
    paid = [c for c in candidates if c.stage != "duplicate"]
    cost = sum(min(c.steps, RACE.steps) if c.state == "trained" else RACE.steps for c in paid)
    assert RACE.budget - RACE.steps < cost <= RACE.budget


def test_recorded_generations_hold_every_curve_and_survive_a_file(finished, raced, tmp_path):
    generations = read_experiment(finished)
    trained = [c for c in Store.existing(finished).candidates() if c.state == "trained"]
    assert [c.id for g in generations for c in g.candidates] == [c.id for c in trained]
    assert generations[0].curves[:, -1].tolist() == pytest.approx(
        [c.success_rate for c in trained if c.generation == 0]
    )
    save(generations, tmp_path / "generations.json")
    assert load(tmp_path / "generations.json") == generations
    with pytest.raises(UserError, match="without --racing"):
        read_experiment(raced)


def test_the_final_test_is_no_race(raced):
    assert all(run.trace.steps[-1] >= RACE.steps for run in Store.existing(raced).runs())


@pytest.mark.slow
def test_a_race_that_was_killed_is_run_again_as_a_whole(raced, racers, tmp_path):
    class Killed(Exception):
        pass

    class KilledAfterTheFirst(LocalExecutor):
        def run(self, *args):
            yield next(super().run(*args))
            raise Killed

    with pytest.raises(Killed):
        Evolution(RACE, tmp_path, racers, KilledAfterTheFirst(tmp_path / "logs")).run()
    evolve(tmp_path, RACE, racers)
    assert contents(tmp_path) == contents(raced)


def test_the_iid_control_knows_nothing_of_earlier_candidates(tmp_path):
    candidates = evolve(tmp_path, changed(search="iid", final_seeds=1)).store.candidates()
    assert len(candidates) == 6 and not any(c.parents for c in candidates)
    assert len({c.program.text for c in candidates}) == 6


def test_leading_programs_are_trained_again_on_another_seed(tmp_path):
    easy = changed(task="arithmetic-chain-easy", samples=4, final_seeds=1)
    candidates = evolve(tmp_path, easy).store.candidates()
    leader = max((c for c in candidates if c.generation == 0), key=lambda c: c.rank)
    [again] = [c for c in candidates if c.operator == AGAIN]
    assert leader.success_rate > 0 and again.parents == (leader.id,)
    assert (again.state, again.steps, again.program) == ("trained", leader.steps, leader.program)
    assert again.trace.terms["reward"].tolist() != leader.trace.terms["reward"].tolist()


def test_racing_needs_a_population(tmp_path):
    with pytest.raises(UserError, match="leave --racing out"):
        evolve(tmp_path, changed(algo="dqn", racing=True))


def test_ctrl_c_stops_with_a_line_and_keeps_what_is_finished(tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "--out", str(tmp_path)], start_new_session=True, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 120
    while finished_rows(tmp_path) < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=240)
    assert process.returncode == 130
    assert b"then saving" in stderr
    assert b"the same command goes on from there" in stderr
    assert finished_rows(tmp_path) >= 1


def test_a_language_model_can_be_the_proposer_and_its_bad_answers_are_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    programs = [PROGRAM.replace("1.0", f"{weight}.0") for weight in (1, 2, 3)]
    first, *rest = [answer(completion(f"```python{text}```")) for text in programs]
    with Server(first, answer(completion("I would rather not.")), *rest) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        settings = changed(proposer="llm", model="m", samples=2, final_seeds=1)
        evolution = Evolution(settings, tmp_path, LLMProposer("m"), LocalExecutor(tmp_path / "logs"))
        evolution.run()
    states = sorted(c.state for c in evolution.store.candidates())
    assert states == ["rejected", "trained", "trained", "trained"]
    rejected = next(c for c in evolution.store.candidates() if c.state == "rejected")
    assert rejected.answer == "I would rather not." and rejected.stage == "extract"
    second_prompt = str(server.requests[-1]["messages"])
    assert "step_correct" in second_prompt and rejected.reason[:40] in second_prompt
