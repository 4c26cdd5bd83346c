"""The static check: early, readable feedback on a program's text. It is not the boundary; the seal is."""

from __future__ import annotations

import ast
import re
import unicodedata

from ...envs.spec import TaskSpec
from ..faults import one_line
from ..verdict import Rejected
from .parsing import UnparsableError, code_of, parse
from .rules import attributes, calls, entry, kinds, names, numbers, typehints, writes
from .rules.finding import Finding

MAX_BYTES = 32_768
MAX_NODES = 5_000
MAX_DEPTH = 100
MAX_REPORTED = 3
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*(?P<name>[-\w.]+)")


def check_static(text: str, spec: TaskSpec) -> ast.Module | Rejected:
    """Check `text` against the allow-list and the fields of `spec`.

    Returns:
        The checked syntax tree without its type annotations, ready to be compiled; or `Rejected` at
        stage ``static`` with the line, the rule and what to write instead, for up to three findings.
    """
    reason = too_long(text) or _character_fault(text)
    if reason:
        return Rejected("static", reason)
    try:
        tree = parse(text)
    except UnparsableError as error:
        return Rejected("static", str(error))
    reason = _size_fault(tree)
    if reason:
        return Rejected("static", reason)
    found = _findings(tree, frozenset(field.name for field in spec.fields))
    if found:
        return _report(found)
    try:
        code_of(tree)
    except UnparsableError as error:
        return Rejected("static", str(error))
    return tree


def _findings(tree: ast.Module, fields: frozenset[str]) -> list[Finding]:
    found = typehints.strip(tree)
    found += kinds.findings(tree)
    if found:
        # The rules below speak of the program's own names; on refused syntax they would only add noise.
        return found
    found += entry.findings(tree)
    found += names.findings(tree)
    found += attributes.findings(tree, fields)
    found += calls.findings(tree)
    found += numbers.findings(tree)
    found += writes.findings(tree)
    return found


def _report(found: list[Finding]) -> Rejected:
    unique = sorted(dict.fromkeys(found), key=lambda finding: finding.line)
    shown = [f"line {finding.line}: {one_line(finding.message)}" for finding in unique[:MAX_REPORTED]]
    rest = len(unique) - len(shown)
    return Rejected("static", "; ".join(shown) + (f"; and {rest} more" if rest else ""))


def too_long(text: str) -> str:
    """Why `text` is not even looked at; empty where it is short enough."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size <= MAX_BYTES:
        return ""
    return f"the program has {size} bytes, at most {MAX_BYTES} are allowed; shorten it"


def _character_fault(text: str) -> str:
    """What is wrong with the characters themselves; empty where nothing is."""
    for number, line in enumerate(text.split("\n"), 1):
        for character in line:
            if (
                unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
                and character not in "\t\r"
            ):
                return (
                    f"line {number}: the invisible character U+{ord(character):04X} is not allowed; remove it"
                )
        coding = _CODING.match(line) if number <= 2 else None
        if coding and coding["name"].lower() not in {"utf-8", "utf8"}:
            return f"line {number}: the encoding {coding['name']} is not allowed; programs are UTF-8"
    return ""


def _size_fault(tree: ast.AST) -> str:
    count, level, depth = 0, [tree], 0
    while level:
        count += len(level)
        depth += 1
        if depth > MAX_DEPTH:
            return f"the program is nested deeper than {MAX_DEPTH} levels; use intermediate names"
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if count > MAX_NODES:
        return f"the program has {count} syntax nodes, at most {MAX_NODES} are allowed; shorten it"
    return ""
