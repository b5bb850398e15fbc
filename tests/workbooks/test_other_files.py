"""Files that are no ledgers: each is told what it is, what to do, and when it was saved."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from addin.actions.found_files import WORKBOOK_SUFFIXES
from tests.workbooks.grids import UNIT, headings, mentor_values, row_of, write_grids
from validators.errors import UnreadableWorkbook
from validators.sheets import MentorRow
from workbooks.files import saved_at
from workbooks.other_files import other_file
from workbooks.reader import read_ledger
from workbooks.template.layout import CHECK_STATE, FROM_FILE


@pytest.mark.parametrize(
    ("name", "what", "todo"),
    [
        ("上报.zip", "压缩包", "请解压后放入文件夹"),
        ("上报.RAR", "压缩包", "请解压后放入文件夹"),
        ("台账.slk", "表格格式", "另存为 .xlsx"),
        ("旧模板.xlt", "表格格式", "另存为 .xlsx"),
        ("帮带.xlam", "加载项", "移走"),
        ("请示.docx", "文字文档", "模板"),
        ("请示.wps", "文字文档", "模板"),
        ("扫描件.PDF", "版式文件", ".xlsx"),
        ("签到.jpg", "图片", ".xlsx"),
        ("台账", "没有扩展名", ".xlsx"),
        ("truth.json", ".json 文件", "无需处理"),
        ("张易镇/备份/台账.xlsx", "“备份”文件夹", "移出"),
    ],
)
def test_a_file_that_is_not_read_is_told_in_words(name: str, what: str, todo: str) -> None:
    other = other_file(name)

    assert what in other.what
    assert todo in other.todo


def test_nothing_that_is_read_is_called_another_kind_of_file() -> None:
    unknown = "文件，不是台账工作簿"

    assert all(unknown in other_file(f"a{s}").what for s in WORKBOOK_SUFFIXES)


def test_the_time_of_saving_is_what_the_workbook_notes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.save(path)
    os.utime(path, (1_780_000_000.7, 1_780_000_000.7))
    changed = datetime(2026, 5, 29, 4, 26, 40)  # 1,780,000,000 s in China

    noted, copied = saved_at(path)

    assert copied == changed
    assert abs((noted - datetime.now()).total_seconds()) < 2 * 24 * 3600
    (tmp_path / "b.csv").write_text("a")
    os.utime(tmp_path / "b.csv", (1_780_000_000, 1_780_000_000))
    assert saved_at(tmp_path / "b.csv") == (changed, changed)


def test_a_consolidated_workbook_without_its_property_is_no_ledger(tmp_path: Path) -> None:
    front = ["县(区)", "乡镇(街道)", FROM_FILE, CHECK_STATE]
    rows = [
        ["导师库"], [], [*front, *headings(MentorRow)],
        ["原州区", "开城镇", "开城镇.xlsx", "通过", *row_of(MentorRow, **mentor_values())],
    ]  # fmt: skip
    path = write_grids(tmp_path / "上期汇总.xlsx", {"填报信息": UNIT, "导师库": rows})

    with pytest.raises(UnreadableWorkbook) as refused:
        read_ledger(path)

    assert refused.value.code == "file.other_kind"
    assert "汇总表" in refused.value.message
