from __future__ import annotations

import re
from pathlib import Path

import pytest

from addin.actions.imports.sources import read_sources, units_of
from tests.support.sources import a_table
from validators.divisions import villages
from validators.errors import UsageError
from validators.sources.mapping import TableMapping
from validators.sources.tables import Source

KAICHENG = "640402104"


def named(mapping: TableMapping, file: str = "名册.xlsx") -> list[str]:
    return [unit.name for unit in units_of(Source(file, (mapping.table,)), [mapping])]


def test_a_column_of_townships_says_it_row_by_row() -> None:
    columns = [("乡镇", "unit.township"), ("姓名", "mentor.name")]
    rows = [["开城镇", "马志远"], ["头营镇", "王秀兰"], ["开城", "李建国"]]

    assert named(a_table(columns, *rows), "彭堡镇名册.xlsx") == ["开城镇", "头营镇"]


@pytest.mark.parametrize(
    ("file", "title", "rows"),
    [
        ("开城镇/名册.xlsx", "", [["马志远"]]),
        ("名册.xlsx", "开城镇导师名册", [["马志远"]]),
        ("名册.xlsx", "", [[village] for village in villages(KAICHENG)[:3]]),
        ("名册.xlsx", "", [["开城镇人民政府"], ["马志远"]]),
    ],
)
def test_else_the_file_the_title_and_the_places_say_it(
    file: str, title: str, rows: list[list[str]]
) -> None:
    assert named(a_table([("栏", "")], *rows, title=title), file) == ["开城镇"]


def test_nobody_is_taken_for_a_township_by_one_village() -> None:
    assert named(a_table([("村", "")], [villages(KAICHENG)[0]])) == []


def test_what_is_no_table_is_named_and_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "名册.tsv").write_text(
        "姓名\t单位\t职务\n马志远\t镇政府\t副镇长\n", encoding="utf-8"
    )
    (tmp_path / "名册.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")

    sources, left = read_sources([tmp_path])

    assert [source.file for source in sources] == ["名册.tsv"]
    assert {(one.file, one.failed) for one in left} == {("名册.pdf", False), ("坏.xlsx", True)}
    assert all(re.fullmatch(r".+：.+。.+。", one.sentence) for one in left)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="未找到可以导入的文件"):
        read_sources([tmp_path])
