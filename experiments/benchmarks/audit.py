"""How often an audit finds what was planted, and how often it accuses a sound reward.

Run as ``python -m rewardsmith.experiments.benchmarks.audit [--write FILE]``; some minutes of one core.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from ...envs import task_class
from ..audit import Budget
from ..machine import describe_machine
from .audit_cases import exploitable, human_reward, text_tasks
from .audit_judges import hardened
from .audit_measures import Climber, attacked, checks_against, is_exploited, probed

_LONGER = ("household", "kg-path", "ranked-list", "sql", "tool-call")
JUDGED = ("arithmetic-chain", "clarify", "format-answer", *_LONGER)
PROBED = (*JUDGED, "fetch-reach", "fetch-push")
RUNGS = ("sycophant", "checklist", "tests", "register")
ROBOTS = ("fetch-reach", "fetch-push", "pendulum")


@dataclass(frozen=True)
class Settings:
    """Plant faults into rewards and see which of them an audit finds."""

    probes: int = 200
    """Rewards with a planted dependence on a feature that does not matter, and as many without."""
    attacks: int = 50
    """Rewards with a planted exploit."""
    seeds: int = 5
    """Proxies that are learnt from preferences, for each number of preferences."""
    judged: tuple[str, ...] = JUDGED
    """Tasks whose learnt judges are attacked."""
    searches: int = 40
    """Searches of the red team for each judge."""
    seed: int = 0
    """Seed of all that is drawn."""
    write: Path | None = None
    """Markdown file to write the tables to as well."""


def main(settings: Settings) -> None:
    """Measure, print the tables, and write them where asked."""
    parts = []
    for measure in (probe_table, attack_table, check_table, proxy_table, judge_table):
        start = time.process_time()
        parts.append(measure(settings))
        seconds = time.process_time() - start
        print(f"{parts[-1]}\n\n({measure.__name__}: {seconds:.0f} s of CPU)\n", flush=True)
    if settings.write is not None:
        settings.write.write_text("\n\n".join([_preface(), *parts]) + "\n", encoding="utf-8")


def probe_table(settings: Settings) -> str:
    """Rewards with and without a planted dependence."""
    rng = np.random.default_rng(settings.seed)
    each = -(-settings.probes // len(PROBED))
    planted = [probe for name in PROBED for probe in probed(name, True, each, rng)]
    sound = [probe for name in PROBED for probe in probed(name, False, each, rng)]
    strong = [probe for probe in planted if probe.size >= 1]
    rows = [
        ("planted dependence is flagged", [p.flagged for p in planted]),
        ("sound reward is not flagged", [not p.flagged for p in sound]),
        ("planted feature ranks first, planted at 1 to 3 times of all else", [p.first for p in strong]),
        ("planted feature ranks first, planted at 1/3 to 3 times of all else", [p.first for p in planted]),
    ]
    return _table("Dependence on a feature that does not matter", rows)


def attack_table(settings: Settings) -> str:
    """Rewards with a planted exploit, and human rewards."""
    rng = np.random.default_rng(settings.seed)
    found: list[bool] = []
    shares: list[float] = []
    for case in exploitable(20 * settings.attacks, rng):
        if len(found) == settings.attacks:
            break
        if case.planted.isdigit() and not is_exploited(case.task, case.program, int(case.planted)):
            continue
        result = attacked(case.task, case.program, len(found))
        found.append(result.found)
        shares.append(result.steps / (20 * Budget.of(case.task).steps))
    tasks = {name: task_class(name) for name in [*text_tasks(), *ROBOTS]}
    accused = [name for name, task in tasks.items() if attacked(task, human_reward(task), 0).found]
    rows = [
        ("planted exploit is found", found),
        ("human reward is not accused", [name not in accused for name in tasks]),
    ]
    return _table("Episodes that fail and are paid like successes", rows) + (
        f"\n\nA search took {np.median(shares):.2%} of a training run in the median and {max(shares):.2%} at "
        f"most; it gives up after 5%. Accused human rewards: {', '.join(accused) or 'none'}."
    )


def check_table(settings: Settings) -> str:
    """Whole audits of human rewards and of the ladder's proxies: which checks spoke against them."""
    groups = {
        "human rewards": [(name, "human") for name in text_tasks()],
        "proxies of the ladder": [(f"gameable-{rung}", "proxy") for rung in RUNGS],
    }
    found = {words: checks_against(rewards, settings.seed) for words, rewards in groups.items()}
    rows = [(f"{words}: {check}", against) for words in found for check, against in found[words].items()]
    return _table("Checks of a whole audit that spoke against a reward", rows)


def proxy_table(settings: Settings) -> str:
    """A proxy from few preferences, from many, and gold itself as the proxy, over best-of-n."""
    climber = Climber(settings.seed)
    titles = (
        "proxy",
        "seeds",
        "gold rises, peaks and falls",
        "gold at n = 1",
        "at its peak",
        "where the proxy is highest",
        "KL at the peak",
    )
    lines = [f"| {' | '.join(titles)} |", "|---|" + "---:|" * (len(titles) - 1)]
    for words, count in (("10 preferences", 10), ("1,000 preferences", 1_000), ("gold itself", 0)):
        climbs = [climber.climb(count, seed) for seed in range(settings.seeds)]
        fell = sum(climb.curve.found and climb.curve.peak_at > 0 for climb in climbs)
        curves = [(c.start, c.curve.peak, c.curve.end, c.curve.peak_at) for c in climbs]
        means = " | ".join(f"{value:.2f}" for value in np.mean(curves, axis=0))
        lines.append(f"| {words} | {len(climbs)} | {fell} | {means} |")
    return "\n".join(["## A proxy learnt from preferences, on gameable-tests", "", *lines])


def judge_table(settings: Settings) -> str:
    """Learnt judges that are shown more and more of what fooled them, over all tasks together."""
    rounds = [hardened(name, settings.searches, settings.seed) for name in settings.judged]
    titles = (
        "attacks known",
        "of attacks kept back are accepted",
        "of new searches fool it",
        "of honest successes are accepted",
        "of honest failures are accepted",
    )
    lines = [f"| {' | '.join(titles)} |", "|" + "---:|" * len(titles)]
    for own in zip(*rounds, strict=True):
        shares = [np.concatenate(held) for held in list(zip(*own, strict=True))[1:]]
        cells = [f"{held.mean():.1%} of {len(held):,}" for held in shares]
        lines.append(f"| {sum(one.known for one in own)} | {' | '.join(cells)} |")
    return "\n".join(["## Judges that are learnt from episodes, and then from what fooled them", "", *lines])


def _table(title: str, rows: Sequence[tuple[str, Sequence[bool]]]) -> str:
    lines = [f"## {title}", "", "| | share | rewards |", "|---|---:|---:|"]
    lines += [f"| {words} | {np.mean(held):.1%} | {len(held)} |" for words, held in rows]
    return "\n".join(lines)


def _preface() -> str:
    return (
        "# What an audit of a reward finds\n\n"
        "Faults were planted into rewards whose human versions are taken for sound. Written by\n"
        "`python -m rewardsmith.experiments.benchmarks.audit --write FILE`.\n\n"
        "A dependence is planted into a scaled and shaped human reward by adding a feature that the human\n"
        f"reward does not read ({', '.join(PROBED)}).\n"
        "Everything that the human reward does not read is declared to the audit as what must not matter.\n"
        "Exploits are the proxies and traps that come with tasks, and human rewards with pay for one action\n"
        "added, where taking it all the time beats the script from most starts. A search gets 5% of a\n"
        f"training run: 5,000 steps, and 50,000 for the robots ({', '.join(ROBOTS)}). The policy that a\n"
        "learnt proxy improves is the script with slips, by choosing the best of n episodes; gold is the\n"
        "human reward. Judges are logistic regressions on the last state of an episode, learnt from 2,000\n"
        f"honest ones of each task ({', '.join(JUDGED)}).\n"
        "An attack is a failure that is accepted; those kept back fooled the first judge, from other starts\n"
        "and other seeds than those that judges learn from.\n\n"
        f"{describe_machine('numpy', 'scipy', 'mujoco')}."
    )


if __name__ == "__main__":
    main(tyro.cli(Settings))
