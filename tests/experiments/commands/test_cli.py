import json
from pathlib import Path

import pytest

from rewardsmith.experiments.cli import main

PROGRAM = """
def compute_reward(obs, action, next_obs, xp):
    correct = 1.0 * next_obs.step_correct
    return correct, {"correct": correct}
"""


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_tasks_are_listed_shown_and_given_as_json(capsys):
    assert "arithmetic-chain" in run(capsys, "tasks")[1]
    page = run(capsys, "tasks", "arithmetic-chain")[1]
    assert "rewardsmith/ArithmeticChain-v0" in page and "step_correct" in page
    specs = json.loads(run(capsys, "tasks", "--json")[1])
    assert {"tool-call", "arithmetic-chain"} <= {spec["name"] for spec in specs}


def test_the_readmes_table_is_the_one_that_the_specs_make(capsys):
    readme = (Path(__file__).parents[3] / "README.md").read_text()
    assert run(capsys, "tasks", "--markdown")[1] in readme


def test_an_unknown_task_is_one_line_with_the_nearest_name(capsys):
    code, out, err = run(capsys, "tasks", "arithmetic-chian")
    assert code == 2 and out == ""
    assert err.startswith(
        "rewardsmith: there is no task 'arithmetic-chian'; did you mean arithmetic-chain or "
    )
    assert err.count("\n") == 1


def test_check_accepts_and_rejects_for_people_and_for_scripts(capsys, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(PROGRAM)
    assert run(capsys, "check", file, "--task", "arithmetic-chain")[0] == 0
    file.write_text(PROGRAM.replace("step_correct", "step_corect"))
    code, out, _ = run(capsys, "check", file, "--task", "arithmetic-chain")
    assert code == 1
    assert "line 3" in out and "step_correct" in out
    code, out, _ = run(capsys, "check", file, "--task", "arithmetic-chain", "--json")
    verdict = json.loads(out)
    assert code == 1 and verdict["accepted"] is False and verdict["stage"] == "static"


def test_check_reads_a_models_raw_answer(capsys, tmp_path):
    file = tmp_path / "answer.md"
    file.write_text(f"Here is my reward:\n```python\n{PROGRAM}```\nIt pays correct steps.")
    assert run(capsys, "check", file, "--task", "arithmetic-chain")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check", "nowhere.py", "--task", "arithmetic-chain"], "nowhere.py"),
        (["train", "arithmetic-chain", "--reward", "nowhere.py"], "nowhere.py"),
        (["train", "arithmetic-chain", "--algo", "sac", "--steps", "100"], "maskable-ppo"),
        (["train", "arithmetic-chain", "--seed", "-1"], "seed"),
        (["train", "arithmetic-chain", "--horizon", "0"], "horizon"),
        (["plot", "nowhere"], "--out"),
        (["evolve", "arithmetic-chain", "--samples", "0", "--out", "OUT"], "--samples is at least 1"),
        (["bench", "arithmetic-chain", "--seeds", "0", "--out", "OUT"], "--seeds is at least 1"),
        (["evolve", "arithmetic-chain", "--proposer", "llm", "--out", "OUT"], "--model"),
        (
            ["evolve", "arithmetic-chain", "--proposer", "llm", "--model", "m", "--out", "OUT"],
            "OPENAI_API_KEY",
        ),
        (["evolve", "arithmetic-chain", "--proposer", "nowhere", "--out", "OUT"], "nowhere"),
        (["bench", "arithmetic-chain", "--methods", "sparse,nowhere.py", "--out", "OUT"], "nowhere.py"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(capsys, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *[str(tmp_path / "out") if a == "OUT" else a for a in arguments])
    last = err.strip().splitlines()[-1]
    assert code == 2
    assert last.startswith("rewardsmith: ") and expected in last
    assert "Traceback" not in err


def test_a_server_that_refuses_is_one_line(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    command = ["evolve", "arithmetic-chain", "--proposer", "llm", "--model", "m", "--samples", "1"]
    code, _, err = run(capsys, *command, "--out", tmp_path / "out")
    assert code == 2
    assert "127.0.0.1:9" in err.strip().splitlines()[-1]


def test_train_reports_success_and_keeps_the_agent(capsys, tmp_path):
    out = tmp_path / "agent"
    code, text, _ = run(
        capsys, "train", "arithmetic-chain", "--reward", "human", "--steps", "4096", "--out", out
    )
    assert code == 0
    assert text.startswith("success 0.")
    assert (out / "model.zip").is_file() and (out / "evaluations.npz").is_file()


def test_bench_prints_a_table_and_plot_draws_it_again(capsys, tmp_path):
    file = tmp_path / "mine.reward.py"
    file.write_text(PROGRAM)
    command = ["bench", "arithmetic-chain", "--methods", "sparse", file, "--steps", "4096", "--seeds", "2"]
    code, text, _ = run(capsys, *command, "--episodes", "8", "--out", tmp_path / "out")
    assert code == 0
    assert "| mine | " in text and "| sparse | " in text
    code, text, _ = run(capsys, "plot", tmp_path / "out")
    assert code == 0
    assert "scores.png" in text
