"""Write a copy of a clerk's ledger with some sheets changed; every other part is byte for byte.

    update_workbook(source, target, updates)
        open_source          what cannot be copied whole is refused
        body_of              the file's own columns, found by their headings
        SheetWriter          values, look-ups, looks and heights in the text of a sheet's XML
        changed_workbook_parts
        replace_atomically   the old target or the new one, never half

Libraries that load and save a workbook lose what they do not know: extension validations,
pictures in cells, some charts. So the package is taken apart and only what changes is rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from validators.errors import UpdateRefused, WriteRefused
from validators.sheets import Row, model_for
from workbooks.bulk.archive import ArchiveWriter
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.lookups import LookUps, sheets_looked_up
from workbooks.package.sheet_xml import SheetXml
from workbooks.package.source import Source, open_source
from workbooks.package.table_xml import tables_of
from workbooks.package.values import CellMaker
from workbooks.package.workbook_parts import changed_workbook_parts
from workbooks.package.xml_paper import XmlPaper
from workbooks.placing import Body, body_of, sheet_missing
from workbooks.raw.guard import MAX_PART_BYTES
from workbooks.reach import Reach
from workbooks.sheet_writing import SheetWriter
from workbooks.template.layout import FILE_KIND
from workbooks.updates import SheetReport, SheetUpdate, UpdateReport

__all__ = ["update_workbook"]

Parts = dict[str, str | None]


def update_workbook(
    source: Path, target: Path | BinaryIO, updates: Sequence[SheetUpdate], *, digest: str = ""
) -> UpdateReport:
    """Write `source` with `updates` to `target`; `source` is only read.

    Args:
        source: A ledger, whatever spreadsheet saved it as .xlsx.
        target: A path other than the source's, or a seekable stream.
        updates: At most one for each sheet.
        digest: `LedgerFile.digest` of the reading the updates come from, so that worksheet rows
            are still the same; "" where that is sure.

    Raises:
        UpdateRefused: The file is of another format, has macros or was changed meanwhile; it
            lacks a sheet, its headings or a required column; merged cells are in the way.
        UnreadableWorkbook: The file is damaged, harmful or locked with a password.
        WriteRefused: The target is the source, is no ledger of ours, or cannot be written.
    """
    by_key = {update.key: update for update in updates}
    if len(by_key) != len(updates):
        raise ValueError("two updates of one sheet")
    if isinstance(target, Path):
        _refuse_target(source, target)
    models = [model_for(key) for key in by_key]
    looked_up = [model_for(key) for key in sorted(sheets_looked_up(models))]
    opened = open_source(source, {model.sheet.name for model in (*models, *looked_up)}, digest)
    parts, report = _changed(opened, models, looked_up, by_key)
    if isinstance(target, Path):
        replace_atomically(target, lambda draft: _write_file(opened, draft, parts))
    else:
        _write(opened, target, parts)
    return report


def _refuse_target(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        raise WriteRefused("不能写回原台账", "请换一个文件名保存")
    refuse_foreign(target, FILE_KIND)
    check_writable(target, 2 * source.stat().st_size if source.exists() else 0)


def _changed(
    source: Source,
    models: Sequence[type[Row]],
    looked_up: Sequence[type[Row]],
    updates: Mapping[str, SheetUpdate],
) -> tuple[Parts, UpdateReport]:
    """Return the new text of the parts that change, and what was written."""
    bodies = {model.sheet.key: _body(source, model) for model in models}
    for model in looked_up:
        if model.sheet.key not in bodies:
            with suppress(UpdateRefused):  # the look-up is left blank
                bodies[model.sheet.key] = _body(source, model)
    keys = {model.sheet.key for model in looked_up}
    lookups = LookUps({key: body for key, body in bodies.items() if key in keys}, updates)
    parts: Parts = {}
    reports: list[SheetReport] = []
    for key, update in updates.items():
        changed, report = _changed_sheet(source, bodies[key], lookups, update)
        parts |= changed
        reports.append(report)
    parts |= changed_workbook_parts(source, {bodies[key].name for key in updates})
    return parts, UpdateReport(tuple(reports))


def _body(source: Source, model: type[Row]) -> Body:
    name = model.sheet.name
    if name not in source.sheets:
        raise sheet_missing(source.name, name)
    return body_of(source.sheets[name], model)


def _changed_sheet(
    source: Source, body: Body, lookups: LookUps, update: SheetUpdate
) -> tuple[Parts, SheetReport]:
    part = source.part_of(body.raw)
    xml = SheetXml(source.text(part), body.name)
    reach = Reach(body, tables_of(source, part) if body.heading_row else ())
    paper = XmlPaper(xml, body, reach, CellMaker(source.workbook, body.name))
    writer = SheetWriter(paper, body, reach, lookups)
    report = writer.write(update)
    changed: Parts = {}
    table = reach.table
    if table and (writer.end != reach.end or writer.cleared):
        changed[table.part] = table.resized(writer.end + table.totals, clear=writer.cleared)
    if body.heading_row:
        xml.refilter(body.heading_row, max(writer.end, *report.rows, 0), clear=writer.cleared)
        if writer.cleared:
            xml.show_all()
    changed[part] = xml.render()
    return changed, report


def _write_file(source: Source, path: Path, parts: Parts) -> None:
    with path.open("wb") as stream:
        _write(source, stream, parts)


def _write(source: Source, target: BinaryIO, parts: Parts) -> None:
    with ArchiveWriter(target) as archive:
        for name in source.package.names():
            if name not in parts:
                archive.write(name, source.package.chunks(name, MAX_PART_BYTES))
            elif (text := parts[name]) is not None:
                archive.write(name, [text.encode()])
