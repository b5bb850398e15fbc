from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from addin.actions.consolidate import consolidate
from addin.actions.found_files import discover
from addin.actions.ledger_set import read_ledgers
from addin.actions.validate import examine
from tests.workbooks.grids import UNIT, headings, mentor_values, row_of, write_grids
from validators.errors import UsageError
from validators.findings import NOT_READ, Report
from validators.sheets import MentorRow

AS_OF = date(2026, 7, 1)


def ledger(path: Path, reported: date = date(2026, 6, 30), code: str = "640402104") -> Path:
    form = [list(pair) for pair in UNIT]
    form[1][1], form[2][1] = {"640402104": "开城镇", "640402105": "张易镇"}[code], code
    form[8][1] = reported
    mentor = mentor_values(1, mentor_id=f"D{code}-001", grassroots_since=date(1998, 7, 1))
    rows = [headings(MentorRow), row_of(MentorRow, **mentor)]
    return write_grids(path, {"填报信息": form, "导师库": rows})


def report(folder: Path) -> Report:
    sources, _ = discover([folder])
    return examine(sources, as_of=AS_OF, whole=False).report()


def warnings(said: Report) -> list[tuple[str, str]]:
    return [(f.code, f.file) for f in said.findings if f.level != "notice"]


def test_a_copy_of_a_ledger_is_one_warning_and_not_a_thousand_duplicates(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    shutil.copy(tmp_path / "开城镇.xlsx", tmp_path / "开城镇(1).xlsx")

    assert [code for code, _ in warnings(report(tmp_path))] == ["file.copy"]


def test_of_two_ledgers_of_a_unit_the_older_is_not_compared(tmp_path: Path) -> None:
    ledger(tmp_path / "新.xlsx", date(2026, 6, 30))
    ledger(tmp_path / "旧.xlsx", date(2026, 3, 31))

    assert warnings(report(tmp_path)) == [("file.same_unit", "旧.xlsx")]


def test_the_same_person_in_two_units_is_cited_in_both(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    ledger(tmp_path / "张易镇.xlsx", code="640402105")

    assert set(warnings(report(tmp_path))) == {
        ("mentor.person.duplicate", "张易镇.xlsx"),
        ("mentor.person.duplicate", "开城镇.xlsx"),
    }


def test_rows_that_say_the_same_on_two_sheets_are_each_told_where_the_other_is(
    tmp_path: Path,
) -> None:
    path, person = tmp_path / "开城镇.xlsx", dict(mentor_values(1))
    rows = [headings(MentorRow), row_of(MentorRow, **person), row_of(MentorRow, **person)]
    write_grids(path, {"填报信息": UNIT, "导师库": rows})
    book = load_workbook(path)
    further = book.copy_worksheet(book["导师库"])
    further.title = "导师库(2)"
    further.delete_rows(3)
    for number in range(5, 9):
        further.append(row_of(MentorRow, **mentor_values(number)))
    book.save(path)

    told = (f for f in report(path).findings if "重复，还出现在" in f.message)
    places = {(f.sheet, f.cell): f.message.partition("出现在 ")[2] for f in told}
    assert {(tab, cell[-1]): re.sub("[A-Z]", "", text) for (tab, cell), text in places.items()} == {
        ("导师库", "2"): "3、“导师库(2)”2",
        ("导师库", "3"): "2、“导师库(2)”2",
        ("导师库(2)", "2"): "“导师库”2、“导师库”3",
    }


def test_a_report_says_the_same_of_whole_ledgers_and_of_what_it_needs_of_them(
    tmp_path: Path,
) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    ledger(tmp_path / "张易镇.xlsx", code="640402105")
    ledger(tmp_path / "再存.xlsx")  # equal in its cells alone
    sources, _ = discover([tmp_path])

    whole = examine(sources, as_of=AS_OF).report()

    assert {"file.copy", "mentor.person.duplicate"} <= {code for code, _ in warnings(whole)}
    assert report(tmp_path) == whole


def test_a_newer_copy_without_a_code_rejects_nothing_of_the_good_ledger(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx", date(2026, 6, 1))
    ledger(tmp_path / "副本.xlsx", date(2026, 6, 30))
    book = load_workbook(tmp_path / "副本.xlsx")
    book["填报信息"]["B3"] = None
    book.save(tmp_path / "副本.xlsx")

    said = report(tmp_path)

    assert warnings(said) == [("file.same_unit", "副本.xlsx"), ("unit.code.missing", "副本.xlsx")]
    (identified,) = (f for f in said.findings if f.code == "file.identified")
    assert identified.file == "副本.xlsx"
    assert "未填写" in identified.message
    assert {count.rejected for count in said.sheets if count.file == "开城镇.xlsx"} == {0}


def test_other_files_of_a_folder_are_listed_with_what_to_do(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    names = (
        "三营镇.zip",
        "a.slk",
        "旧.xlt",
        "帮带.xlam",
        "请示.docx",
        "请示.wps",
        "照片.png",
        "无",
    )
    for name in (*names, "~$开城镇.xlsx", ".bangdai-x.tmp.xlsx"):
        (tmp_path / name).write_bytes(b"x")

    sources, others = discover([tmp_path])
    said = examine(sources, as_of=AS_OF, others=others).report()
    (tmp_path / "out").mkdir()
    done = consolidate([tmp_path], tmp_path / "out" / "汇总.xlsx", as_of=AS_OF, scope="原州区")

    for findings in (said.findings, done.report.findings):
        unread = {f.file: f for f in findings if f.code == NOT_READ}
        assert unread.keys() == {*names}
        assert all(f.message.startswith("未读取：") and f.suggestion for f in unread.values())
    assert {one["file"] for one in done.as_json()["unread"]} == {*names}
    assert said.exit_code == 0
    (absent,) = [state for state in done.states if state.township == "三营镇"]
    assert absent.todo == "收到无法识别的文件：“三营镇.zip”，是压缩包（.zip），请解压后放入文件夹"
    pair = read_ledgers(tmp_path, as_of=AS_OF)
    assert all(any(name in line for line in pair.report.file_sentences) for name in names)


def test_a_folder_with_nothing_to_read_says_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "上报.zip").write_bytes(b"x")

    with pytest.raises(UsageError, match="未找到台账") as refused:
        read_ledgers(tmp_path, as_of=AS_OF)

    assert "“上报.zip”未读取：压缩包（.zip），请解压后放入文件夹" in refused.value.suggestion


def test_of_two_nobody_can_tell_apart_neither_is_taken_and_both_are_named(tmp_path: Path) -> None:
    for name, reviewer in (("甲.xlsx", "李秀英"), ("乙.xlsx", "马建国")):
        path = ledger(tmp_path / name)
        book = load_workbook(path)
        book["填报信息"]["B7"] = reviewer
        book.save(path)
        note_saved(path, "2026-06-30T08:00:00Z")
        os.utime(path, (1_780_000_000, 1_780_000_000))

    assert warnings(report(tmp_path)) == [
        ("file.undecided", "乙.xlsx"),
        ("file.undecided", "甲.xlsx"),
    ]
    with pytest.raises(UsageError, match="无法确定先后"):
        read_ledgers(tmp_path, as_of=AS_OF)


def note_saved(path: Path, moment: str) -> None:
    """Write a time of saving into a workbook's document properties."""
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(
        r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{moment}", core
    ).encode()
    with ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def test_earlier_versions_in_a_folder_of_backups_are_no_ledgers_of_a_folder(tmp_path: Path) -> None:
    ledger(tmp_path / "开城镇.xlsx")
    backups = tmp_path / "备份"
    backups.mkdir()
    ledger(backups / "开城镇（2026-06-29 101500）.xlsx")
    ledger(backups / "三营镇.xlsx")

    sources, others = discover([tmp_path])
    (tmp_path / "out").mkdir()
    done = consolidate([tmp_path], tmp_path / "out" / "汇总.xlsx", as_of=AS_OF, scope="原州区")

    assert [source.file for source in sources] == ["开城镇.xlsx"]
    assert [other.file for other in others] == ["备份/三营镇.xlsx"]
    assert [one.file for one in done.states if one.file] == ["开城镇.xlsx"]
    (absent,) = (one for one in done.states if one.township == "三营镇")
    assert absent.todo == (
        "收到无法识别的文件：“备份/三营镇.xlsx”，是“备份”文件夹中的文件，"
        "如是需使用的台账，请移出“备份”文件夹"
    )
    assert [one.file for one in read_ledgers(tmp_path, as_of=AS_OF).examined] == ["开城镇.xlsx"]
    assert [one.file for one in discover([backups])[0]] == [
        "三营镇.xlsx", "开城镇（2026-06-29 101500）.xlsx",
    ]  # fmt: skip


def test_files_nobody_can_place_are_named_where_units_are_chased(tmp_path: Path) -> None:
    folder = tmp_path / "上报"
    folder.mkdir()
    ledger(folder / "开城镇.xlsx")
    for name in ("三营镇.zip", "三营镇(1).rar", "上报材料.zip", "通知.docx", "隆德县城关镇.zip"):
        (folder / name).write_bytes(b"x")
    (folder / "头营镇.xlsx").write_text("不是工作簿", encoding="utf-8")
    book = Workbook()
    book.save(folder / "名册.xlsx")

    done = consolidate([folder], tmp_path / "汇总.xlsx", as_of=AS_OF, scope="原州区")

    sheet = load_workbook(tmp_path / "汇总.xlsx")["催报单"]
    headings, *rows = sheet.iter_rows(min_row=3, values_only=True)
    who, todo = headings.index("乡镇(街道)"), headings.index("办理要求")
    told = {row[who]: row[todo] for row in rows if "收到无法识别的文件：" in str(row[todo])}
    assert told.keys() == {"三营镇", "头营镇", "（未识别单位）"}
    assert told["三营镇"] == (
        "收到无法识别的文件：“三营镇(1).rar”，是压缩包（.rar），请解压后放入文件夹；"
        "收到无法识别的文件：“三营镇.zip”，是压缩包（.zip），请解压后放入文件夹"
    )
    assert told["头营镇"].startswith("收到无法识别的文件：“头营镇.xlsx”，")
    unknown = {one.file: one.todo for one in done.states if not one.code}
    assert unknown.keys() == {"上报材料.zip", "名册.xlsx"}
    assert "bangdai new" in unknown["名册.xlsx"]
    assert "bangdai import" in unknown["名册.xlsx"]
