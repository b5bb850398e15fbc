"""The framework of rules: a decorated function that yields the violations it found.

A rule on ledgers has a code, a level, a sentence and what to do about it::

    @rule("mentor.appointment.order", Level.ERROR, "聘期至早于聘任日期 {start}", "请核对两个日期")
    def appointment_order(ledger, context):
        ...
        yield Violation(table, row, "appointed_until", {"start": start})

Flags on mentees (`addin.domain.flags`) register and are collected by the same functions and yield
the same `Violation`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import compress, count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from validators.findings import Finding
from validators.settings import Settings
from validators.vocabulary import Level

if TYPE_CHECKING:  # buttons are collected by what stands here, and listing them must be fast
    from validators.ledger import Ledger, Table


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules judge by: the as-of date and the settings."""

    as_of: date
    settings: Settings = field(default_factory=Settings)


class CitedRow(NamedTuple):
    """A row a fact rests on: row `row` of `table`."""

    table: Table[Any]
    row: int

    @property
    def file(self) -> str:
        """Return the workbook of the row."""
        return self.table.locate(self.row)[0].file

    @property
    def origin(self) -> tuple[str, int]:
        """Return the workbook and the 1-based worksheet row."""
        part, local = self.table.locate(self.row)
        return part.file, part.rows[local]


class Violation(NamedTuple):
    """One cell a rule cites: row `row` of `table`, field `field`.

    Attributes:
        facts: What is filled in where the rule's sentence has `{…}`.
        evidence: Further rows it rests on.
    """

    table: Table[Any]
    row: int
    field: str
    facts: Mapping[str, Any] = {}
    evidence: tuple[CitedRow, ...] = ()


Registered = TypeVar("Registered")

RuleFunction = Callable[["Ledger", RuleContext], Iterable[Violation]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule.

    Attributes:
        code: Stable code; `{sheet}`, `{field}` and facts are filled from the violation.
        level: Level of its findings.
        message: Sentence; `{…}` are filled from the violation's facts.
        suggestion: What to do.
        check: The function; its docstring says what it looks for.
        across: Whether it compares workbooks, on the merged ledger only; it gets
            `validators.relations.COMPARED_FIELDS` alone.
        first: Whether it judges a cell by itself, so that its finding is kept where another rule
            of its level, which compares the cell with others, cites it too.
    """

    code: str
    level: Level
    message: str
    suggestion: str
    check: RuleFunction
    across: bool = False
    first: bool = False

    def findings(self, ledger: Ledger, context: RuleContext) -> Iterator[tuple[Violation, Finding]]:
        """Yield a finding for every violation whose cell has no error yet.

        A column the worksheet lacks is one finding on its headings, not one more for every row.
        """
        for violation in self.check(ledger, context):
            table, row, name = violation[:3]
            if table.has_cell(row, name) and not table.has_error(row, name):
                yield violation, finding_of(self, violation)


def rule(
    code: str,
    level: Level,
    message: str,
    suggestion: str,
    *,
    across: bool = False,
    first: bool = False,
) -> Callable[[RuleFunction], Rule]:
    """Make a function a rule; `collect` finds it. The arguments are the attributes of `Rule`."""
    return partial(Rule, code, level, message, suggestion, across=across, first=first)


def collect(package: str, path: Iterable[str], kind: type[Registered]) -> tuple[Registered, ...]:
    """Return every object of `kind` that the modules of a package define.

    Args:
        package: Full name of the package.
        path: Its `__path__`.
        kind: What is collected, such as `Rule`.

    Returns:
        The objects by module in alphabetical order, then in order of definition.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(path))
    modules = (importlib.import_module(f"{package}.{name}") for name in names)
    members = (member for module in modules for member in vars(module).values())
    return tuple(dict.fromkeys(member for member in members if isinstance(member, kind)))


def finding_of(rule: Rule, violation: Violation) -> Finding:
    """Word a violation as a finding."""
    place = violation.table.place(violation.row, violation.field)
    facts = {"value": place.value, "heading": place.heading, **violation.facts}
    return Finding(
        file=place.file,
        sheet=place.sheet,
        cell=place.cell,
        row=place.row,
        column=place.column,
        heading=place.heading,
        code=rule.code.format_map(
            {**facts, "sheet": violation.table.key, "field": violation.field}
        ),
        level=rule.level,
        value=place.value,
        message=rule.message.format_map(facts),
        suggestion=rule.suggestion.format_map(facts),
    )


def repeated(keys: Sequence[Any]) -> dict[Any, list[int]]:
    """Return the rows of every key that stands more than once; None is no key."""
    if len({*keys}) == len(keys):
        return {}
    last = dict(zip(keys, count(), strict=False))
    again = {key for index, key in enumerate(keys) if last[key] != index} - {None}
    rows: dict[Any, list[int]] = {}
    for index in compress(count(), map(again.__contains__, keys)):
        rows.setdefault(keys[index], []).append(index)
    return rows


def wrong_order(table: Table[Any], first: str, second: str) -> Iterator[Violation]:
    """Yield the rows whose date in `second` lies before that in `first`, the fact `start`."""
    for row, (start, end) in enumerate(table.columns(first, second)):
        if start and end and end < start:
            yield Violation(table, row, second, {"start": start})


_FEW = 5


def cite_each(
    table: Table[Any], rows: Sequence[int], name: str, *, with_file: bool = False
) -> Iterator[Violation]:
    """Yield a violation for each of some rows that say the same; `others` names a few of the others."""
    places = [table.place(row, name) for row in rows[: _FEW + 1]]
    shown = [f"{p.file} {p.cell}" if with_file else f"“{p.sheet}”{p.cell}" for p in places]
    for i, row in enumerate(rows):
        tab = f"“{table.locate(row)[0].sheet}”"
        some = [cell.removeprefix(tab) for j, cell in enumerate(shown) if j != i][:_FEW]
        more = f"等 {len(rows) - 1} 处" if len(rows) - 1 > len(some) else ""
        yield Violation(table, row, name, {"others": "、".join(some) + more})
