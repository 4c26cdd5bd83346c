"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import pytest

import rewardsmith

# Makes games anew with TextWorld, which only its own extra brings.
NEEDS_AN_EXTRA = "rewardsmith.experiments.making.textworld_games"
FOUND = ["rewardsmith", *(m.name for m in pkgutil.walk_packages(rewardsmith.__path__, "rewardsmith."))]
MODULES = [name for name in FOUND if name != NEEDS_AN_EXTRA]
WITH_EXAMPLES = [
    name
    for name in MODULES
    if any(test.examples for test in doctest.DocTestFinder().find(importlib.import_module(name)))
]


def test_there_are_examples_to_run():
    assert "rewardsmith" in WITH_EXAMPLES
    assert len(WITH_EXAMPLES) > 10


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
