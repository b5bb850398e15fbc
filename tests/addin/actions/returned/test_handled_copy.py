"""A returned copy sorted, filtered, renamed, with rows put in between and notes deleted: edits alone are told."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from addin.actions.consolidate import consolidate
from addin.actions.exchange.return_ledgers import return_ledgers
from tests.addin.actions.returned.desk import Desk, Tab, Told
from tests.addin.actions.returned.test_round_trip import grave, listed
from tests.addin.actions.returned.test_typed_into_generated import KEYS, generated, shown, type_in
from validators.columns import Fill
from validators.divisions import by_code, full_name
from validators.sheets import columns_by_field
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF, UNIT = date(2026, 6, 30), by_code()["640402104"]
WORDS = {"mentor": "post", "individual": "weakness", "organisation": "measures", "log": "content",
         "assessment": "comment", "exchange": "title", "suggestion": "remark", "flag": "handling",
         "duty": "item", "duty_template": "item", "pairing": "end_reason", "completion": "assessor",
         "misconduct": "fact", "setting": "source"}  # fmt: skip
"""A text of each sheet that holds anything."""
RENAMED = ("工作日志", "个人对象", "预警名单", "导师库")


def write(path: Path, draw: random.Random) -> None:
    """Write a ledger with two mistakes and words typed into the sheets bangdai writes."""
    rows = clean_rows(UNIT.code, seed=5, as_of=AS_OF, log_rows=40, oddities=False)
    for sheet, listed_rows in generated(rows).items():
        type_in(sheet, listed_rows, draw)
        rows[KEYS[sheet]] = listed_rows
    rows["assessment"][-2]["satisfaction"] = 6
    rows["log"][-5]["date"] = date(2027, 1, 5)
    write_ledger(path, UNIT, AS_OF.year, rows=rows, as_of=AS_OF)


def handle(path: Path, draw: random.Random) -> list[Told]:
    """Do to every sheet what clerks do, and return what they changed."""
    desk = Desk(path, AS_OF)
    told = [line for tab in desk.tabs.values() if tab.typed() for line in _handled(tab, draw)]
    for sheet in desk.book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.comment):
            cell.comment = None
        if sheet.title in RENAMED:
            at = draw.randrange(len(sheet.title) + 1)
            sheet.title = f"{sheet.title[:at]} {sheet.title[at:]}"
    desk.book.save(path)
    return told


def _handled(tab: Tab, draw: random.Random) -> list[Told]:
    fields = columns_by_field(tab.model)
    names = [name for name in tab.columns if fields[name].fill is not Fill.LOOKUP]
    first = tab.head + 1
    block: list[dict[str, Any]] = []
    while any(values := _values(tab, first + len(block), names).values()):
        block.append(dict(zip(names, values, strict=True)))
    if len(block) < 3:
        return []
    by = draw.choice(names)
    block.sort(key=lambda row: str(row[by]), reverse=draw.random() < 0.5)
    word = WORDS.get(tab.model.sheet.key, "remark")
    edited = draw.choice(block) if word in tab.columns else None
    old = str(edited[word] or "") if edited else ""
    if edited:
        edited[word] = f"{'改' * draw.randrange(1, 4)}为入户走访"
    block.insert(draw.randrange(1, len(block)), {})
    for row, values in enumerate(block, first):
        for name in names:
            cell = tab.sheet.cell(row, tab.columns[name])
            cell.value = values.get(name)
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    last = f"{get_column_letter(tab.sheet.max_column)}{first + len(block)}"
    tab.sheet.auto_filter.ref = f"A{tab.head}:{last}"
    for row in draw.sample(range(first, first + len(block)), len(block) // 2):
        tab.sheet.row_dimensions[row].hidden = True
    if not edited:
        return []
    info, row = tab.model.sheet, first + block.index(edited)
    about = (info.id_field,) if info.id_field else info.about
    key = "、".join(tab.code(row, n) or tab.text(row, n) for n in about).strip("、")
    place = key or f"第 {row} 行"
    return [(info.name, place, "修改", fields[word].heading, shown(old), edited[word])]


def _values(tab: Tab, row: int, names: list[str]) -> dict[str, Any]:
    return {name: tab.sheet.cell(row, tab.columns[name]).value for name in names}


@pytest.mark.parametrize("seed", [1])
def test_whatever_a_clerk_does_to_the_order_of_a_returned_copy_the_edits_alone_are_told(
    seed: int, tmp_path: Path
) -> None:
    draw, name = random.Random(seed), f"{full_name(UNIT)}.xlsx"
    (tmp_path / "上报").mkdir()
    write(tmp_path / "上报" / name, draw)
    first = consolidate([tmp_path / "上报"], tmp_path / "一.xlsx", as_of=AS_OF)
    returned = return_ledgers(tmp_path / "上报", tmp_path / "退回", as_of=AS_OF)
    assert returned.count("已退回") == 1
    told = handle(tmp_path / "退回" / name, draw)
    assert len(told) > 9
    (tmp_path / "退回" / name).rename(tmp_path / "退回" / f"改好了({name}).xlsx")
    returned.listing.unlink()

    second = consolidate(
        [tmp_path / "退回"], tmp_path / "二.xlsx", as_of=AS_OF, previous=tmp_path / "一.xlsx"
    )

    lines, fixed = listed(tmp_path / "二.xlsx")
    assert sorted(line[1:] for line in lines) == sorted(told)
    assert fixed == 0
    assert len(grave(second.report.findings)) == len(grave(first.report.findings)) > 1
