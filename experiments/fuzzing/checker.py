"""Coverage-guided fuzzing of extraction and the static check.

Run as ``python -m rewardsmith.experiments.fuzzing.checker [--seconds S] [--seed N]``. Texts are mutated from
a corpus of programs; a text that reaches a line of the checker by a way not seen before joins the corpus. A
finding is an exception other than a verdict, or a text that the check accepts and the compiler refuses.
"""

from __future__ import annotations

import ast
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np
import tyro

from ...envs.spec import ActionSpec, Field, TaskSpec
from ...reward_gen.checking.allowlist import check_static
from ...reward_gen.checking.extract import extract
from ...reward_gen.checking.parsing import code_of
from ...reward_gen.verdict import Rejected
from ..benchmarks.seal import PROGRAM

SPEC = TaskSpec("fuzz", "none", (Field("hand_pos", "a point", (3,)),), ActionSpec("box", 4, "x"), 10)
_WATCHED = str(Path(extract.__code__.co_filename).parent)
_PIECES = """
( ) [ ] { } : , ; . = == := ** // @ ~ * + - % << | & ^ not lambda if else for in is def return class while
try with yield await async global nonlocal del raise import from assert pass break match case type None
... __class__ __import__ xp np obs next_obs action self out= where= axis=-1 dtype= 1e999 9999999999 0x 1j
b'' f'' '{x!r:>9}' \\ # ``` ~~~ ```python <think> </think> compute_reward(
""".split()
_PIECES += [" ", "\n", "\t", "\r", "\x00", "\n    ", "\u00e9", "\uff45", "\u202e", "\ud800"]
Edge = tuple[CodeType, int, int]


@dataclass(frozen=True)
class Settings:
    """Fuzz the checker for a while."""

    seconds: float = 60.0
    """How long."""
    seed: int = 0
    """Seed of the mutations."""
    corpus: Path | None = None
    """A JSON-lines file with a ``code`` in each line, to start from."""


@dataclass
class Fuzzer:
    """A corpus that grows by what is new in how the checker runs.

    Attributes:
        rng: source of every mutation.
        corpus: texts to mutate.
        seen: steps from line to line that some text has caused.
        findings: texts that broke a promise, and how.
        tried: texts run so far.
    """

    rng: np.random.Generator
    corpus: list[str]
    seen: set[Edge] = field(default_factory=set)
    findings: list[tuple[str, str]] = field(default_factory=list)
    tried: int = 0

    def run(self, seconds: float) -> None:
        """Try mutated texts for `seconds`."""
        until = time.monotonic() + seconds
        for text in list(self.corpus):
            self.attempt(text)
        while time.monotonic() < until:
            text = self.mutate(self.corpus[self.rng.integers(len(self.corpus))])
            if self.attempt(text):
                self.corpus.append(text)

    def attempt(self, text: str) -> bool:
        """Run one text, record what it breaks; whether it reached something new."""
        self.tried += 1
        edges: set[Edge] = set()
        with traced(edges):
            try:
                promise_kept(text)
            except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
                self.findings.append((text, f"{type(error).__name__}: {error}"))
        fresh = edges - self.seen
        self.seen |= fresh
        return bool(fresh)

    def mutate(self, text: str) -> str:
        """`text` with one to four small changes, never longer than what the check looks at."""
        for _ in range(self.rng.integers(1, 5)):
            start, end = sorted(self.rng.integers(0, len(text) + 1, 2))
            piece = _PIECES[self.rng.integers(len(_PIECES))]
            other = self.corpus[self.rng.integers(len(self.corpus))]
            place = int(self.rng.integers(0, len(other) + 1))
            text = (
                text[:start] + piece + text[start:],
                text[:start] + text[start + 1 :],
                text[:start] + text[min(end, start + 30) :],
                text[:start] + text[start:end][:200] * 2 + text[end:],
                text[:start] + other[place : place + 40] + text[start:],
            )[self.rng.integers(5)]
        return text[:4000]


def promise_kept(text: str) -> None:
    """Raise unless extraction and check give verdicts, and what they accept compiles."""
    found = extract(text)
    for candidate in (text, *([] if isinstance(found, Rejected) else [found])):
        tree = check_static(candidate, SPEC)
        if isinstance(tree, Rejected):
            if not tree.reason or "\n" in tree.reason:
                raise AssertionError(f"the reason is no line: {tree.reason!r}")
        else:
            code_of(tree)
            ast.unparse(tree)


@contextmanager
def traced(edges: set[Edge]) -> Iterator[None]:
    """Collect the steps from line to line within the checker."""

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_WATCHED):
            return None
        last = 0

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            edges.add((frame.f_code, last, frame.f_lineno))
            last = frame.f_lineno
            return step

        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)


def main(settings: Settings) -> None:
    """Fuzz, and print what was found; exit code 1 where anything was."""
    start = [PROGRAM.text, f"Sure:\n```python\n{PROGRAM.text}```\n"]
    if settings.corpus is not None:
        lines = settings.corpus.read_text(encoding="utf-8").splitlines()
        start += [str(json.loads(line)["code"])[:4000] for line in lines]
    fuzzer = Fuzzer(np.random.default_rng(settings.seed), start)
    fuzzer.run(settings.seconds)
    kept, found = len(fuzzer.corpus), len(fuzzer.findings)
    print(f"{fuzzer.tried} texts, {len(fuzzer.seen)} steps, {kept} kept, {found} findings")
    for text, what in fuzzer.findings[:10]:
        print(f"{what}\n  {text!r:.300}")
    if fuzzer.findings:
        raise SystemExit(1)


if __name__ == "__main__":
    main(tyro.cli(Settings))
