"""Benchmarks by real trainings, as small as they get."""

import csv
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from chat_server import Server, answer, completion

from rewardsmith.envs import UserError
from rewardsmith.experiments import LocalExecutor, Store
from rewardsmith.experiments.comparison.bench import (
    Benchmark,
    BenchRun,
    TaskBudget,
    bench_runs,
    read_methods,
)
from rewardsmith.experiments.comparison.bench.searches import Search
from rewardsmith.experiments.stopping import Stop

TASK = TaskBudget("tool-call-easy", 4096, None, 2, 2)
GOOD = """
def compute_reward(obs, action, next_obs, xp):
    calm = 0.0 * next_obs.tool_matches
    return calm, {"calm": calm}
"""
BAD = GOOD.replace("0.0 *", "float('nan') *")


def benchmark(folder: Path, *words: str, seeds: int = 1, proposer: str = "grammar") -> Benchmark:
    search = Search(proposer, None, None, 0, lambda place: LocalExecutor(place / "logs", 1))
    return Benchmark(folder, [TASK], read_methods(words, [TASK]), seeds, 4, search)


def run(folder: Path, *words: str, **options) -> list[BenchRun]:
    made = benchmark(folder, *words, **options)
    made.run()
    return bench_runs(made)


def contents(folder: Path) -> dict[tuple[str, int], str]:
    """Every final run of the one task, but its duration."""
    with Store.existing(folder / TASK.task) as store:
        return {(one.method, one.seed): replace(one, seconds=None).to_json() for one in store.runs()}


@pytest.fixture
def programs(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def test_rewards_are_trained_kept_and_tested(tmp_path, programs):
    (programs / "good.py").write_text(GOOD)
    runs = run(tmp_path / "out", "sparse,human", "programs/good.py")
    assert [own.run.method for own in runs] == ["sparse", "human", "good"]
    assert all(own.success is not None and own.seconds == own.run.seconds > 0 for own in runs)
    assert {(own.steps_searched, own.steps_trained) for own in runs} == {(0, 4096)}
    rewards = tmp_path / "out" / TASK.task / "rewards"
    assert sorted(path.name for path in rewards.iterdir()) == ["good.reward.py", "human.reward.py"]
    assert (rewards / "good.reward.py").read_text() == GOOD
    # What is there is not trained again, and a method may come later.
    before = contents(tmp_path / "out")
    assert len(run(tmp_path / "out", "sparse,human", "programs/good.py")) == 3
    (programs / "good.py").write_text(GOOD.replace("0.0", "0.5"))
    with pytest.raises(UserError, match="good was another reward when this benchmark began"):
        run(tmp_path / "out", "sparse,human", "programs/good.py")
    assert contents(tmp_path / "out") == before


def test_a_reward_that_breaks_is_a_row_with_its_reason(tmp_path, programs):
    (programs / "bad.py").write_text(BAD)
    (own,) = run(tmp_path / "out", "programs/bad.py")
    assert own.success is None and own.steps_trained == 0
    assert own.run.reason


def test_zero_shot_takes_the_first_proposal_that_holds(tmp_path, programs):
    (programs / "a.py").write_text("def compute_reward(obs, action, next_obs, xp):\n    return open('x')\n")
    (programs / "b.py").write_text(GOOD)
    search = benchmark(tmp_path, "zero_shot", proposer="programs").search
    found = search.run("zero_shot", TASK, 0, tmp_path / "search", Stop())
    assert found.program is not None and found.program.text == GOOD
    assert (found.made_by, found.steps) == ("proposal 2 of at most 4", 0)
    # It stands in a store, and is not proposed again.
    (programs / "b.py").unlink()
    assert search.run("zero_shot", TASK, 0, tmp_path / "search", Stop()) == found


def test_zero_shot_of_a_language_model_is_asked_once_and_never_again(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    search = replace(benchmark(tmp_path, "zero_shot").search, proposer="llm", model="m")
    with Server(answer(completion(f"```python{GOOD}```"))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        found = search.run("zero_shot", TASK, 0, tmp_path / "search", Stop())
        assert search.run("zero_shot", TASK, 0, tmp_path / "search", Stop()) == found
    assert found.program is not None and found.program.text.strip() == GOOD.strip()
    assert len(server.requests) == 1
    assert (tmp_path / "search" / "answers.jsonl").is_file()


def test_a_search_that_finds_nothing_is_a_failed_run(tmp_path, programs):
    (programs / "a.py").write_text("def compute_reward(obs, action, next_obs, xp):\n    return open('x')\n")
    (own,) = run(tmp_path / "out", "zero_shot", proposer="programs")
    assert own.success is None
    assert own.run.reason.startswith("search: none of 4 proposals held, the last for ")


def test_another_budget_needs_another_folder(tmp_path):
    benchmark(tmp_path, "sparse")._opened(TASK).close()
    other = TaskBudget(TASK.task, 8192, None, 2, 2)
    search = benchmark(tmp_path, "sparse").search
    with pytest.raises(UserError, match="steps was 4096 there and is 8192 now"):
        Benchmark(tmp_path, [other], read_methods(["sparse"], [other]), 1, 4, search).run()


@pytest.mark.slow
def test_methods_that_search_train_what_they_found(tmp_path):
    runs = run(tmp_path, "sparse_budget,zero_shot,iid,evolve", seeds=2)
    assert [(own.run.method, own.run.seed) for own in runs] == [
        (method, seed) for method in ("sparse_budget", "zero_shot", "iid", "evolve") for seed in (0, 1)
    ]
    assert [own.steps_trained for own in runs] == [5 * 4096] * 2 + [4096] * 6
    assert [own.steps_searched for own in runs[:4]] == [0] * 4
    assert all(own.steps_searched >= 4 * 4096 for own in runs[4:] if own.made_by)
    for own in runs[2:]:
        kept = tmp_path / TASK.task / "rewards" / f"{own.run.method}-{own.run.seed}.reward.py"
        assert "def compute_reward" in kept.read_text()
    # All searches of one seed begin with the same proposals.
    first = {
        Store.existing(tmp_path / TASK.task / "searches" / f"{method}-0").candidates()[0].answer
        for method in ("zero_shot", "iid", "evolve")
    }
    assert len(first) == 1


COMMAND = [
    *(sys.executable, "-m", "rewardsmith.experiments.cli", "bench", TASK.task, "--methods", "sparse,iid"),
    *("--steps", "4096", "--generations", "2", "--samples", "2", "--seeds", "2", "--episodes", "4"),
    *("--workers", "1", "--out"),
]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_benchmark_goes_on_to_the_same_end(tmp_path, number):
    assert subprocess.run([*COMMAND, str(tmp_path / "whole")]).returncode == 0
    process = subprocess.Popen([*COMMAND, str(tmp_path / "cut")], start_new_session=True)
    searches = tmp_path / "cut" / TASK.task / "searches"
    while process.poll() is None and not list(searches.glob("iid-0/agents/*/model.zip")):
        threading.Event().wait(0.02)
    os.killpg(process.pid, number)
    assert process.wait(120) == (130 if number == signal.SIGINT else -number)
    assert contents(tmp_path / "cut") == {}
    assert subprocess.run([*COMMAND, str(tmp_path / "cut")]).returncode == 0
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")
    with (tmp_path / "cut" / "bench.csv").open() as file:
        assert [row["method"] for row in csv.DictReader(file)] == ["sparse", "sparse", "iid", "iid"]


def test_all_searches_of_many_candidates_race_where_asked(tmp_path):
    made = benchmark(tmp_path, "iid,evolve,zero_shot")
    raced = replace(made, search=replace(made.search, racing=True))
    racing = {m.name: raced.search.settings(m.name, TASK, 0).racing for m in raced.methods}
    assert racing == {"iid": True, "evolve": True, "zero_shot": False}
    run(tmp_path, "sparse")
    with pytest.raises(UserError, match="racing"):
        raced.run()
