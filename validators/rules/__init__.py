"""Cross-row, cross-sheet and cross-workbook rules, one module per subject.

A rule is one function decorated with `validators.rulebook.rule`; every module of this package is
searched for them, in alphabetical order. Where several rules of one level cite one cell, one
marked `first` wins, then the earlier one.
"""

from __future__ import annotations

from validators.rulebook import Rule, RuleContext, Violation, collect

__all__ = ["RULES", "Rule", "RuleContext", "Violation"]

RULES: tuple[Rule, ...] = tuple(
    sorted(collect(__name__, __path__, Rule), key=lambda rule: not rule.first)
)
"""Every rule in order of precedence."""
