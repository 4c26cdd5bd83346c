"""The code of docs/bring-your-own.md runs as a reader would run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rewardsmith.experiments.cli import main

PAGE = Path(__file__).parents[3] / "docs" / "bring-your-own.md"
BLOCKS = re.findall(r"```python(?: (\S+))?\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, code in BLOCKS:
        (tmp_path / (name or "use.py")).write_text(code)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_script_runs(folder):
    done = subprocess.run([sys.executable, "use.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0.0 {'near': ")


def test_the_commands_run(folder, capsys):
    assert main(["tasks", "my_tasks.py:cart-to-mark"]) == 0
    assert "cart_position" in capsys.readouterr().out
    assert main(["check", "my_reward.py", "--task", "my_tasks.py:cart-to-mark"]) == 0
    train = ["train", "my_tasks.py:cart-to-mark", "--reward", "my_reward.py", "--steps", "2048"]
    assert main([*train, "--episodes", "2"]) == 0
    assert "success 0.00 in 2 test episodes" in capsys.readouterr().out


def test_workers_find_it_by_its_name_alone(folder, capsys):
    (folder / "cart_to_mark.reward.py").write_text((folder / "my_reward.py").read_text())
    bench = ["bench", "my_tasks.py:cart-to-mark", "--steps", "2048", "--seeds", "1", "--episodes", "2"]
    assert main([*bench, "--workers", "1", "--out", "run"]) == 0
    assert "| human |" in capsys.readouterr().out


def test_the_readmes_declaration_works(folder, capsys):
    readme = PAGE.parents[1].joinpath("README.md").read_text()
    (declaration,) = re.findall(r"```python\n(from rewardsmith import Field.*?)```", readme, re.DOTALL)
    (folder / "readme_tasks.py").write_text(declaration)
    assert main(["tasks", "readme_tasks.py:carry-pole"]) == 0
    assert "rewardsmith/CarryPole-v0" in capsys.readouterr().out


def test_lunar_lander_can_be_declared(folder, capsys):
    pytest.importorskip("Box2D", reason='LunarLander needs Box2D: pip install "gymnasium[box2d]"')
    assert main(["tasks", "lunar_tasks.py:lunar-landing"]) == 0
    assert "left_leg_down" in capsys.readouterr().out
