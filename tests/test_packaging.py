"""The package as a user has it: installed, beside folders of the same names."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROBE = """
import agents, envs
import rewardsmith, rewardsmith.agents, rewardsmith.envs, rewardsmith.experiments, rewardsmith.reward_gen
assert envs.MINE and agents.MINE
assert rewardsmith.envs.task_class("reach").human_reward_path().is_file()
print(rewardsmith.envs.__file__)
"""


def own_project(folder: Path) -> Path:
    """A folder with an `envs` and an `agents` of the user's own."""
    for name in ("envs", "agents"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("MINE = True\n")
    return folder


def output(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_users_own_envs_and_agents_do_not_collide(tmp_path):
    assert "rewardsmith" in output(sys.executable, "-c", PROBE, cwd=own_project(tmp_path))


def test_the_command_is_installed(tmp_path):
    assert "drawer-open" in output(Path(sys.executable).with_name("rewardsmith"), "tasks", cwd=tmp_path)


@pytest.mark.slow
def test_wheel_and_sdist_build_and_install(tmp_path):
    output(sys.executable, "-m", "build", "--outdir", tmp_path, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    assert len(list(tmp_path.glob("*.tar.gz"))) == 1
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    output(python, "-m", "pip", "install", "--no-deps", wheel, cwd=tmp_path)
    # The dependencies come from the environment that runs the tests; the package itself from the wheel.
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (dependencies,) = {Path(p) for p in sys.path if p.endswith("site-packages")}
    (packages / "dependencies.pth").write_text(f"{dependencies}\n")
    found = output(python, "-c", PROBE, cwd=own_project(tmp_path / "project"))
    assert found.strip().startswith(str(packages))
