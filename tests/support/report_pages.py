"""A finished small evolution to report on, a benchmark made of its records, and a page's grammar."""

from __future__ import annotations

import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from feedback_pages import HOSTILE, PROGRAMS, SETTINGS

from rewardsmith.experiments import Evolution, Store, run_job
from rewardsmith.reward_gen import FileProposer

REJECTED = """def compute_reward(obs, action, next_obs, xp):
    return open("/etc/passwd"), {}
"""
EVOLVED = replace(SETTINGS, generations=1, samples=3, final_seeds=1)
VOID = {"meta", "link", "img", "source", "br", "hr", "input"}
TASKS = ("format-answer-easy", "format-answer")


class OneByOne:
    """Trains one after the other, here."""

    def run(self, jobs, progress, racing=None, stop=None):
        """See `Executor.run`."""
        for job in jobs:
            yield job, run_job(job)


def evolve(folder: Path) -> Path:
    """Evolve the hostile program, a plain one and one that is rejected, and test the best."""
    programs = folder / "programs"
    programs.mkdir(parents=True)
    for number, program in enumerate([*PROGRAMS, REJECTED]):
        (programs / f"{number}.py").write_text(program)
    settings = replace(EVOLVED, proposer=str(programs))
    evolution = Evolution(settings, folder / "out", FileProposer(programs), OneByOne())
    with evolution.store:
        evolution.run()
    return folder / "out"


def as_bench(evolution: Path, out: Path) -> Path:
    """A benchmark of two tasks whose records, agents and search are those of an `evolution`."""
    with Store.existing(evolution) as source:
        runs = source.runs()
    for task in TASKS:
        shutil.copytree(evolution, out / task / "searches" / "evolve-0")
        shutil.copytree(evolution / "agents" / "final", out / task / "agents" / "final")
        (out / task / "agents" / "final" / "evolved").rename(out / task / "agents" / "final" / "evolve")
        with Store.open_to_write(out / task) as store:
            store.bind({"kind": "bench", "task": task, "steps": 4096, "episodes": 4, "seed": 0, "algo": None})
            for run in runs:
                store.put_run(replace(run, method="evolve") if run.method == "evolved" else run)
    return out


class Page(HTMLParser):
    """Reads a page and insists that its elements nest, its ids are unique and its links lead somewhere.

    Attributes:
        addresses: all that the page shows or leads to.
        tags: names of all elements.
        attributes: names of all attributes.
        text: all that is text.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self._open: list[str] = []
        self._ids: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []
        assert len(set(self._ids)) == len(self._ids)
        assert {a[1:] for a in self.addresses if a.startswith("#")} <= set(self._ids)

    def handle_starttag(self, tag, attrs):
        """An element begins."""
        self.tags.add(tag)
        known = dict(attrs)
        assert len(known) == len(attrs), f"{tag} has an attribute twice"
        self.attributes |= set(known)
        self.addresses += [known[name] for name in ("href", "src", "srcset") if name in known]
        self._ids += [known["id"]] if "id" in known else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        """An element ends: the one that was begun last."""
        assert self._open and self._open.pop() == tag, f"</{tag}> closes no open element"

    def handle_data(self, data):
        """Text between elements."""
        self.text += data


__all__ = ["EVOLVED", "HOSTILE", "TASKS", "Page", "as_bench", "evolve"]
