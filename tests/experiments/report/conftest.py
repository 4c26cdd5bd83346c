import shutil
from pathlib import Path

import pytest
from report_pages import as_bench, evolve

from rewardsmith.experiments.report import write_report


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    """An evolution with its final test; only read."""
    return evolve(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def page(finished) -> Path:
    return write_report(finished)


@pytest.fixture(scope="session")
def bench(finished, tmp_path_factory) -> Path:
    return as_bench(finished, tmp_path_factory.mktemp("bench") / "out")


@pytest.fixture
def evolution(finished, tmp_path) -> Path:
    """A copy of its own for a test that changes it."""
    return Path(shutil.copytree(finished, tmp_path / "out"))
