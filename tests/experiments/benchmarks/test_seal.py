import re

from rewardsmith.experiments.benchmarks import seal


def test_the_tables_hold_every_figure_and_the_machine(tmp_path, capsys):
    file = tmp_path / "seal.md"
    seal.main(
        seal.Settings(batches=(4,), calls=5, rounds=3, workers=2, write=file),
    )
    text = file.read_text()
    assert re.search(r"\| idle \| 4 \| \d+\.\d \| \d+\.\d \| -?\d+\.\d \|", text)
    assert re.search(r"\| busy \| 4 \| \d+\.\d \|", text)
    assert re.search(r"\| start of a worker, s \| 0\.\d{3} \| 0\.3 \|", text)
    assert re.search(r"\| 2 workers alive, GB \(PSS\) \| 0\.\d\d \| 4 \|", text)
    assert re.search(r"Isolation level: \w+\. .+ \d+ cores, Python 3", text)
    assert capsys.readouterr().out.strip() in text
