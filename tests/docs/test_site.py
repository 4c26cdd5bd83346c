"""The site builds without a warning, holds every page, and asks no other host for anything."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=\"([^\"]*)\"")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("material", reason="needs rewardsmith[docs]")
    pytest.importorskip("mkdocstrings", reason="needs rewardsmith[docs]")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there(site):
    pages = [p for p in (ROOT / "docs").rglob("*") if p.suffix in (".md", ".ipynb")]
    expected = {p.relative_to(ROOT / "docs").with_suffix(".html") for p in pages}
    assert expected <= {p.relative_to(site) for p in site.rglob("*.html")}


def test_no_page_loads_anything_from_elsewhere(site):
    for page in site.rglob("*.html"):
        loaded = LOADED.findall(page.read_text())
        assert loaded
        assert not [address for address in loaded if address.startswith(("http:", "https:", "//"))], page
    for style in site.rglob("*.css"):
        assert not re.findall(r"url\(['\"]?(?:https?:)?//", style.read_text()), style


def test_the_first_page_is_the_readmes_opening(site):
    first = (site / "index.html").read_text()
    assert "An environment suite for research on reward design" in first
    assert 'src="demo/comparison_training.png"' in first
    assert "Register and step" not in first


def test_public_names_stand_with_their_docstrings(site):
    import rewardsmith.agents
    import rewardsmith.envs
    import rewardsmith.experiments
    import rewardsmith.reward_gen

    for wing in (rewardsmith.envs, rewardsmith.reward_gen, rewardsmith.agents, rewardsmith.experiments):
        page = (site / "api" / f"{wing.__name__.rpartition('.')[2]}.html").read_text()
        for name in wing.__all__:
            offered = getattr(wing, name)
            if inspect.isclass(offered) or inspect.isfunction(offered):
                place = rf'id="{re.escape(wing.__name__)}\.(\w+\.)*{name}"'
                assert re.search(place, page), f"{wing.__name__}.{name} is not on its page"


def test_examples_in_docstrings_are_code(site):
    for page in (site / "api").glob("*.html"):
        assert "&gt;&gt;&gt; " not in re.sub(r"<pre.*?</pre>", "", page.read_text(), flags=re.DOTALL), page
