import socket

import pytest
from feedback_pages import evolution

from rewardsmith.experiments import Store
from rewardsmith.experiments.cli import main
from rewardsmith.reward_gen import GrammarProposer


def line(capsys, *arguments: object) -> str:
    """What the command says when it refuses to start."""
    assert main(["feedback", *map(str, arguments), "--no-open"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_folder_without_a_store(capsys, tmp_path):
    assert "expected a folder that `rewardsmith evolve`" in line(capsys, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_candidates_yet(capsys, tmp_path):
    evolution(tmp_path, GrammarProposer()).store.close()
    assert "expected two trained candidates to compare" in line(capsys, tmp_path)


def test_a_folder_of_another_kind(capsys, tmp_path):
    Store(tmp_path).bind({"kind": "bench"})
    assert "expected an evolution" in line(capsys, tmp_path)


@pytest.mark.parametrize("wrong", [None, 99_999])
def test_a_port_that_cannot_be_had(capsys, experiment, wrong):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = wrong or taken.getsockname()[1]
        assert f"{port} cannot be used" in line(capsys, experiment, "--port", port)
