import numpy as np
import pytest

from rewardsmith.experiments.benchmarks.coverage import SCORES, Settings, main, measure
from rewardsmith.experiments.benchmarks.interval_methods import Resampled, expanded
from rewardsmith.experiments.comparison.statistics import iqm, stratified_interval


def test_the_table_names_every_method_and_the_csv_holds_every_row(tmp_path):
    main(Settings((3, 5), (4,), replications=3, resamples=50, truth=1_000, write=tmp_path / "coverage.md"))
    assert "| normal | 5 | 4 |" in (tmp_path / "coverage.md").read_text()
    rows = (tmp_path / "coverage.csv").read_text().splitlines()
    assert len(rows) == 1 + len(SCORES) * 2 * (4 + 3)


def test_what_is_measured_is_what_the_package_gives():
    scores = np.random.default_rng(1).random((5, 4))
    ours = stratified_interval(scores, iqm, np.random.default_rng(0), resamples=500)
    assert expanded(Resampled(scores, np.random.default_rng(0), 500)) == pytest.approx(ours)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["normal", "success rates", "all or nothing"])
def test_intervals_cover_the_true_iqm_and_the_plain_percentile_does_not(name):
    found = measure(name, 5, 4, Settings(replications=2_000, others=()))
    shares = {one.method: one.share for one in found}
    assert 0.93 <= shares["expanded"] <= 0.97
    assert shares["percentile"] < 0.93
