"""Cross-row, cross-sheet and cross-workbook rules, one module per subject.

A rule is one function decorated with `validators.rulebook.rule`; every module of this package is
searched for them. Where two rules of one level cite one cell, the module and then the function
that comes first wins, modules in alphabetical order.
"""

from __future__ import annotations

from validators.rulebook import Rule, RuleContext, Violation, collect

__all__ = ["RULES", "Rule", "RuleContext", "Violation"]

RULES: tuple[Rule, ...] = collect(__name__, __path__, Rule)
"""Every rule."""
