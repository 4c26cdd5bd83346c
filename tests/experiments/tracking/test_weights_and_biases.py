"""An offline run of Weights & Biases holds what TensorBoard shows, and says nothing about the machine."""

import getpass
import socket
import subprocess
import sys

import pytest
from tracked import scalars, track
from wandb_file import read_history, read_records

from rewardsmith.envs import UserError
from rewardsmith.experiments.tracking import open_tracker

OFFLINE = "offline-run-*/run-*.wandb"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    pytest.importorskip("wandb", reason="needs rewardsmith[wandb]")
    folder = tmp_path_factory.mktemp("offline")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WANDB_MODE", "WANDB_PROJECT", "WANDB_API_KEY"):
            patch.delenv(name, raising=False)
        track(folder, service="wandb")
    return folder


def test_its_history_is_that_of_tensorboard(finished):
    (file,) = (finished / "wandb").glob(OFFLINE)
    told = {}
    for row in read_history(file):
        (axis,) = {name.rpartition("/")[0] for name in row} & set(row)
        for name, value in row.items():
            if name != axis:
                told.setdefault(name, []).append((row[axis], pytest.approx(value)))
    assert scalars(finished / "tensorboard") == told


def test_it_holds_the_settings_and_nothing_of_the_machine(finished):
    (file,) = (finished / "wandb").glob(OFFLINE)
    runs = [r.run for r in read_records(file) if r.WhichOneof("record_type") == "run"]
    assert runs[0].project == "rewardsmith"
    assert {item.key: item.value_json for item in runs[0].config.update}["task"] == '"made-up"'
    data = file.read_bytes()
    for private in (socket.gethostname(), getpass.getuser(), str(finished), sys.executable):
        assert private.encode() not in data or len(private) < 5, private


def test_without_the_package_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with (
        pytest.raises(
            UserError, match=r"--track wandb needs the package wandb: pip install 'rewardsmith\[wandb\]'"
        ),
        open_tracker(tmp_path, {}, "wandb"),
    ):
        pass


def test_a_server_that_refuses_is_one_line(tmp_path):
    pytest.importorskip("wandb", reason="needs rewardsmith[wandb]")
    code = (
        "from pathlib import Path\n"
        "from rewardsmith.envs import UserError\n"
        "from rewardsmith.experiments.tracking import open_tracker\n"
        "try:\n"
        f"    open_tracker(Path({str(tmp_path)!r}), {{}}, 'wandb').__enter__()\n"
        "except UserError as error:\n"
        "    print(error)\n"
    )
    environment = {"WANDB_MODE": "online", "WANDB_API_KEY": "x" * 40, "WANDB_BASE_URL": "http://127.0.0.1:9"}
    environment |= {"PATH": "", "HOME": str(tmp_path), "WANDB_INIT_TIMEOUT": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert "set WANDB_MODE=offline" in done.stdout, done.stderr
