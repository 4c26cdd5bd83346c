import dataclasses
from pathlib import Path

import pytest

from rewardsmith.agents import Racing
from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor, Trained, TrainJob
from rewardsmith.experiments.training import key, versions
from rewardsmith.experiments.training.cache import ResultCache
from rewardsmith.experiments.training.caching import CachingExecutor
from rewardsmith.reward_gen import GrammarProposer, RewardProgram

PROGRAM = """
def compute_reward(obs, action, next_obs, xp):
    r = 1.0 * next_obs.step_correct
    return r, {"correct": r}
"""
# Infinite as soon as a step is correct.
FRAGILE = PROGRAM.replace("    return", "    r = r / (r - 1.0)\n    return")
SETTINGS = EvolveSettings(
    "arithmetic-chain",
    generations=2,
    samples=2,
    steps=4096,
    selection_episodes=8,
    final_seeds=1,
    final_episodes=8,
)


class Counting:
    """An executor that notes which jobs it was given to train."""

    def __init__(self, logs: Path) -> None:
        self.inner = LocalExecutor(logs, workers=1)
        self.trained: list[str] = []

    def run(self, jobs, progress, racing=None, stop=None):
        jobs = list(jobs)
        self.trained += [job.key for job in jobs]
        yield from self.inner.run(jobs, progress, racing, stop)


def job(name: str = "j", text: str = PROGRAM, **changes) -> TrainJob:
    plain = TrainJob(
        name, "arithmetic-chain", RewardProgram(text), False, None, 4096, 3 + 2**20, (10,), (10,)
    )
    return dataclasses.replace(plain, **changes)


def run(executor: CachingExecutor, *jobs: TrainJob, racing: Racing | None = None) -> dict:
    shown = []
    outcomes = {
        j.key: o for j, o in executor.run(jobs, lambda j, steps, _: shown.append((j.key, steps)), racing)
    }
    assert set(outcomes) == {j.key for j in jobs} == {name for name, _ in shown} | failed(outcomes)
    return outcomes


def failed(outcomes: dict) -> set[str]:
    return {name for name, outcome in outcomes.items() if not isinstance(outcome, Trained)}


@pytest.fixture
def executor(tmp_path) -> CachingExecutor:
    return CachingExecutor(Counting(tmp_path / "logs"), ResultCache(tmp_path / "cache"))


def plain(outcome: Trained) -> tuple:
    return outcome.trace.to_dict(), outcome.evaluation.to_dict(), outcome.steps, outcome.isolation


def test_a_job_is_trained_once_and_comes_back_with_its_agent(executor, tmp_path):
    first = run(executor, job("a", out=tmp_path / "a"))["a"]
    second = run(executor, job("b", out=tmp_path / "b"), job("c", text=PROGRAM + "#"))["b"]
    assert plain(first) == plain(second) and first.seconds == second.seconds
    assert executor.inner.trained == ["a", "c"]
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "ab"]
    assert files[0] == files[1] and "model.zip" in files[0]


def test_whatever_changes_the_outcome_is_trained_again(executor):
    changed = [
        job("steps", steps=8192),
        job("seed", seed=4 + 2**20),
        job("hyperparameters", hyperparameters={"learning_rate": 0.01}),
        job("algorithm", algo="ppo"),
        job("program", PROGRAM.replace("1.0", "2.0")),
        job("recorded", recorded=1),
    ]
    run(executor, job("a"))
    run(executor, *changed)
    assert executor.inner.trained == ["a", *(j.key for j in changed)]


def test_recorded_episodes_come_back(executor):
    first, second = (run(executor, job(name, recorded=2))[name] for name in "ab")
    assert executor.inner.trained == ["a"]
    assert first.episodes.to_bytes() == second.episodes.to_bytes() and len(first.episodes) >= 1


def test_another_version_trains_again(executor, monkeypatch):
    run(executor, job("a"))
    known = versions.versions()
    monkeypatch.setattr(key, "versions", lambda: {**known, "torch": "another"})
    run(executor, job("b"))
    assert executor.inner.trained == ["a", "b"]


def test_failures_are_not_kept(executor):
    for name in "ab":
        assert failed(run(executor, job(name, FRAGILE))) == {name}
    assert executor.inner.trained == ["a", "b"] and executor.cache.size() == 0


def test_a_race_is_neither_looked_up_nor_kept(executor):
    jobs = [job("a"), job("b", text=PROGRAM + "#")]
    run(executor, *jobs, racing=Racing())
    assert executor.cache.size() == 0
    run(executor, *jobs)
    size = executor.cache.size()
    assert size > 0
    run(executor, *jobs, racing=Racing())
    assert executor.inner.trained == ["a", "b"] * 3 and executor.cache.size() == size


def test_a_damaged_entry_is_trained_again_and_mended(executor, tmp_path, capsys):
    before = run(executor, job("a"))["a"]
    (path,) = (tmp_path / "cache").rglob("*.json")
    path.write_bytes(path.read_bytes()[:100])
    assert plain(run(executor, job("b"))["b"]) == plain(before)
    assert str(path) in capsys.readouterr().err
    run(executor, job("c"))
    assert executor.inner.trained == ["a", "b"]


def evolve(folder: Path, cache: ResultCache) -> tuple[Evolution, list[str]]:
    counting = Counting(folder / "logs")
    evolution = Evolution(SETTINGS, folder, GrammarProposer(), CachingExecutor(counting, cache))
    evolution.run()
    return evolution, counting.trained


def test_a_repeated_evolution_trains_nothing_and_ends_alike(tmp_path):
    cache = ResultCache(tmp_path / "cache")
    (first, trained), (second, again) = (evolve(tmp_path / name, cache) for name in ("one", "two"))
    assert len(trained) == 7 and again == []
    assert [c.to_json() for c in first.candidates] == [c.to_json() for c in second.candidates]
    assert [r.to_json() for r in first.store.runs()] == [r.to_json() for r in second.store.runs()]
    agents = [
        {
            path.relative_to(e.store.folder): path.read_bytes()
            for path in (e.store.folder / "agents").rglob("*.*")
        }
        for e in (first, second)
    ]
    assert agents[0] == agents[1] and agents[0]
