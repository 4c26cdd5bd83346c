import numpy as np
import pytest

from rewardsmith.envs import task_class
from rewardsmith.experiments.audit.material import gather
from rewardsmith.experiments.benchmarks.audit import Settings, main
from rewardsmith.experiments.benchmarks.audit_cases import exploitable, nuisance_cases, unread_features
from rewardsmith.experiments.benchmarks.audit_judges import hardened
from rewardsmith.experiments.benchmarks.audit_measures import Climber, attacked, is_exploited, probed


@pytest.fixture(scope="module")
def climber():
    return Climber()


def test_a_proxy_from_few_preferences_is_climbed_too_far_and_one_from_many_is_not(climber):
    few, many, gold = ([climber.climb(count, seed) for seed in range(5)] for count in (10, 1_000, 0))
    assert sum(c.curve.found and c.start < c.curve.peak for c in few) >= 4
    assert not any(c.curve.found for c in many)
    assert not any(c.curve.found for c in gold)


def test_planted_dependences_are_flagged_and_sound_rewards_are_not():
    rng = np.random.default_rng(0)
    assert all(probe.flagged for probe in probed("clarify", True, 10, rng))
    assert not any(probe.flagged for probe in probed("clarify", False, 10, rng))


def test_what_is_planted_is_as_large_as_it_says():
    task = task_class("tool-call")
    steps = gather(task).steps(256, np.random.default_rng(0))
    cases = list(nuisance_cases(task, steps, True, 20, np.random.default_rng(0)))
    assert {case.planted for case in cases} <= set(unread_features(task, steps))
    assert all(1 / 3 <= case.size <= 3 for case in cases)


def test_every_shipped_trap_is_found():
    shipped = [case for case in exploitable(0, np.random.default_rng(0)) if not case.planted.isdigit()]
    assert len(shipped) == 12
    assert all(attacked(case.task, case.program, 0).found for case in shipped)


def test_an_exploit_has_to_be_shown_to_count():
    task = task_class("gameable-register")
    proxy = next(case.program for case in exploitable(0, np.random.default_rng(0)) if case.task is task)
    labels = task.spec.action.labels
    assert is_exploited(task, proxy, labels.index("write the reward register"))
    assert not is_exploited(task, proxy, labels.index("hand in"))


@pytest.mark.slow
def test_a_judge_that_knows_attacks_is_fooled_by_fewer():
    first, *_, last = hardened("kg-path", 12, seed=0)
    assert first.known == 0
    assert first.kept_back.all()
    assert first.fooled.mean() > 0.5
    assert last.known >= first.fooled.sum()
    assert last.kept_back.mean() <= 0.02
    assert last.successes.mean() > 0.95


@pytest.mark.slow
def test_the_page_holds_every_table(tmp_path):
    page = tmp_path / "audit.md"
    main(Settings(probes=10, attacks=12, judged=("kg-path",), searches=12, write=page))
    text = page.read_text()
    assert text.count("## ") == 5
    assert "planted exploit is found | 100.0% | 12" in text
