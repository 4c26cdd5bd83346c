"""Who only directs does not pay for torch; packages that import at first use offer what they say."""

import importlib
import subprocess
import sys

import pytest

from rewardsmith.envs.lazy import LazyPackage

LAZY = ("agents", "agents.population", "experiments")
HEAVY = ("torch", "stable_baselines3", "sb3_contrib", "matplotlib", "openai", "sklearn", "tensorboard", "ray")
DRIVERS = (
    "rewardsmith",
    "rewardsmith.experiments.evolution.loop",
    "rewardsmith.experiments.training",
    "rewardsmith.experiments.cli",
)


def run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("module", DRIVERS)
def test_what_only_directs_imports_nothing_heavy(module):
    done = run(f"import sys, {module}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))")
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr


@pytest.mark.parametrize("name", LAZY)
def test_a_lazy_package_offers_what_it_says(name):
    package = importlib.import_module(f"rewardsmith.{name}")
    assert isinstance(package, LazyPackage)
    assert set(package._modules) == set(package.__all__) <= set(dir(package))
    for offered in package.__all__:
        assert getattr(package, offered).__name__ == offered


def test_a_module_does_not_hide_the_function_of_its_name():
    done = run(
        "import rewardsmith.agents.train, rewardsmith.agents.evaluate\n"
        "from rewardsmith.agents import evaluate, train\n"
        "assert callable(evaluate) and callable(train)\n"
        "from rewardsmith.agents.train import CHECKPOINTS\n"
        "from rewardsmith.agents import train\n"
        "assert callable(train)"
    )
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_is_refused_like_any_other():
    import rewardsmith.agents

    with pytest.raises(AttributeError, match="no attribute 'no_such_thing'"):
        rewardsmith.agents.no_such_thing  # noqa: B018
    with pytest.raises(ImportError):
        from rewardsmith.agents import no_such_thing  # noqa: F401
