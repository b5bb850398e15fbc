"""`bangdai import` on files and folders: what is written, what waits, what is said, what is left alone."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from addin.cli import cli
from tests.imports.cast import cast
from tests.imports.disturbances import id_cards
from tests.imports.landed import base_rows, differences, landed, write_base
from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.plan import Plan
from tests.imports.writing import write
from tests.support.shared import SharedFolder

DAY = "--as-of=2026-06-30"


def bring(*arguments: object) -> Result:
    return CliRunner().invoke(
        cli, ["import", *map(str, arguments), DAY, "--jobs", "1"], standalone_mode=False
    )


def paper(name: str, folder: Path, file: str = "名册", wording: int = 0) -> tuple[Plan, Path]:
    plan = LAYOUTS[name].plan(wording)
    return plan, write(plan, folder, file)


@pytest.fixture(scope="module")
def base(shared_folder: SharedFolder) -> Path:
    """Return a ledger that knows everybody, but no contact."""

    def fill(folder: Path) -> None:
        write_base(folder / "开城镇.xlsx", base_rows(cast()), cast())

    return shared_folder("imports-base", fill) / "开城镇.xlsx"


@pytest.fixture
def ledger(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(base, tmp_path / "开城镇.xlsx"))


def counts(path: Path) -> dict[str, int]:
    """Return how many rows each sheet has, but for what was said of an import."""
    return {key: len(rows) for key, rows in landed(path).items() if key != "import"}


def texts_in(path: Path) -> str:
    """Return everything a file holds, unpacked."""
    with zipfile.ZipFile(path) as package:
        return "".join(package.read(name).decode("utf-8", "ignore") for name in package.namelist())


# --- a new ledger ---


def test_rosters_and_forms_become_a_ledger_whose_values_were_all_read(tmp_path: Path) -> None:
    plan, path = paper("结对名册（两行表头）", tmp_path)
    id_plan = LAYOUTS["表头带换行、空格和提示"].plan(0)
    assert id_cards(id_plan, Random(1))
    forms = write(id_plan, tmp_path, "信息表")
    sources = [file.read_bytes() for file in (path, forms)]
    out = tmp_path / "新" / "开城镇.xlsx"

    result = bring(path, forms, "--unit", "开城镇", "--out", out, "--json")

    answer = json.loads(result.output)
    assert result.return_value == (1 if answer["asked"] else 0), result.exception
    assert differences(plan, landed(out), {}) == []
    assert [file.read_bytes() for file in (path, forms)] == sources
    numbers = [
        str(p.value) for _, _, p in id_plan.cells() if p.answer and p.answer.key == "id_card"
    ]
    written = [texts_in(file) for file in out.parent.iterdir()] + [result.output]
    assert not any(number in text for number in numbers for text in written)
    assert "身份证" in result.output
    assert misread(out) == []


def misread(path: Path) -> list[str]:
    """Return the findings on values that stand in a ledger, but not as they should be written."""
    checked = CliRunner().invoke(cli, ["validate", str(path), "--json", DAY], standalone_mode=False)
    findings = json.loads(checked.output)["findings"]
    return [
        f"{f['code']} {f['cell']} {f['value']}"
        for f in findings
        if f["value"] and f["level"] == "error"
    ]


def test_rows_that_are_hidden_in_the_source_are_imported_and_that_is_told(tmp_path: Path) -> None:
    plan = LAYOUTS["导师名册"].plan(0)
    (tab,) = plan.tabs
    tab.hidden_rows = {*tab.record_rows()[1:3]}
    out = tmp_path / "开城镇.xlsx"

    bring(write(plan, tmp_path, "导师名册"), "--unit", "开城镇", "--out", out)

    assert differences(plan, landed(out), {}) == []
    said = [row["message"] for row in landed(out)["import"]]
    assert [text for text in said if "2行被隐藏" in text], said


# --- into a ledger there is ---


def test_a_log_finds_its_pairs_and_the_same_file_again_adds_nothing(
    ledger: Path, tmp_path: Path
) -> None:
    plan, path = paper("收集表导出（宽表）", tmp_path, "六月收集表")
    before, had = ledger.read_bytes(), counts(ledger)

    first = bring(path, "--into", ledger)

    assert first.return_value == 0, first.output
    backups = [file for file in tmp_path.iterdir() if "2026-06-30导入前" in file.name]
    assert [file.read_bytes() for file in backups] == [before]
    assert differences(plan, landed(ledger), had) == []

    after = counts(ledger)
    again = bring(path, "--into", ledger)

    assert again.return_value == 0, again.output
    assert counts(ledger) == after
    totals = [row for row in landed(ledger)["import"] if row["fate"] == "概况"]
    assert [row["source_file"] for row in totals].count(path.name) == 1, "only the last import's"


def test_what_is_doubtful_waits_until_the_clerk_has_said_and_is_never_asked_again(
    ledger: Path, tmp_path: Path
) -> None:
    _, path = paper("收入以元计", tmp_path, "集体收入")
    memory = tmp_path / "开城镇-导入对照.xlsx"

    first = bring(path, "--into", ledger, "--json")

    assert first.return_value == 1
    assert json.loads(first.output)["asked"] == 1
    assert json.loads(first.output)["mapping"] == str(memory)

    settle(memory, "收入", "组织对象·村集体经济年收入(万元)", "元→万元")
    second = bring(path, "--into", ledger, "--mapping", memory, "--json")

    assert second.return_value == 0, second.output
    incomes = {row["name"]: row["income"] for row in landed(ledger)["organisation"]}
    assert incomes == {row["name"]: pytest.approx(row["income"]) for row in cast().organisations}

    next_year = write(LAYOUTS["收入以元计"].plan(0, seed=4), tmp_path, "下一次")
    third = bring(next_year, "--into", ledger, "--json")

    assert json.loads(third.output)["asked"] == 0
    assert third.return_value == 0


def settle(mapping: Path, column: str, target: str, scale: str) -> None:
    """Fill in a line of 导入对照 as a clerk does."""
    book = load_workbook(mapping)
    sheet = book["导入对照"]
    headings = {str(cell.value): cell.column for cell in sheet[3]}
    rows = [
        r
        for r in range(4, sheet.max_row + 1)
        if column in str(sheet.cell(r, headings["源列"]).value)
    ]
    for row in rows:
        sheet.cell(row, headings["目标"]).value = target
        sheet.cell(row, headings["拆分/换算"]).value = scale
        sheet.cell(row, headings["状态"]).value = "已确认"
    assert rows
    book.save(mapping)


def test_two_tables_with_the_same_headings_stay_two_when_the_file_comes_again(
    ledger: Path, tmp_path: Path
) -> None:
    _, path = paper("一张表上下两块", tmp_path)
    before = counts(ledger)

    for _ in range(2):
        result = bring(path, "--into", ledger)

        assert result.return_value == 0, result.output
        assert counts(ledger) == before


# --- folders ---


def test_a_folder_becomes_a_ledger_for_each_unit_and_a_bad_file_stops_no_other(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "收到的"
    folder.mkdir()
    plan, _ = paper("导师名册", folder, "开城镇导师名册")
    other = LAYOUTS["帮带对象名册"].plan(0)
    rename(other.tabs[0].puts.values(), "开城镇", "张易镇")
    write(other, folder, "张易镇帮带对象")
    (folder / "坏的.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    out = tmp_path / "台账"

    result = bring(folder, "--out", out, "--json")

    assert result.return_value == 2, result.output
    answer = json.loads(result.output)
    assert [left["file"] for left in answer["left"]] == ["坏的.xlsx"]
    assert {Path(one["out"]).name for one in answer["ledgers"]} == {"开城镇.xlsx", "张易镇.xlsx"}
    assert differences(plan, landed(out / "开城镇.xlsx"), {}) == []
    assert differences(other, landed(out / "张易镇.xlsx"), {}) == []


def rename(puts: Iterable[Any], old: str, new: str) -> None:
    for put in puts:
        if isinstance(put.value, str):
            put.value = put.value.replace(old, new)


def test_a_ledger_is_no_source_and_nothing_is_written_for_it(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "又.xlsx"

    result = bring(base, "--unit", "开城镇", "--out", out)

    assert result.return_value != 0
    assert not out.exists()
