"""Two real Ray nodes in namespaces of their own, one of which dies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ray")
pytestmark = pytest.mark.slow

NAMESPACE = ["unshare", *(["-r"] if os.geteuid() else []), "-n", "-p", "-f", "--mount-proc", "--kill-child"]
# Ray keeps its sockets, and the address of the latest cluster, in one folder for the whole machine.
SET_UP = 'ip link set lo up && mkdir -p /tmp/ray && mount -t tmpfs tmpfs /tmp/ray && exec "$@"'
SCENES = Path(__file__).with_name("scenes.py")


@pytest.fixture(scope="module")
def scenes(tmp_path_factory) -> dict[str, dict]:
    up = [*NAMESPACE, "sh", "-c", SET_UP, "sh"]
    tried = subprocess.run([*up, "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"no such namespaces here: {tried.stderr.strip()}")
    folder = tmp_path_factory.mktemp("scenes")
    played = subprocess.run([*up, sys.executable, str(SCENES), str(folder)], capture_output=True, text=True)
    assert played.returncode == 0, played.stderr[-3000:]
    return {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}


def test_a_killed_process_costs_time_and_no_outcome(scenes):
    killed = scenes["killed"]
    assert "WorkerCrashedError" in killed["log"]
    assert killed["ray"] == killed["local"]
    assert killed["ray"]["j1"]["stage"] == "runtime"
    assert killed["files"] == [f"agents/j{i}/model.zip" for i in (0, 2, 3)]


def test_asked_to_stop_it_finishes_what_trains_and_starts_no_more(scenes):
    assert scenes["stop"]["finished"] == ["j0"]


def test_four_tasks_share_a_gpu(scenes):
    assert scenes["gpu"] == {"heard": ["j0", "j1", "j2", "j3"], "at_a_time": 4}


def test_an_evolution_that_loses_a_node_ends_as_on_one_machine(scenes):
    lost = scenes["lost"]
    assert lost["killed"]
    assert "lost at attempt 1" in lost["log"]
    first = [line.split()[-1] for line in lost["log"].splitlines() if line.startswith("g0")]
    assert len(set(first)) == 2
    assert lost["ray"] == lost["local"]
    assert lost["agents"] == lost["local_agents"]
