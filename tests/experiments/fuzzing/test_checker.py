import json
from pathlib import Path

import numpy as np
import pytest

from rewardsmith.experiments.fuzzing import checker
from rewardsmith.reward_gen.verdict import Rejected

CORPUS = Path(__file__).parents[2] / "reward_gen" / "hostile" / "more.jsonl"


def test_the_fuzzer_learns_and_finds_no_broken_promise():
    fuzzer = checker.Fuzzer(np.random.default_rng(0), [checker.PROGRAM.text])
    fuzzer.run(2.0)
    assert len(fuzzer.corpus) > 5
    assert fuzzer.findings == []


def test_the_fuzzer_sees_a_promise_that_is_broken(monkeypatch):
    def fragile(text):
        return Rejected("extract", "none") if "c" not in text else 1 / 0

    monkeypatch.setattr(checker, "extract", fragile)
    fuzzer = checker.Fuzzer(np.random.default_rng(0), ["a = b", "a = b == c"])
    fuzzer.run(0.0)
    assert fuzzer.findings == [("a = b == c", "ZeroDivisionError: division by zero")]


@pytest.mark.slow
def test_the_fuzzer_finds_nothing_in_a_minute():
    texts = [json.loads(line)["code"][:4000] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    fuzzer = checker.Fuzzer(np.random.default_rng(1), texts)
    fuzzer.run(60.0)
    assert fuzzer.findings == []
