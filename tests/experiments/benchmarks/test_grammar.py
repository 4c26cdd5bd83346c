import pytest

from rewardsmith.experiments.benchmarks.grammar import Settings, main, shares


@pytest.mark.parametrize(
    "task",
    ["reach", *(pytest.param(name, marks=pytest.mark.slow) for name in ("tool-call", "sql"))],
)
def test_nearly_all_programs_are_accepted_and_most_differ(task):
    found = shares(task, 60, seed=1)
    assert found.accepted >= 0.9 and found.distinct >= 0.8


def test_it_writes_a_table(tmp_path, capsys):
    main(Settings(tasks=("tool-call",), programs=10, write=tmp_path / "grammar.md"))
    assert capsys.readouterr().out in (tmp_path / "grammar.md").read_text()
