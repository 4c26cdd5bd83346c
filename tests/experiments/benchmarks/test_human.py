from rewardsmith.experiments.benchmarks.human import Settings, main


def test_it_writes_a_table_every_run_and_a_picture_and_goes_on_where_it_was(tmp_path, capsys):
    settings = Settings(
        out=tmp_path / "runs", suite="text", tasks=("arithmetic-chain", "tool-call"), steps=4096, seeds=2,
        episodes=8, write=tmp_path / "human.md",
    )  # fmt: skip
    main(settings)
    first = capsys.readouterr().out
    assert "| tool-call | maskable-ppo | 0.00" in first
    assert "not learnt with the human reward in 4,096 steps" in first
    assert first in (tmp_path / "human.md").read_text()
    rows = (tmp_path / "human.csv").read_text().splitlines()
    assert rows[0].startswith("task,method,seed,") and len(rows) == 1 + 2 * 2 * 2
    assert (tmp_path / "human.png").stat().st_size > 1000
    trained = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("model.zip")}
    main(settings)
    assert capsys.readouterr().out == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("model.zip")} == trained
