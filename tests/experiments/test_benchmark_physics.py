import pytest

from rewardsmith.experiments.benchmark_physics import OFFICIAL, ONE, RAW, TWO, Settings, main, measure

QUICK = Settings(tasks=("drawer-open",), worlds=2, steps=2, rounds=3)


def test_every_contestant_takes_every_turn():
    rates = measure("drawer-open", QUICK)
    assert {RAW, ONE, TWO, OFFICIAL} <= set(rates)
    assert all(len(turns) == 3 and min(turns) > 0 for turns in rates.values())


def test_table_is_printed_and_written(capsys, tmp_path):
    written = tmp_path / "new" / "physics.md"
    main(Settings(**{**vars(QUICK), "write": written}))
    table = capsys.readouterr().out.strip()
    assert table in written.read_text()
    head, line, row = table.splitlines()
    assert head.count("|") == line.count("|") == row.count("|")
    assert row.startswith("| drawer-open |")


def test_unknown_task_is_refused_in_one_line():
    with pytest.raises(SystemExit, match=r"expected tasks out of .*drawer-open.*; got nonsense"):
        main(Settings(tasks=("nonsense",)))
