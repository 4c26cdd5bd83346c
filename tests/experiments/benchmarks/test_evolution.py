from rewardsmith.experiments.benchmarks.evolution import Settings, main


def test_it_writes_a_table_every_run_and_the_programs_and_goes_on_where_it_was(tmp_path, capsys):
    settings = Settings(
        out=tmp_path / "runs", tasks=("tool-call",), generations=1, samples=2, steps=4096, seeds=2,
        episodes=8, write=tmp_path / "evolution.md",
    )  # fmt: skip
    main(settings)
    first = capsys.readouterr().out
    assert "| tool-call | 0.00 [0.00, 0.00] |" in first and "| no |" in first
    assert first in (tmp_path / "evolution.md").read_text()
    assert len((tmp_path / "evolution.csv").read_text().splitlines()) == 1 + 3 * 2
    assert "def compute_reward" in (tmp_path / "evolution" / "tool-call.reward.py").read_text()
    trained = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("model.zip")}
    main(settings)
    assert capsys.readouterr().out == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("model.zip")} == trained
