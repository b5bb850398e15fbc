"""Write a delivery of sample ledgers, one per township, with the truth about every planted error."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from validators.columns import Column, Kind
from validators.divisions import Division, children, full_name, units
from workbooks.samples.log_entries import Logbook
from workbooks.samples.planting import (
    plant_errors,
    plant_oddities,
    plant_scenes,
    plant_sheet_errors,
)
from workbooks.samples.records import completions, conversions, exchange, misconduct, settings
from workbooks.samples.styles import STYLES
from workbooks.samples.workbook import Book, Page, plan_book, write_book
from workbooks.samples.world import DutyMaker, PlantedError, World, plain


@dataclass(frozen=True, slots=True)
class Order:
    """A request for the ledger of one township.

    Attributes:
        unit_code: The township.
        neighbour: Unit code of the delivery's previous township, "" without one.
        position: Place in the delivery, from 0.
        struggling: Whether some mentees' help is failing.
        style: One of `STYLES`.
        duties: Makes the duties of a new pairing.
        oddities: Whether some values look wrong and are right.
    """

    unit_code: str
    neighbour: str
    position: int
    seed: int
    as_of: date
    log_rows: int
    error_rate: float
    struggling: bool = True
    style: int = 1
    duties: DutyMaker | None = None
    oddities: bool = True


@dataclass(slots=True)
class SampleLedger:
    """One written ledger and what is known about it.

    Attributes:
        file: Its name.
        unit_code: The township.
        rows: JSON lines of its clean rows.
        errors: As in `SampleTruth`.
        struggling, reminded: As in `SampleTruth`.
        copied: Copies; `source` names an entry by file and log ID, or the township's shared text.
        shared: Log IDs of the texts the next township copies, by number.
        log_days: The day of every log entry by its ID.
        row_count: Rows written, clean or not.
        flawed_count: Rows with a planted error.
    """

    file: str
    unit_code: str
    rows: str
    errors: list[dict[str, str]]
    struggling: list[dict[str, str]]
    reminded: list[dict[str, str]]
    copied: list[dict[str, Any]]
    shared: dict[int, str]
    log_days: dict[str, date]
    row_count: int
    flawed_count: int


@dataclass(slots=True)
class SampleTruth:
    """The whole delivery's truth.

    Attributes:
        as_of: The day everything is judged at.
        errors: One entry per cell: file, sheet, cell, kind, level, code; a missing sheet has
            the cell "".
        struggling: file, mentee_id, reason; the first style names one reason a mentee, others all.
        reminded: file, mentee_id, reason of what is due soon; none of the first style.
        copied: file, log_id, source_file, source_log_id, kind.
        rows: Rows written, clean or not.
        flawed: Rows with a planted error.
    """

    as_of: str
    errors: list[dict[str, str]] = field(default_factory=list)
    struggling: list[dict[str, str]] = field(default_factory=list)
    reminded: list[dict[str, str]] = field(default_factory=list)
    copied: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0
    flawed: int = 0

    def json(self) -> str:
        """Return the text of `truth.json`."""
        content = {key: value for key, value in asdict(self).items() if key not in _COUNTS}
        return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


_COUNTS = ("rows", "flawed")


def write_samples(  # noqa: PLR0913  # the command's options
    out: Path,
    *,
    townships: int = 65,
    log_rows: int = 3000,
    error_rate: float = 0.03,
    seed: int = 7,
    as_of: date,
    struggling: bool = True,
    style: int = 1,
    duties: DutyMaker | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    jobs: int = 1,
) -> SampleTruth:
    """Write one ledger per township, `truth.json` and `truth_rows.jsonl` to `out`.

    Args:
        out: Folder; made where it is missing.
        townships: How many of Guyuan's 65 townships, taken from the counties in turn.
        log_rows: Log entries per ledger; a short log has fewer people, too.
        error_rate: Share of all rows in which an error is planted.
        seed: The same arguments give the same bytes, whatever `jobs` is.
        as_of: The day the year of records ends on.
        struggling: Whether to plant mentees whose help is failing.
        style: One of `STYLES`.
        duties: Makes the duties of a new pairing; the second style needs it.
        progress: Called with files done, files in all and the file's name once it is written.
        jobs: Processes.

    Returns:
        What `truth.json` holds.
    """
    out.mkdir(parents=True, exist_ok=True)
    codes = [unit.code for unit in chosen_units(townships)]
    neighbours = [codes[n - 1] if len(codes) > 1 else "" for n in range(len(codes))]
    orders = [
        (
            out,
            Order(
                code, neighbours[n], n, seed, as_of, log_rows, error_rate, struggling, style, duties
            ),
        )
        for n, code in enumerate(codes)
    ]
    ledgers: list[SampleLedger] = []
    with (out / "truth_rows.jsonl").open("w", encoding="utf-8", newline="\n") as lines:
        for ledger in _deliveries(orders, jobs):
            lines.write(ledger.rows)
            ledger.rows = ""
            ledgers.append(ledger)
            if progress:
                progress(len(ledgers), len(orders), ledger.file)
    truth = _joined_truth(as_of, ledgers)
    (out / "truth.json").write_text(truth.json(), encoding="utf-8")
    return truth


def clean_rows(
    unit_code: str,
    *,
    seed: int,
    as_of: date,
    log_rows: int,
    neighbour: str = "",
    position: int = 0,
    oddities: bool = True,
) -> dict[str, list[dict[str, Any]]]:
    """Return the error-free rows of one ledger: sheet key → rows of field → value.

    Args:
        unit_code: The township.
        seed: The same arguments give the same rows.
        as_of: The day the year of records ends on.
        log_rows: Log entries; a short log has fewer people, too.
        neighbour: Unit code of a township whose mentors help here, too.
        position: Place in a delivery, from 0: rotates what is rare.
        oddities: Whether some values look wrong and are right, such as a text that begins with "=".
    """
    order = Order(unit_code, neighbour, position, seed, as_of, log_rows, 0.0, oddities=oddities)
    world, _ = make_world(order)
    return {sheet: [dict(e.values) for e in entries] for sheet, entries in world.rows.items()}


def chosen_units(count: int) -> list[Division]:
    """Return `count` townships, taken from the counties in turn."""
    counties = {unit.parent_code for unit in units()}
    queues = [list(children()[code]) for code in sorted(counties)]
    longest = max(len(queue) for queue in queues)
    turns = [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]
    return turns[:count]


def make_world(order: Order) -> tuple[World, Logbook]:
    """Make every row of a township's ledger."""
    unit = next(unit for unit in units() if unit.code == order.unit_code)
    world = World(unit, seed=order.seed, as_of=order.as_of, log_rows=order.log_rows)
    world.neighbour, world.duties = order.neighbour, order.duties
    style = STYLES[order.style](world)
    style.cast(order.position, struggling=order.struggling)
    plant_scenes(world, order.position, order.error_rate, struggling=order.struggling)
    logbook = style.record()
    for add_rows in (conversions, completions, misconduct, exchange, settings):
        add_rows(world)
    style.copy(logbook)
    if order.oddities:
        plant_oddities(world, logbook)
    plant_errors(world, order.position, order.error_rate)
    return world, logbook


# --- one township's workbook; runs in a worker process --------------------------------------------


def _deliveries(orders: list[tuple[Path, Order]], jobs: int) -> Iterator[SampleLedger]:
    if jobs <= 1:
        yield from map(_deliver, orders)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(_deliver, orders)


def _deliver(task: tuple[Path, Order]) -> SampleLedger:
    """Write the ledger an order asks for and return what is known about it."""
    out, order = task
    world, logbook = make_world(order)
    book = plan_book(world, random.Random(f"layout/{order.seed}/{order.unit_code}"))
    if order.error_rate:
        plant_sheet_errors(book, order.position)
    file = f"{full_name(world.unit)}.xlsx"
    write_book(book, out / file)
    entries = [entry for rows in world.rows.values() for entry in rows]
    return SampleLedger(
        file=file,
        unit_code=order.unit_code,
        rows=_row_lines(book, file),
        errors=_error_places(book, file),
        struggling=_reasons(file, world.struggling),
        reminded=_reasons(file, world.reminded),
        copied=[*logbook.copied, *_repeated(world)],
        shared=logbook.shared,
        log_days={str(e.values.get("log_id")): e.values["date"] for e in world.of("log")},
        row_count=len(entries),
        flawed_count=sum(entry.flawed for entry in entries),
    )


def _reasons(file: str, reasons: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"file": file, "mentee_id": mentee_id, "reason": reason} for mentee_id, reason in reasons
    ]


def _repeated(world: World) -> list[dict[str, Any]]:
    """Return contacts entered twice: whoever looks for copies finds them, too."""
    return [
        {
            "log_id": repetition.values["log_id"],
            "source_unit": world.unit.unit_code,
            "source_log_id": original.values["log_id"],
            "source_shared": -1,
            "kind": "exact",
        }
        for original, repetition in world.repeated
    ]


def _error_places(book: Book, file: str) -> list[dict[str, str]]:
    """Return every planted error at its cell in the finished layout."""
    places = [_error_place(file, book.page(error.entry.sheet), error) for error in book.world.cited]
    places += [
        {"file": file, "sheet": page.model.sheet.name, "cell": cell, **facts}
        for page in book.pages
        for cell, facts in page.planted
    ]
    return sorted(places, key=lambda place: (place["sheet"], place["cell"], place["code"]))


def _error_place(file: str, page: Page, error: PlantedError) -> dict[str, str]:
    if page.model.sheet.form:
        fields = [c.field for c in page.layout.columns if isinstance(c, Column)]
        cell = xl_rowcol_to_cell(page.layout.heading_row + fields.index(error.field), 1)
    else:
        cell = page.layout.address(error.entry, error.field)
    return {
        "file": file,
        "sheet": page.model.sheet.name,
        "cell": cell,
        "kind": error.kind,
        "level": error.level,
        "code": error.code,
    }


def _row_lines(book: Book, file: str) -> str:
    """Return a JSON line for every clean row as it should be read."""
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    lines = []
    for page in book.pages:
        kinds = {c.field: c.kind for c in page.layout.columns if isinstance(c, Column)}
        if page.unread or page.model.sheet.key == book.missing:
            continue
        for entry in page.entries:
            if entry.flawed:
                continue
            row = page.layout.places[entry] + 1
            if page.model.sheet.form:
                row = page.layout.heading_row + 1
            values = {name: _json(v, kinds[name]) for name, v in entry.values.items()}
            sheet = page.model.sheet.name
            lines.append(dumps({"file": file, "sheet": sheet, "row": row, "values": values}))
    return "".join(f"{line}\n" for line in lines)


def _json(value: Any, kind: Kind) -> Any:
    shown = plain(value)
    return shown[:7] if kind is Kind.MONTH else shown


# --- the truth of the whole delivery --------------------------------------------------------------


def _joined_truth(as_of: date, ledgers: list[SampleLedger]) -> SampleTruth:
    """Join the townships' truths; copies across townships find their source here."""
    truth = SampleTruth(as_of.isoformat())
    by_unit = {ledger.unit_code: ledger for ledger in ledgers}
    for ledger in ledgers:
        truth.errors += ledger.errors
        truth.struggling += ledger.struggling
        truth.reminded += ledger.reminded
        truth.rows += ledger.row_count
        truth.flawed += ledger.flawed_count
        for copy in ledger.copied:
            source = by_unit[copy["source_unit"]]
            shared = copy["source_shared"]
            if shared >= 0 and shared not in source.shared:
                continue  # a short log had no room for the text: nobody was copied
            source_id = copy["source_log_id"] or source.shared[shared]
            pair = (ledger, copy["log_id"]), (source, source_id)
            truth.copied.append(_copy_and_source(pair, copy["kind"]))
    return truth


def _copy_and_source(
    pair: tuple[tuple[SampleLedger, str], tuple[SampleLedger, str]], kind: str
) -> dict[str, str]:
    """Return two like entries as copy and source: the source is of the earlier day, or lower ID."""
    (source, source_id), (copy, copy_id) = sorted(
        pair, key=lambda entry: (entry[0].log_days[entry[1]], entry[1])
    )
    return {
        "file": copy.file,
        "log_id": copy_id,
        "source_file": source.file,
        "source_log_id": source_id,
        "kind": kind,
    }
