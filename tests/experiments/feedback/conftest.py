import shutil
from pathlib import Path

import pytest

pytest.importorskip("flask", reason="the feedback page needs the extra `feedback`")

from feedback_pages import PROGRAMS, SETTINGS, evolution

from rewardsmith.reward_gen import FileProposer


@pytest.fixture(scope="session")
def first_generation(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    programs = folder / "programs"
    programs.mkdir()
    for number, program in enumerate(PROGRAMS):
        (programs / f"{number}.py").write_text(program)
    started = evolution(folder / "out", FileProposer(programs), SETTINGS.samples * SETTINGS.steps)
    started.run()
    started.store.close()
    return folder / "out"


@pytest.fixture
def experiment(first_generation, tmp_path) -> Path:
    """A copy of its own for each test."""
    return Path(shutil.copytree(first_generation, tmp_path / "out"))
