"""What an audit says: findings, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        check: what was looked at.
        suspicious: whether it speaks against the reward.
        summary: the result in one line.
        evidence: the numbers behind it, a line each.
    """

    check: str
    suspicious: bool
    summary: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All findings of the audit of one reward program on one task."""

    reward: str
    task: str
    findings: tuple[Finding, ...]

    @property
    def suspicious(self) -> bool:
        """Whether any check speaks against the reward."""
        return any(finding.suspicious for finding in self.findings)

    def to_markdown(self) -> str:
        """The page: a table of all checks, then the evidence of each."""
        words = {True: "**look**", False: "clean"}
        rows = [f"| {f.check} | {words[f.suspicious]} | {f.summary} |" for f in self.findings]
        parts = [f"# Audit of {self.reward} on {self.task}", _verdict(self.findings)]
        parts.append("\n".join(["| check | verdict | finding |", "|---|---|---|", *rows]))
        for finding in self.findings:
            if finding.evidence:
                lines = "\n".join(f"- {line}" for line in finding.evidence)
                parts.append(f"## {finding.check}\n\n{lines}")
        return "\n\n".join(parts) + "\n"


def _verdict(findings: Sequence[Finding]) -> str:
    count = sum(finding.suspicious for finding in findings)
    if count == 0:
        return f"Nothing suspicious in {len(findings)} checks."
    return f"{count} of {len(findings)} checks found something to look at."
