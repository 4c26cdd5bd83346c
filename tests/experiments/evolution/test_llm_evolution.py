"""Whole evolutions that ask a language model, recorded and replayed, and ended by their budgets.

The tape in ``data`` must be recorded again when a prompt or the task's spec changes:
``PYTHONPATH=tests/support python tests/experiments/test_llm_evolution.py``.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chat_server import Server, answer, completion

from rewardsmith.envs import task_class
from rewardsmith.experiments import Evolution, EvolveSettings, LocalExecutor, Store
from rewardsmith.experiments.cli import main
from rewardsmith.experiments.evolution.limits import Clock, Limits
from rewardsmith.reward_gen import Cassette, Findings, LLMProposer, ProposerError, Purse

TAPE = Path(__file__).parent / "data" / "llm_evolution.jsonl"
SETTINGS = EvolveSettings(
    "arithmetic-chain",
    proposer="llm",
    model="tiny",
    generations=2,
    samples=3,
    steps=4096,
    selection_episodes=4,
    final_seeds=1,
    final_episodes=4,
)
# What a run is told of earlier training differs from machine to machine, if only in the last digit. Proposals
# that know of none have the same requests everywhere.
PORTABLE = replace(SETTINGS, search="iid")
TOKENS = 18


def program(weight):
    return (
        "```python\ndef compute_reward(obs, action, next_obs, xp):\n"
        f"    correct = {weight}.0 * next_obs.step_correct\n"
        '    return correct, {"correct": correct}\n```\n'
    )


def script():
    """Answers of a model that mostly knows how."""
    bodies = [completion(program(weight)) for weight in range(1, 7)]
    bodies[1] = completion("I would rather talk about the weather.")
    bodies[4] = completion(None, refusal="I must not.")
    return [answer(body) for body in bodies]


@pytest.fixture(autouse=True)
def nobody_to_ask(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def contents(folder):
    """All that the store holds but the duration of trainings."""
    store = Store.existing(folder)
    candidates = [replace(c, seconds=0.0).to_json() for c in store.candidates()]
    runs = [replace(run, seconds=None) for run in store.runs()]
    return candidates, sorted((run.method, run.seed, run.to_json()) for run in runs)


def evolution(folder, tape, *, limits=None, purse=None, executor=LocalExecutor):
    proposer = LLMProposer("tiny", cassette=Cassette(tape, "replay"), purse=purse)
    return Evolution(SETTINGS, folder, proposer, executor(folder / "logs"), limits, purse)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The folder of an evolution that asked a server, and its tape."""
    folder = tmp_path_factory.mktemp("recorded")
    cassette = Cassette(folder / "tape.jsonl")
    with Server(*script()) as server:
        proposer = LLMProposer("tiny", base_url=server.url, cassette=cassette, concurrency=1)
        Evolution(SETTINGS, folder, proposer, LocalExecutor(folder / "logs")).run()
    cassette.close()
    assert len(server.requests) == 6
    return folder, folder / "tape.jsonl"


def test_a_replay_without_a_server_is_the_recorded_run(recorded, tmp_path):
    folder, tape = recorded
    before = tape.read_bytes()
    evolution(tmp_path, tape).run()
    assert contents(tmp_path) == contents(folder)
    assert tape.read_bytes() == before


def test_budgets_end_it_cleanly_and_raised_they_end_like_an_unlimited_run(recorded, tmp_path):
    folder, tape = recorded
    purse = Purse(max_tokens=3 * TOKENS)
    first = evolution(tmp_path, tape, purse=purse)
    runs = first.run()
    assert "budget of 54 tokens is used up (54 spent); raise --max-tokens-total" in first.ended_by
    assert [c.generation for c in first.candidates] == [0, 0, 0]
    assert {run.method for run in runs} == {"sparse", "human", "evolved"}
    assert all(run.evaluation is not None for run in runs)

    class TimeRunsOut(LocalExecutor):
        def run(self, jobs, progress, racing=None, stop=None):
            jobs = list(jobs)
            if jobs and jobs[0].key.startswith("g"):
                second.clock = Clock(1e-9)
            return super().run(jobs, progress, racing, stop)

    # The tokens of the first command count on, and requests that are under way end.
    purse = Purse(max_tokens=4 * TOKENS)
    second = evolution(tmp_path, tape, purse=purse, limits=Limits(max_seconds=3600), executor=TimeRunsOut)
    second.run()
    assert second.purse.spent == "108 tokens"
    assert "raise --max-seconds" in second.ended_by
    assert {c.state for c in second.candidates if c.generation == 1} == {"accepted", "rejected"}

    last = evolution(tmp_path, tape)
    last.run()
    assert last.ended_by == ""
    assert contents(tmp_path) == contents(folder)


def test_environment_steps_end_it_within_a_generation(tmp_path):
    limits = Limits(max_env_steps=2 * SETTINGS.steps + 1)
    settings = replace(PORTABLE, generations=1)
    with Server(answer(completion(program(1))), answer(completion(program(2)))) as server:
        proposer = LLMProposer("tiny", base_url=server.url)
        limited = Evolution(settings, tmp_path, proposer, LocalExecutor(tmp_path / "logs"), limits)
        limited.run()
    assert len(limited.candidates) == len(server.requests) == 2
    assert limited.ended_by == "the budget of 8,193 environment steps is used up; raise --max-env-steps"


def command(out, *options):
    fields = ("proposer", "model", "generations", "samples", "steps", "search")
    fields += ("selection_episodes", "final_seeds", "final_episodes")
    values = [
        text for name in fields for text in (f"--{name.replace('_', '-')}", str(getattr(PORTABLE, name)))
    ]
    return ["evolve", PORTABLE.task, *values, "--out", str(out), *options]


def test_a_tape_that_comes_with_the_tests_runs_a_whole_evolution(tmp_path, capsys):
    prices = ("--price-in", "1", "--price-out", "10")
    assert main(command(tmp_path, "--cassette", str(TAPE), "--replay", *prices)) == 0
    candidates = Store.existing(tmp_path).candidates()
    assert [c.state == "trained" for c in candidates] == [True, False, True, True, False, True]
    assert [c.reason for c in candidates if c.state == "rejected"][1] == "the model refused: I must not."
    assert all(c.usage["cost"] == pytest.approx(81e-6) for c in candidates)
    printed = capsys.readouterr().out
    assert "the language model took 108 tokens, at a cost of 0.000486" in printed
    assert "| evolved |" in printed


def test_a_replay_with_another_model_says_so(tmp_path, capsys):
    options = ("--cassette", str(TAPE), "--replay", "--model", "large")
    assert main(command(tmp_path, *options)) == 2
    assert "model was 'tiny' and is 'large'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--replay",), "give --cassette FILE"),
        (("--cassette", "x.jsonl", "--proposer", "grammar"), "leave --cassette out"),
        (("--max-cost", "1"), "give --price-in and --price-out"),
        (("--max-seconds", "0"), "--max-seconds is above 0"),
        (("--max-env-steps", "-1"), "--max-env-steps is above 0"),
        (("--price-in", "1"), "give both prices"),
        (("--cassette", "no/such/tape.jsonl", "--replay"), "record one first"),
    ],
)
def test_options_that_make_no_sense_are_one_line(tmp_path, capsys, options, told):
    assert main(command(tmp_path / "out", *options)) == 2
    assert told in capsys.readouterr().err


def record_tape(path):
    """The answers of `script` to the requests of the portable evolution."""
    path.unlink(missing_ok=True)
    cassette = Cassette(path)
    with Server(*script()) as server:
        proposer = LLMProposer("tiny", base_url=server.url, cassette=cassette, concurrency=1)
        for generation in range(PORTABLE.generations):
            rng = np.random.default_rng([PORTABLE.seed, generation])
            proposer.propose(task_class(PORTABLE.task).spec, Findings(), PORTABLE.samples, rng)
    cassette.close()


def test_the_tape_that_comes_with_the_tests_is_up_to_date():
    requests = [json.loads(line)["request"] for line in TAPE.read_text().splitlines()]
    assert len(requests) == 6
    proposer = LLMProposer("tiny", cassette=Cassette(TAPE, "replay"))
    for generation in range(PORTABLE.generations):
        rng = np.random.default_rng([PORTABLE.seed, generation])
        try:
            proposer.propose(task_class(PORTABLE.task).spec, Findings(), PORTABLE.samples, rng)
        except ProposerError as stale:
            pytest.fail(f"record it again as this file's docstring says, for a prompt changed: {stale}")


if __name__ == "__main__":
    record_tape(TAPE)
