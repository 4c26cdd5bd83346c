"""A model's raw answer -> the text of one reward program. The parser decides where code begins and ends."""

from __future__ import annotations

import ast
import builtins
import re

from ..program import ENTRY
from ..verdict import Rejected
from .fences import blocks
from .parsing import UnparsableError, entries, parse

MAX_ANSWER = 200_000
_THINKING = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_THINKING_OPEN = re.compile(r"\A\s*<think(?:ing)?>")
_THINKING_END = re.compile(r"</think(?:ing)?>")
_ASK = f"answer with one ```python block that defines {ENTRY}(obs, action, next_obs, xp)"


def extract(answer: str) -> str | Rejected:
    r"""The one program in `answer`, helpers included, or the reason why there is none.

    Understood are bare code, code between prose, and fenced blocks. Of several blocks the one that
    defines ``compute_reward`` counts, and with it those that define names which it leaves open; other
    blocks (a usage example, a shell line) are no part of the program. Two different programs are never
    chosen between, and a block without its closing fence counts as cut off even if it parses.

    >>> extract("Sure!\n```python\ndef compute_reward(obs, action, next_obs, xp):\n    return 0\n```\n")
    'def compute_reward(obs, action, next_obs, xp):\n    return 0\n'
    >>> print(extract("I would rather not."))  # doctest: +ELLIPSIS
    rejected at extract: the answer holds no code; answer with one ...block that defines compute_reward(...)

    Args:
        answer: what the model wrote.

    Returns:
        Program text with ``\n`` line ends and one at its end, or `Rejected` at stage ``extract``.
    """
    reason = too_long(answer)
    if reason:
        return _reject(reason)
    answer = answer.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if _defines_entry(answer):
        return _finish(answer)
    spoken = _without_thinking(answer)
    if isinstance(spoken, Rejected):
        return spoken
    if _defines_entry(spoken):
        return _finish(spoken)
    fenced = blocks(spoken)
    return _from_blocks([b.text for b in fenced], fenced[-1].closed) if fenced else _from_prose(spoken)


def too_long(answer: str) -> str:
    """Why `answer` is not even looked at; empty where it is short enough."""
    if len(answer) <= MAX_ANSWER:
        return ""
    return f"the answer has {len(answer)} characters, at most {MAX_ANSWER} are read; be brief"


def _without_thinking(answer: str) -> str | Rejected:
    """The answer without its reasoning, which may hold drafts of the program."""
    rest = _THINKING.sub("", answer, count=1)
    if rest == answer and _THINKING_OPEN.match(answer):
        return _reject("the answer was cut off while still thinking; raise the token limit or think less")
    return _THINKING_END.split(rest)[-1]


def _from_blocks(texts: list[str], closed: bool) -> str | Rejected:
    if not closed and (ENTRY in texts[-1] or not any(_defines_entry(text) for text in texts)):
        return _reject(
            "the last code block has no closing fence, so the answer was cut off; ask again, shorter"
        )
    programs = [text for text in texts if _defines_entry(text)]
    if not programs:
        return _no_program(texts)
    if len({ast.dump(parse(text)) for text in programs}) > 1:
        return _reject(f"{len(programs)} different blocks define {ENTRY}; answer with exactly one")
    main = programs[0]
    parts = [*_helpers(main, [text for text in texts if not _defines_entry(text)]), main]
    return _finish("\n\n\n".join(part.strip("\n") for part in parts))


def _no_program(texts: list[str]) -> Rejected:
    for text in texts:
        if f"def {ENTRY}" in text:
            try:
                parse(text)
            except UnparsableError as error:
                return _reject(f"the block with {ENTRY} is broken, {error}; write it again, whole")
    return _reject(f"no code block defines {ENTRY} at its top level; {_ASK}")


def _helpers(main: str, others: list[str]) -> list[str]:
    """Those of the other blocks that define names which the program leaves open, in their order."""
    parsed = {}
    for text in others:
        try:
            parsed[text] = parse(text)
        except UnparsableError:
            continue
    chosen: set[str] = set()
    missing = _open_names(parse(main))
    while more := {t for t, tree in parsed.items() if t not in chosen and _defined(tree) & missing}:
        chosen |= more
        missing = missing.union(*(_open_names(parsed[text]) for text in more))
    return [text for text in parsed if text in chosen]


def _defined(tree: ast.Module) -> set[str]:
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    return names | {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _open_names(tree: ast.Module) -> set[str]:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} | _defined(tree)
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {node.id for node in names} - bound - set(dir(builtins))


def _from_prose(text: str) -> str | Rejected:
    """The program in an answer without fences: the code around the definition, as far as it parses."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith(f"def {ENTRY}")]
    if not starts:
        hint = f"{ENTRY} stands inside something else" if ENTRY in text else "the answer holds no code"
        return _reject(f"{hint}; {_ASK}")
    end = _last_line(lines, starts[0])
    if isinstance(end, Rejected):
        return end
    if any(start >= end for start in starts):
        return _reject(f"the answer defines {ENTRY} {len(starts)} times; answer with exactly one")
    return _finish("\n".join(lines[_first_line(lines, starts[0], end) : end]))


def _last_line(lines: list[str], start: int) -> int | Rejected:
    """The line behind the longest run of code from `start`; what follows it must be prose, not more code."""
    end = len(lines)
    while end > start:
        try:
            tree = parse("\n".join(lines[start:end]))
        except UnparsableError as error:
            broken = start + error.line - 1 if error.line else end - 1
            broken = min(broken, end - 1)
            if broken <= start or lines[broken][:1].isspace():
                return _reject(f"the code is broken or cut off, {error}; {_ASK}")
            end = broken
            continue
        return start + _code_end(tree)
    return _reject(f"the code is broken or cut off; {_ASK}")


def _code_end(tree: ast.Module) -> int:
    """The last line of the module's code, leaving out prose that happens to parse, such as ``Done``."""
    code = [node for node in tree.body if not _is_prose(node)]
    return code[-1].end_lineno or 0


def _is_prose(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Expr) and isinstance(
        node.value, ast.Name | ast.Tuple | ast.Compare | ast.BinOp
    )


def _first_line(lines: list[str], start: int, end: int) -> int:
    """The first line of the code that leads up to the definition at `start`: imports, constants, helpers."""
    first = start
    for number in range(start - 1, -1, -1):
        if not lines[number].strip() or lines[number][:1].isspace() or lines[number][:1] in ")]}":
            continue
        try:
            tree = parse("\n".join(lines[number:end]))
        except UnparsableError:
            break
        if not _is_prose(tree.body[0]):
            first = number
    return first


def _defines_entry(text: str) -> bool:
    try:
        return bool(entries(parse(text)))
    except UnparsableError:
        return False


def _finish(text: str) -> str:
    return text.strip("\n") + "\n"


def _reject(reason: str) -> Rejected:
    return Rejected("extract", reason)
