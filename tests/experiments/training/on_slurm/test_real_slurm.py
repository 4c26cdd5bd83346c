"""A real Slurm cluster of one node in namespaces of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("submitit")
pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
NAMESPACES = ["unshare", "-n", "-u", "-p", "-f", "-m", "--mount-proc", "--kill-child"]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory) -> dict[str, dict]:
    missing = [tool for tool in ("slurmctld", "slurmd", "sbatch", "munged", "ip") if not shutil.which(tool)]
    if missing:
        pytest.skip(f"no {missing[0]} here: apt-get install slurm-wlm munge iproute2")
    if os.geteuid():
        pytest.skip("Slurm's daemons start jobs as their users, for which they must be root")
    tried = subprocess.run([*NAMESPACES, "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"no namespaces here: {tried.stderr.strip()}")
    folder = tmp_path_factory.mktemp("scenes")
    command = [
        sys.executable,
        HERE / "cluster.py",
        folder / "cluster",
        sys.executable,
        HERE / "scenes.py",
        folder,
    ]
    played = subprocess.run([*NAMESPACES, *map(str, command)], capture_output=True, text=True)
    assert played.returncode == 0, played.stderr[-3000:]
    return {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}


def test_asked_to_stop_it_drains_what_trains_and_takes_back_what_waits(scenes):
    assert scenes["a_stop"] == {"finished": ["j0"], "slurm_jobs": 1}


def test_leaving_at_once_cancels_all(scenes):
    assert scenes["leaving_at_once"] == {"queue": 3, "folders": []}


def test_a_killed_driver_a_cancelled_job_and_a_lost_node_change_nothing(scenes):
    scene = scenes["an_evolution_that_everything_befalls"]
    assert scene["disturbances"] == ["scancel", "node"]
    assert scene["slurm"] == scene["local"]
    assert scene["agents"] == scene["local_agents"]


def test_what_the_killed_driver_had_submitted_is_not_trained_twice(scenes):
    scene = scenes["an_evolution_that_everything_befalls"]
    assert len(scene["running_when_killed"]) == 2
    first = [line for line in scene["log"].splitlines() if line.startswith("g0")]
    assert sorted(line.split()[-1] for line in first) == scene["running_when_killed"]


def test_what_is_lost_is_said_with_the_reason(scenes):
    lost = [
        line for line in scenes["an_evolution_that_everything_befalls"]["log"].splitlines() if "lost" in line
    ]
    assert any(line.startswith("g1") and "(CANCELLED)" in line for line in lost)
    assert any(line.startswith("final") and "(NODE_FAIL)" in line for line in lost)
