"""What is known about the samples before anything is corrupted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from validators.columns import Column, Kind
from workbooks.samples.book import Book, Page
from workbooks.samples.world import plain


@dataclass(slots=True)
class SampleLedger:
    """One written ledger and what is known about it.

    Attributes:
        file: Its name.
        rows: JSON lines of its clean rows.
        copied: Copies; `source` names an entry by file and log ID, or the township's shared text.
        unit_code: The township.
        shared: Log IDs of the texts the next township copies, by number.
        log_days: The day of every log entry by its ID.
    """

    file: str
    unit_code: str
    rows: str
    errors: list[dict[str, str]]
    struggling: list[dict[str, str]]
    copied: list[dict[str, Any]]
    shared: dict[int, str]
    log_days: dict[str, date]
    row_count: int = 0
    flawed_count: int = 0


@dataclass(slots=True)
class SampleTruth:
    """The whole delivery's truth.

    Attributes:
        as_of: The day everything is judged at.
        errors: One entry per cell: file, sheet, cell, kind, level, code; a missing sheet has
            the cell "".
        struggling: file, mentee_id, reason.
        copied: file, log_id, source_file, source_log_id, kind.
        rows: Rows written, clean or not.
        flawed: Rows with a planted error.
    """

    as_of: str
    errors: list[dict[str, str]] = field(default_factory=list)
    struggling: list[dict[str, str]] = field(default_factory=list)
    copied: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0
    flawed: int = 0

    def json(self) -> str:
        """Return the text of `truth.json`."""
        content = {
            "as_of": self.as_of,
            "errors": self.errors,
            "struggling": self.struggling,
            "copied": self.copied,
        }
        return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


def gather(as_of: date, delivered: list[SampleLedger]) -> SampleTruth:
    """Join the townships' truths; copies across townships find their source here."""
    truth = SampleTruth(as_of.isoformat())
    by_unit = {done.unit_code: done for done in delivered}
    for done in delivered:
        truth.errors += done.errors
        truth.struggling += done.struggling
        truth.rows += done.row_count
        truth.flawed += done.flawed_count
        for copy in done.copied:
            source = by_unit[copy["source_unit"]]
            shared = copy["source_shared"]
            if shared >= 0 and shared not in source.shared:
                continue  # a short log had no room for the text: nobody was copied
            source_id = copy["source_log_id"] or source.shared[shared]
            truth.copied.append(_copy((done, copy["log_id"]), (source, source_id), copy["kind"]))
    return truth


def _copy(
    one: tuple[SampleLedger, str], other: tuple[SampleLedger, str], kind: str
) -> dict[str, str]:
    """Return a copy and its source: the entry of the earlier day, then of the lower ID."""
    (source, source_id), (copy, copy_id) = sorted(
        (one, other), key=lambda entry: (entry[0].log_days[entry[1]], entry[1])
    )
    return {
        "file": copy.file,
        "log_id": copy_id,
        "source_file": source.file,
        "source_log_id": source_id,
        "kind": kind,
    }


def error_places(book: Book, file: str) -> list[dict[str, str]]:
    """Return every planted error at its cell in the finished layout."""
    places = []
    for cited in book.world.cited:
        page = book.page(cited.entry.sheet)
        places.append(_place(file, page, _cell(page, cited), cited))
    places += [
        {"file": file, "sheet": p.model.sheet.name, "cell": cell, **facts}
        for p in book.pages
        for cell, facts in p.planted
    ]
    return sorted(places, key=lambda place: (place["sheet"], place["cell"], place["code"]))


def _cell(page: Page, cited: Any) -> str:
    if page.model.sheet.form:
        fields = [c.field for c in page.layout.columns if isinstance(c, Column)]
        return str(xl_rowcol_to_cell(page.layout.heading_row + fields.index(cited.field), 1))
    return page.layout.address(cited.entry, cited.field)


def _place(file: str, page: Page, cell: str, cited: Any) -> dict[str, str]:
    return {
        "file": file,
        "sheet": page.model.sheet.name,
        "cell": cell,
        "kind": cited.kind,
        "level": cited.level,
        "code": cited.code,
    }


def row_lines(book: Book, file: str) -> str:
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
