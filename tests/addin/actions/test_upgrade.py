from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin.actions import upgrade, validate
from addin.actions.ledger_set import read_ledgers
from addin.actions.update import UpdateResult, update_ledgers, updates_of
from addin.actions.upgrade import upgrade_hint, upgrade_ledger
from tests.grown import NEW, NEWER_COLUMNS, OLD, grown_template
from tests.workbooks.grids import UNIT, headings, mentor_values, row_of, write_grids
from validators.cells import Cell
from validators.columns import Fill
from validators.errors import UsageError
from validators.findings import Finding
from validators.rules import RuleContext
from validators.sheets import (
    SHEETS,
    AwardRow,
    DutyRow,
    ExchangeRow,
    GrowthRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    PairingRow,
    SheetKind,
    columns_by_field,
    model_for,
)
from validators.validation import settings_of
from validators.validation import validate as check
from workbooks.headings import map_headings
from workbooks.raw.book import RawBook, RawSheet, read_book
from workbooks.reader import read_ledger

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

AS_OF = date(2026, 6, 30)

ODD: list[Any] = [
    "不详", "  前后空格 ", "2026.2", "2026年5月3日", "张 三", "=1+1", "0954", "_x0041_", "甲\n乙",
    20260503, 45000, 0.8, -3, 12.75, 10**12, True, False,
    date(2026, 5, 3), datetime(2026, 5, 3, 14, 30), "｜", "J640402104-001｜梁某→朱某",
]  # fmt: skip
"""Cells as clerks leave them, most of them unreadable wherever they stand."""

NO_DUTIES: dict[str, list[list[Any]]] = {"职责清单": [headings(DutyRow)]}
"""What a ledger without duties has; without the sheet, what rests on duties would not be updated."""

OWN_HEADINGS = ("分管领导", "微信号", "分管领导")


def read(path: Path) -> RawBook:
    return read_book(path)


def sheet_of(book: RawBook, name: str) -> RawSheet:
    return next(sheet for sheet in book.sheets if sheet.name == name)


def cells_by_heading(sheet: RawSheet, key: str) -> list[dict[str, tuple[type, Cell]]]:
    """Return the typed cells of the rows of a table, by field or by the clerk's own heading."""
    model = model_for(key)
    found = map_headings(sheet, model)
    names = dict(found.headings) | {at: name for name, at in found.fields.items()}
    looked_up = {c.field for c in columns_by_field(model).values() if c.fill is Fill.LOOKUP}
    rows = [
        {
            # an old cell's own style may show a number otherwise than the new template's does
            names[at]: (type(number := getattr(cell, "number", cell)), number)
            for at, column in enumerate(sheet.columns, 1)
            if at in names
            and names[at] not in looked_up
            and (cell := column.cell(row - 1)) is not None
        }
        for row in range(found.first_row, sheet.n_rows + 1)
    ]
    return [row for row in rows if row]


def findings_of(path: Path) -> list[Finding]:
    ledger = read_ledger(path, "台账.xlsx")
    settings, on_settings = settings_of(ledger.ledger, None)
    found = check(ledger.ledger, RuleContext(AS_OF, settings))
    return [*ledger.findings, *on_settings, *found]


def said(findings: Iterable[Finding]) -> Counter[tuple[str, ...]]:
    """Return what findings say apart from where their cells and those of others stand."""
    return Counter(
        (f.code, f.level, f.sheet, f.heading, f.value, f.message.partition("还出现在")[0])
        for f in findings
    )


def odd_rows(key: str, count: int, chance: random.Random) -> list[list[Any]]:
    """Return headings in another order with the clerk's own among them, and rows of odd cells."""
    model = model_for(key)
    columns = [
        column
        for column in columns_by_field(model).values()
        if column.field not in NEWER_COLUMNS or key != "log"
    ]
    names = [column.heading for column in columns] + list(OWN_HEADINGS[:2])
    order = chance.sample(range(len(names)), len(names))
    # an own ID, or no cell left blank: a sparse row without one is taken for a note
    share = 0.4 if model.sheet.id_field else 1.0
    rows: list[list[Any]] = [
        [chance.choice(ODD) if chance.random() < share else None for _ in names]
        for _ in range(count)
    ]
    for number, row in enumerate(rows, 1):
        if model.sheet.id_field:
            at = [column.field for column in columns].index(model.sheet.id_field)
            row[at] = f"{model.sheet.id_prefix}640402104-{number:03d}"
        elif number == count:
            row[-1] = OWN_HEADINGS[0]  # a last row without a word would be a row of totals
    return [[names[i] for i in order], *([row[i] for i in order] for row in rows)]


def old_ledger(folder: Path, grids: dict[str, list[list[Any]]] | None = None) -> Path:
    """Return a ledger of the first version, without what came later."""
    log = [h for n, h in zip(LogEntryRow.model_fields, headings(LogEntryRow), strict=True)
           if n not in NEWER_COLUMNS]  # fmt: skip
    path = write_grids(folder / "开城镇.xlsx", {"工作日志": [log], **(grids or {})})
    book = openpyxl.load_workbook(path)
    del book[ExchangeRow.sheet.name]
    book.save(path)
    return path


def upgraded(path: Path, folder: Path) -> Path:
    out = folder / "新.xlsx"
    with grown_template():
        upgrade_ledger(path, out, as_of=AS_OF)
    return out


@pytest.mark.parametrize("seed", [1, 2])
def test_every_typed_cell_stands_under_its_heading_and_is_judged_as_before(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    keys = [m.sheet.key for m in SHEETS if m.sheet.kind is SheetKind.INPUT and not m.sheet.form]
    keys = [key for key in keys if key != "exchange"] + ["duty", "flag", "setting", "duty_template"]
    grids = {model_for(key).sheet.name: odd_rows(key, 12, chance) for key in keys}
    old = old_ledger(tmp_path, grids)

    new = upgraded(old, tmp_path)

    before, after = read(old), read(new)
    for key in keys:
        name = model_for(key).sheet.name
        typed = cells_by_heading(sheet_of(before, name), key)
        written = cells_by_heading(sheet_of(after, name), key)
        if key == "setting":
            written = written[: len(typed)]  # the settings she did not have come after
        assert written == typed, name
    with grown_template():
        old_findings, new_findings = findings_of(old), findings_of(new)
    assert [f.code for f in old_findings].count("schema.older") == 1
    expected = [f for f in old_findings if f.code != "schema.older" and f.value not in BROKEN]
    # where the template shows whole numbers, more is said of a broken one: what the cell shows
    found = [f for f in new_findings if f.value not in BROKEN]
    assert said(f for f in found if not f.code.endswith("number_shown")) == said(expected)


BROKEN = {"0.8", "12.75"}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """Return what becomes of a ledger with much of the clerk's own."""
    folder = tmp_path_factory.mktemp("rich")
    form = [[*pair, "说明"] for pair in UNIT]
    form[3][1], form[6][1] = "二〇二六", None
    form += [["联系邮箱", "a@b.cn", "上报用"], ["备用电话", 20320001, None]]
    mentor = row_of(MentorRow, **mentor_values())
    pairing = {"mentee_id": "G640402104-001", "mentor_name": "外乡导师", "mentee_name": "旧名"}
    person = {"mentee_id": "G640402104-001", "name": "朱晓明"}
    grids = {
        "填报信息": form,
        "导师库": [
            [*OWN_HEADINGS, *headings(MentorRow), None],
            ["王书记", "wx1", date(2026, 1, 2), *mentor, "没有列名"],
            ["合计", None, None, "1 人"],
            ["注：退休的不填"],
        ],
        "组织对象": [["甲", "乙"], [1, 2]],
        "个人对象": [headings(IndividualRow), row_of(IndividualRow, **person)],
        "结对台账": [
            headings(PairingRow),
            row_of(PairingRow, mentor_id="D640402105-001", **pairing),
        ],
    }
    old = old_ledger(folder, grids)
    book = openpyxl.load_workbook(old)
    visits = book.create_sheet("走访安排")
    visits["B2"], visits["C2"], visits["B3"] = "5 月", date(2026, 5, 3), 0.5
    visits.sheet_state = "hidden"
    book.save(old)
    return openpyxl.load_workbook(upgraded(old, folder))


def test_the_form_keeps_what_was_typed_and_gets_the_version(rich: openpyxl.Workbook) -> None:
    rows = [[cell.value for cell in row] for row in rich["填报信息"]]

    values = {row[0]: row[1] for row in rows}
    assert (values["年度"], values["审核人"]) == ("二〇二六", None)
    assert values["模板版本"] == NEW
    assert rows[-2:] == [["联系邮箱", "a@b.cn", "上报用"], ["备用电话", 20320001, ""]]


def test_own_columns_stand_in_the_table_under_headings_that_differ(rich: openpyxl.Workbook) -> None:
    sheet, known = rich["导师库"], len(headings(MentorRow))

    assert [cell.value for cell in sheet[3]][known:] == [
        "分管领导",
        "微信号",
        "分管领导2",
        "无列名",
    ]
    values = [cell.value for cell in sheet[4]][known:]
    assert values == ["王书记", "wx1", datetime(2026, 1, 2), "没有列名"]
    last = sheet.cell(1, known + 4).column_letter
    assert sheet.tables["tbl_mentor"].ref.partition(":")[2].startswith(last)


def test_own_sheets_notes_and_subtotals_are_kept_as_values(rich: openpyxl.Workbook) -> None:
    kept = rich["走访安排"]

    assert (kept["B2"].value, kept["C2"].value, kept["B3"].value) == (
        "5 月", datetime(2026, 5, 3), 0.5,
    )  # fmt: skip
    assert kept.sheet_state == "hidden"
    assert [cell.value for cell in rich["组织对象（原表）"][2]] == [1, 2]
    assert [[cell.value for cell in row] for row in rich["原表合计和说明"]] == [
        ["工作表", "原行号", "内容", None],
        ["导师库", 3, "合计", "1 人"],
        ["导师库", 4, "注：退休的不填", None],
    ]
    assert rich["导师库"]["A5"].value is None


def test_a_name_typed_over_a_look_up_stays_where_nothing_is_found(rich: openpyxl.Workbook) -> None:
    sheet = rich["结对台账"]

    cells = {cell.value: sheet.cell(4, cell.column).value for cell in sheet[3]}
    assert cells["导师姓名"] == "外乡导师"
    assert str(cells["对象名称"]).startswith("=IFERROR("), "her name is looked up again"


def test_a_formula_that_was_never_calculated_is_refused_by_its_cell(tmp_path: Path) -> None:
    old = old_ledger(tmp_path)
    book = openpyxl.load_workbook(old)
    book["导师库"]["B2"] = "=A1&A2"
    book.save(old)

    with pytest.raises(UsageError, match="“导师库”的 B2"):
        upgraded(old, tmp_path)


# --- bangdai update ------------------------------------------------------------------------------


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without workers, which do not know that the template has grown."""

    def run(function, tasks, **_: object):  # type: ignore[no-untyped-def]
        return ((task, function(task)) for task in tasks)

    monkeypatch.setattr(validate, "run_guarded", run)


def update(path: Path, out: Path) -> UpdateResult:
    with grown_template():
        return update_ledgers(path, out, as_of=AS_OF)


@pytest.mark.usefixtures("in_this_process")
def test_the_copy_of_an_older_ledger_is_of_the_current_template(tmp_path: Path) -> None:
    mentor = row_of(MentorRow, **mentor_values())
    mentor[0] = None
    old = old_ledger(tmp_path, {"导师库": [headings(MentorRow), mentor], **NO_DUTIES})
    before = old.read_bytes()

    done = update(old, tmp_path / "新.xlsx")

    assert done.exit_code == 0
    assert done.ids == 1
    [result] = done.upgrades
    with grown_template():
        sentence = result.sentence
    assert sentence == (
        f"“开城镇.xlsx”是 {OLD} 版，已换用 {NEW} 版模板："
        "已填内容、自加的列和工作表全部保留，公式只保留结果。"
    )
    with grown_template():
        ledger = read_ledger(done.out)
    assert "schema.older" not in [f.code for f in ledger.findings]
    assert ledger.ledger.table(MentorRow).column("mentor_id") == ["D640402104-001"]
    assert GrowthRow.sheet.name in openpyxl.load_workbook(done.out).sheetnames
    assert old.read_bytes() == before


@pytest.mark.usefixtures("in_this_process")
def test_in_a_folder_only_older_ledgers_change_their_template(tmp_path: Path) -> None:
    folder = tmp_path / "上报"
    (folder / "甲").mkdir(parents=True)
    (folder / "乙").mkdir()
    old_ledger(folder / "甲")
    other = {"行政区划代码": "640402105", "乡镇(街道)": "张易镇"}
    form = [[label, other.get(label, value)] for label, value in UNIT]
    book = openpyxl.load_workbook(old_ledger(folder / "乙", {"填报信息": form}))
    book["导师库"]["B2"] = "=A1&A2"
    book.save(folder / "乙" / "开城镇.xlsx")

    done = update(folder, tmp_path / "新")

    assert {one.file: bool(one.problem) for one in done.upgrades} == {
        "甲/开城镇.xlsx": False, "乙/开城镇.xlsx": True,
    }  # fmt: skip
    failed = next(one for one in done.upgrades if one.problem)
    assert failed.sentence.startswith(
        f"“乙/开城镇.xlsx”仍是 {OLD} 版，未换用新模板：工作表“导师库”的 B2"
    )


@pytest.mark.usefixtures("in_this_process")
def test_a_ledger_of_this_version_is_copied_sheet_by_sheet(tmp_path: Path) -> None:
    old = old_ledger(tmp_path)

    with grown_template():
        together = read_ledgers(old, as_of=AS_OF)
        older, _ = upgrade.upgrade_older(together, tmp_path, AS_OF)
    same, results = upgrade.upgrade_older(together, tmp_path, AS_OF)

    assert older.sources["开城镇.xlsx"].path != old
    assert (same, results) == (together, ())


@pytest.mark.usefixtures("in_this_process")
def test_an_open_older_ledger_is_updated_without_the_sheets_it_lacks(tmp_path: Path) -> None:
    with grown_template(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(GrowthRow, "sheet", ExchangeRow.sheet.__class__(
            **{name: getattr(GrowthRow.sheet, name) for name in GrowthRow.sheet.__slots__
               if name != "since"}, since=NEW))  # fmt: skip
        old = old_ledger(tmp_path, {"金牌导师": [headings(AwardRow)], **NO_DUTIES})
        examined = read_ledgers(old, as_of=AS_OF).examined[0]
        found = updates_of(examined, AS_OF, datetime(2026, 7, 1))
        hint = upgrade_hint(examined.ledger)

    assert "growth" not in {one.key for one in found.updates}
    assert "award" in {one.key for one in found.updates}
    assert hint[0].startswith(f"本台账是 {OLD} 版模板，现行的是 {NEW} 版")
    assert upgrade_hint(examined.ledger) == ()


def test_a_sheet_of_the_clerks_own_with_the_name_of_a_newer_page_is_taken_along(
    tmp_path: Path,
) -> None:
    path = write_grids(tmp_path / "开城镇.xlsx", {})
    book = openpyxl.load_workbook(path)
    form = book["填报信息"]
    row = next(row for row in range(1, 20) if form.cell(row, 1).value == "模板版本")
    form.cell(row, 2, "2026.3")
    for name in ("首页", "设置"):
        if name in book.sheetnames:
            del book[name]
        book.create_sheet(name)["B2"] = f"自己的{name}"
    book["导师库"].sheet_state = "hidden"
    book.save(path)

    upgrade_ledger(path, tmp_path / "新.xlsx", as_of=AS_OF)

    new = openpyxl.load_workbook(tmp_path / "新.xlsx")
    assert new.sheetnames[0] == "首页"
    assert new.active.title == "首页"
    assert [new[name]["B2"].value for name in ("首页2", "设置2")] == ["自己的首页", "自己的设置"]
    assert new["导师库"].sheet_state == "hidden", "as she left it"
    assert new["个人对象"].sheet_state == "visible"
