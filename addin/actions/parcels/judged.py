"""Have the townships of a consolidation judged by workers, those that lie on a shelf already left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from addin.actions.generated_sheets import ClerkEntries, clerk_entries, computed_part, duty_parts
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import (
    DamagedParcel,
    load_lent,
    load_parcel,
    save_sections,
    sections_of,
    unpacked,
)
from addin.actions.parcels.shelf import Shelf
from addin.actions.validate import ExaminedLedger
from addin.domain.facts import LedgerFacts
from addin.domain.growth import growth
from addin.domain.rollup import files_of_people, growth_rows
from addin.domain.summaries import Summary, summarise
from addin.domain.townships.judged import TownshipJudgement, judge_township
from addin.domain.townships.shared_mentors import PEOPLE, SharedMentors
from validators.errors import UnreadableWorkbook
from validators.ledger import Ledger, SheetPart, Table
from validators.settings import Settings
from validators.sheets import AwardRow, DutyRow, FlagRow, GrowthRow, PoolChangeRow, Row
from workbooks.workers import run_guarded

JUDGED = ".judged"
"""The suffix of a judged township."""

LISTS: tuple[type[Row], ...] = (FlagRow, AwardRow, PoolChangeRow)
"""The computed sheets that go across townships."""


class Rules(NamedTuple):
    """What all townships are judged by.

    Attributes:
        as_of: The day.
        settings: The superior's, else the defaults.
        year: The year the awards judge.
    """

    as_of: date
    settings: Settings
    year: int


class _Borrowed(NamedTuple):
    """Another ledger's rows of a township's mentors: `people`, and the parcel that lends more."""

    first: bool
    people: Ledger
    lender: Path | None


class _JudgeOrder(NamedTuple):
    """One township to judge.

    Attributes:
        parcel: Its ledger.
        target: Where the judgement shall lie.
        rules: What all are judged by.
        own: By file, the settings of ledgers where no superior's win.
        rejected: What comparing left rejected of it.
        borrowed: What of others is judged with it; `first` if they come before it.
        delivered: Units under whose codes it has mentors, its own one too; none without others.
    """

    parcel: Path
    target: Path
    rules: Rules
    own: dict[str, Settings]
    rejected: _RejectedRows
    borrowed: tuple[_Borrowed, ...]
    delivered: frozenset[str]


class JudgedLedger(NamedTuple):
    """A township's ledger after it was judged.

    Attributes:
        summary: Its figures; findings are not counted.
        judgement: What its records came to.
        entries: What its clerks entered into the sheets of `LISTS`, by sheet.
    """

    summary: Summary
    judgement: TownshipJudgement
    entries: Mapping[str, ClerkEntries]


def judged(
    shelf: Shelf, examined: Sequence[ExaminedLedger], people: Ledger, rules: Rules, *, alike: bool
) -> Iterator[JudgedLedger]:
    """Yield every township judged, in order.

    Args:
        shelf: Where the parcels lie and the judgements shall.
        examined: The ledgers; what is rejected of them is settled.
        people: Them merged; cells of `PEOPLE` are enough.
        rules: What they are judged by.
        alike: Whether a superior's settings win over each ledger's own.
    """
    orders = list(_orders(shelf, examined, people, rules, alike=alike))
    there = {order.target: _kept(shelf, order.target) for order in orders}
    wanted = [order for order in orders if there[order.target] is None]
    for order, problem in run_guarded(_judge, wanted, jobs=shelf.jobs):
        if isinstance(problem, UnreadableWorkbook):
            _judge(order)  # a worker that died is no reason to fail
    for order in orders:
        shelf.used.add(order.target)
        yield there[order.target] or _loaded(order.target)


def _kept(shelf: Shelf, path: Path) -> JudgedLedger | None:
    try:
        return _loaded(path) if shelf.keeps and path.exists() else None
    except DamagedParcel:
        return None


def _loaded(path: Path) -> JudgedLedger:
    return JudgedLedger(*unpacked(sections_of(path)[0]))


def computed_parts(shelf: Shelf, file: str) -> dict[str, list[SheetPart]]:
    """Return the worksheets of a judged ledger that were computed, by sheet: growth files and duties."""
    found: dict[str, list[SheetPart]] = unpacked(sections_of(shelf.judged[file])[1])
    return found


def _orders(
    shelf: Shelf, examined: Sequence[ExaminedLedger], people: Ledger, rules: Rules, *, alike: bool
) -> Iterator[_JudgeOrder]:
    shared = SharedMentors(people)
    place = {one.file: at for at, one in enumerate(examined)}
    settings = {} if alike else {one.file: one.settings for one in examined}
    units = {*people.unit_codes.values()}
    for one in examined:
        neighbours = sorted(shared.around(one.file), key=lambda each: place[each.file])
        borrowed = tuple(
            _Borrowed(
                place[each.file] < place[one.file],
                each.people,
                shelf.parcels[each.file] if each.lends else None,
            )
            for each in neighbours
        )
        files = [one.file, *(each.file for each in neighbours)]
        own = {file: settings[file] for file in files if file in settings}
        delivered = shared.delivered_of(one.file) if len(units) > 1 else ()
        order = _JudgeOrder(
            shelf.parcels[one.file], Path(), rules, own, _rejected(one.ledger), borrowed,
            frozenset(delivered),
        )  # fmt: skip
        parcels = [shelf.parcels[file].name for file in files]
        target = shelf.folder / f"{_key(order, parcels)}{JUDGED}"
        shelf.judged[one.file] = target
        yield order._replace(target=target)


_RejectedRows = dict[str, tuple[tuple[int, ...], ...]]
"""Of the worksheets of `PEOPLE` by sheet, the rows that comparing left rejected."""


def _rejected(ledger: Ledger) -> _RejectedRows:
    return {
        key: tuple(tuple(sorted(part.rejected)) for part in ledger.tables[key].parts)
        for key in sorted(PEOPLE)
    }


def _settled(ledger: Ledger, rejected: _RejectedRows) -> Ledger:
    """Return a ledger from its parcel after what was rejected of it."""
    for key, parts in rejected.items():
        for part, rows in zip(ledger.tables[key].parts, parts, strict=True):
            part.rejected = set(rows)
    return ledger


def _key(order: _JudgeOrder, parcels: Iterable[str]) -> str:
    """Return a digest of everything a judgement rests on."""
    as_of, settings, year = order.rules
    own = [(file, one.model_dump_json()) for file, one in order.own.items()]
    borrowed = [
        (each.first, each.lender is None, part.key, part.sheet, *part.rows, *sorted(part.rejected))
        for each in order.borrowed
        for table in each.people.tables.values()
        for part in table.parts
    ]
    return digest_of(
        [
            *parcels, as_of.isoformat(), settings.model_dump_json(), year, *own,
            *order.rejected.items(), *borrowed, *sorted(order.delivered),
        ]
    )  # fmt: skip


def _judge(order: _JudgeOrder) -> None:
    """Judge a township and leave what it came to."""
    examined, rules = load_parcel(order.parcel), order.rules
    ledger = _settled(examined.ledger, order.rejected)
    before = [one for each in order.borrowed if each.first for one in _rows(each)]
    after = [one for each in order.borrowed if not each.first for one in _rows(each)]
    together = Ledger.merged([*before, ledger, *after], order.delivered)
    own = together.of_file(examined.file)
    facts = LedgerFacts.of(together, rules.settings, rules.as_of, order.own)
    judged = (
        summarise(ledger, rules.as_of, examined.settings),
        judge_township(own, facts, rules.year),
        {model.sheet.key: clerk_entries(own, model) for model in LISTS},
    )
    save_sections(order.target, [judged, _computed(own, facts)])


def _rows(borrowed: _Borrowed) -> Iterator[Ledger]:
    yield borrowed.people
    if borrowed.lender:
        yield load_lent(borrowed.lender)


def _computed(own: Ledger, facts: LedgerFacts) -> dict[str, list[SheetPart]]:
    """Return the growth files and duties of a township's own ledger."""
    (file,) = own.unit_codes
    of = files_of_people(facts.ledger)
    rows = [row for row in growth_rows(growth(facts), of) if row.file == file]
    duties = [part for part in duty_parts(facts.ledger, facts.duties) if part.file == file]
    files = computed_part(GrowthRow, rows, clerk_entries(own, GrowthRow))
    return {GrowthRow.sheet.key: [files], DutyRow.sheet.key: duties}


def judged_ledger(
    shelf: Shelf, examined: Iterable[ExaminedLedger], lists: Mapping[str, Any]
) -> Ledger:
    """Return the whole merged ledger, its generated sheets computed; it takes the memory of all.

    Args:
        shelf: Where everything lies.
        examined: The ledgers, in order.
        lists: The tables of `LISTS` by sheet.
    """
    ledgers, computed = list[Ledger](), dict[str, list[SheetPart]]()
    for one in examined:
        ledger = load_parcel(shelf.parcels[one.file]).ledger
        ledgers.append(_settled(ledger, _rejected(one.ledger)))
        for key, parts in computed_parts(shelf, one.file).items():
            computed.setdefault(key, []).extend(parts)
    merged = Ledger.merged(ledgers)
    tables = {key: Table(merged.tables[key].model, parts) for key, parts in computed.items()}
    return replace(merged, tables={**merged.tables, **tables, **lists})
