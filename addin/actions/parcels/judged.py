"""Have the townships of a consolidation judged and printed by workers, those that lie on a shelf already left out."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from addin.actions.exchange.states import MemoryRow, remembered_rows
from addin.actions.generated_sheets import ClerkEntries, clerk_entries, computed_part, duty_parts
from addin.actions.parcels import PARCEL, DamagedParcel
from addin.actions.parcels.cluster import Cluster, LeftFiles
from addin.actions.parcels.earlier import digest_of
from addin.actions.parcels.parcel import (
    load_lent,
    load_parcel,
    load_people,
    save_sections,
    sections_of,
    unpacked,
)
from addin.actions.parcels.printed import ROWS, PrintOrder, print_ledger, printed_rows
from addin.actions.parcels.shelf import Shelf, to_do
from addin.actions.validate import ExaminedLedger
from addin.domain.facts import LedgerFacts
from addin.domain.growth import growth
from addin.domain.rollup import files_of_people, growth_rows
from addin.domain.summaries import Summary, summarise
from addin.domain.townships.judged import TownshipJudgement, judge_township
from addin.domain.townships.shared_mentors import PEOPLE, PickedRows, SharedMentors, picked_rows
from validators.errors import UnreadableWorkbook
from validators.ledger import Ledger, SheetPart, Table
from validators.settings import Settings
from validators.sheets import AwardRow, DutyRow, FlagRow, GrowthRow, PoolChangeRow, Row
from workbooks.bulk import PrintedRows
from workbooks.consolidated.ledger_sheets import Names, merged_models
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


class _Loan(NamedTuple):
    """Rows of another ledger that a township is judged with.

    Attributes:
        first: Whether the other ledger comes before the township's.
        lender: Its parcel.
        rejected: What comparing left rejected of it.
        people: Its rows of the township's mentors.
        lends: Whether what was recorded of them is wanted, too.
    """

    first: bool
    lender: Path
    rejected: _RejectedRows
    people: PickedRows
    lends: bool


class _Sent(NamedTuple):
    """The rows of a loan, for where its parcel does not lie."""

    first: bool
    rows: tuple[Ledger, ...]


class _JudgeOrder(NamedTuple):
    """One township to judge.

    Attributes:
        parcel: Its ledger.
        target: Where the judgement shall lie.
        rules: What all are judged by.
        own: By file, the settings of ledgers where no superior's win.
        rejected: What comparing left rejected of it.
        borrowed: What of others is judged with it.
        units: Those whose ledgers are merged; none without others.
        delivered: Of these, those under whose codes it has mentors, and its own one.
        printed: What is printed beside its rows.
        keeps_computed: Whether its computed sheets are wanted again after they are printed.
    """

    parcel: Path
    target: Path
    rules: Rules
    own: dict[str, Settings]
    rejected: _RejectedRows
    borrowed: tuple[_Loan | _Sent, ...]
    units: frozenset[str]
    delivered: frozenset[str]
    printed: PrintOrder
    keeps_computed: bool

    @property
    def rows(self) -> Path:
        """Return the file for its rows."""
        return self.target.with_suffix(ROWS)


class JudgedLedger(NamedTuple):
    """A township's ledger after it was judged.

    Attributes:
        summary: Its figures; findings are not counted.
        judgement: What its records came to.
        entries: What its clerks entered into the sheets of `LISTS`, by sheet.
        remembered: What the consolidated workbook remembers of it.
        printed: Its rows, in blocks with their sheets.
    """

    summary: Summary
    judgement: TownshipJudgement
    entries: Mapping[str, ClerkEntries]
    remembered: list[MemoryRow]
    printed: list[tuple[str, PrintedRows]]


def judged(shelf: Shelf, orders: Mapping[str, _JudgeOrder]) -> Iterator[tuple[str, JudgedLedger]]:
    """Yield every file with its township judged and printed, in order; see `judge_orders`."""
    done: dict[str, JudgedLedger] = {}
    left = {file: (order, order.target if shelf.keeps else None) for file, order in orders.items()}
    missing, wanted = to_do(left, _kept, done)
    if shelf.cluster:
        some = [*wanted]
        _judge_elsewhere(shelf.cluster, some)
        wanted = (order for order in some if not order.target.exists())
    for order, problem in run_guarded(_judge, wanted, jobs=min(shelf.jobs, missing or 1)):
        if isinstance(problem, UnreadableWorkbook):
            _judge(order)  # a worker that died is no reason to fail
    for file, order in orders.items():
        shelf.judged[file] = order.target
        shelf.used.update({order.target, order.rows})
        yield file, done.get(file) or _loaded(order)


def _kept(order: _JudgeOrder) -> JudgedLedger | None:
    with suppress(DamagedParcel):
        return _loaded(order)
    return None


def _loaded(order: _JudgeOrder) -> JudgedLedger:
    printed = printed_rows(order.rows)
    if printed is None:
        raise DamagedParcel("no rows")
    summary, judgement, entries, remembered = unpacked(sections_of(order.target)[0])
    return JudgedLedger(summary, judgement, entries, remembered, printed)


def computed_parts(shelf: Shelf, file: str) -> dict[str, list[SheetPart]]:
    """Return the worksheets of a judged ledger that were computed, by sheet: growth files and duties.

    They are there if that was said when it was `judged`.
    """
    found: dict[str, list[SheetPart]] = unpacked(sections_of(shelf.judged[file])[1])
    return found


def judge_orders(
    shelf: Shelf,
    examined: Sequence[ExaminedLedger],
    people: Ledger,
    rules: Rules,
    printed: Iterable[PrintOrder],
    *,
    alike: bool,
    keeps_computed: bool,
) -> dict[str, _JudgeOrder]:
    """Return an order for every ledger by file.

    Args:
        shelf: Where the parcels lie and the judgements shall.
        examined: The ledgers; what is rejected of them is settled.
        people: Them merged; `COMPARED_FIELDS` are enough.
        rules: What they are judged by.
        printed: What is printed of each beside its rows.
        alike: Whether a superior's settings win over each ledger's own.
        keeps_computed: Whether `computed_parts` will be asked for.
    """
    orders = {}
    shared = SharedMentors(people)
    place = {one.file: at for at, one in enumerate(examined)}
    rejected = {one.file: _rejected(one.ledger) for one in examined}
    settings = {} if alike else {one.file: one.settings for one in examined}
    units = units_together(people)
    for one, own_print in zip(examined, printed, strict=True):
        neighbours = sorted(shared.around(one.file), key=lambda each: place[each.file])
        borrowed = tuple(
            _Loan(
                place[each.file] < place[one.file],
                shelf.parcels[each.file],
                rejected[each.file],
                each.people,
                each.lends,
            )
            for each in neighbours
        )
        files = [one.file, *(each.file for each in neighbours)]
        order = _JudgeOrder(
            shelf.parcels[one.file],
            Path(),
            rules,
            {file: settings[file] for file in files if file in settings},
            rejected[one.file],
            borrowed,
            units,
            shared.delivered_of(one.file) if units else units,
            own_print,
            keeps_computed,
        )
        orders[one.file] = _named(shelf, order, borrowed)
    return orders


def units_together(people: Ledger) -> frozenset[str]:
    """Return the units whose ledgers are merged, none of a single one."""
    return frozenset(people.unit_codes.values() if len(people.unit_codes) > 1 else ())


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


def _named(shelf: Shelf, order: _JudgeOrder, borrowed: Iterable[_Loan]) -> _JudgeOrder:
    """Return an order with its target, which everything that the judgement rests on names."""
    as_of, settings, year = order.rules
    own = [(file, one.model_dump_json()) for file, one in order.own.items()]
    loans = [(each.lender.name, *each._replace(lender=Path())) for each in borrowed]
    key = digest_of(
        [
            order.parcel.name, as_of.isoformat(), settings.model_dump_json(), year, *own,
            *order.rejected.items(), *loans, *sorted(order.delivered), *order.printed,
            order.keeps_computed,
        ]
    )  # fmt: skip
    return order._replace(target=shelf.folder / f"{key}{JUDGED}")


def _judge(order: _JudgeOrder) -> None:
    """Judge and print a township, and leave what it came to."""
    examined, rules = load_parcel(order.parcel), order.rules
    ledger = _settled(examined.ledger, order.rejected)
    before = [one for each in order.borrowed if each.first for one in _rows(each, order.units)]
    after = [one for each in order.borrowed if not each.first for one in _rows(each, order.units)]
    together = Ledger.merged([*before, ledger, *after], order.delivered)
    own = together.by_file()[examined.file]
    facts = LedgerFacts.of(together, rules.settings, rules.as_of, order.own)
    judged = (
        summarise(ledger, rules.as_of, examined.settings),
        judge_township(own, facts, rules.year),
        {model.sheet.key: clerk_entries(own, model) for model in LISTS},
        [*remembered_rows(own, order.printed.label.place)],
    )
    computed = _computed(own, facts)
    for key, parts in computed.items():
        own.tables[key] = Table(own.tables[key].model, parts)
    models = [model for model in merged_models() if model not in LISTS]
    found = examined.findings
    print_ledger(own, Names(together), models, found, order.printed, order.rows)
    save_sections(order.target, [judged, computed] if order.keeps_computed else [judged])


def _judge_elsewhere(cluster: Cluster, orders: Iterable[_JudgeOrder]) -> None:
    """Have townships judged by the workers of a cluster that examined them; what is lost is left out."""
    sent = ((order.parcel.with_suffix(""), _whole(order)) for order in orders)
    for left in cluster.again(_judge_there, sent):
        for path, content in {} if isinstance(left, UnreadableWorkbook) else left.items():
            path.write_bytes(content)


def _whole(order: _JudgeOrder) -> _JudgeOrder:
    """Return an order that names no file but its own."""
    sent = (_Sent(each.first, _rows(each, order.units)) for each in order.borrowed)
    return order._replace(borrowed=tuple(sent))


def _judge_there(left: LeftFiles, order: _JudgeOrder) -> dict[Path, bytes]:
    """Judge a township on a worker; return the files it comes to by their paths at home."""
    with tempfile.TemporaryDirectory(prefix="bangdai-") as folder:
        parcel, target = Path(folder) / PARCEL, Path(folder) / order.target.name
        parcel.write_bytes(left.files[PARCEL])
        there = order._replace(parcel=parcel, target=target)
        _judge(there)
        return {order.target: there.target.read_bytes(), order.rows: there.rows.read_bytes()}


def _rows(borrowed: _Loan | _Sent, units: Collection[str]) -> tuple[Ledger, ...]:
    if isinstance(borrowed, _Sent):
        return borrowed.rows
    lender = _settled(load_people(borrowed.lender), borrowed.rejected)
    people = picked_rows(Ledger.merged([lender], units), borrowed.people)
    return (people, load_lent(borrowed.lender)) if borrowed.lends else (people,)


def _computed(own: Ledger, facts: LedgerFacts) -> dict[str, list[SheetPart]]:
    """Return the growth files and duties of a township's own ledger."""
    (file,) = own.unit_codes
    of = files_of_people(facts.ledger)
    rows = [row for row in growth_rows(growth(facts), of) if row.file == file]
    duties = [part for part in duty_parts(facts.ledger, facts.duties) if part.file == file]
    files = computed_part(GrowthRow, rows, clerk_entries(own, GrowthRow))
    return {GrowthRow.sheet.key: [files], DutyRow.sheet.key: duties}


def judged_ledger(shelf: Shelf, one: ExaminedLedger, delivered: Collection[str]) -> Ledger:
    """Return a ledger with all its cells, its growth files and duties computed.

    Args:
        shelf: Where everything lies.
        one: The ledger; what is rejected of it is settled.
        delivered: The units whose ledgers are merged, none of a single one.
    """
    own = _settled(load_parcel(shelf.parcels[one.file]).ledger, _rejected(one.ledger))
    ledger = Ledger.merged([own], delivered)
    computed = computed_parts(shelf, one.file)
    tables = {key: Table(ledger.tables[key].model, parts) for key, parts in computed.items()}
    return replace(ledger, tables={**ledger.tables, **tables})
