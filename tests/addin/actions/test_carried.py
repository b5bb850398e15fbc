"""A county's workbook is all the city needs: it carries the ledgers, numbers masked."""

from __future__ import annotations

import io
import shutil
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from addin.actions.consolidate import ConsolidateResult, consolidate
from addin.actions.found_files import Source
from addin.actions.parcels.carried import handed_on
from addin.actions.parcels.parcel import unpacked
from tests.support.ooxml import ooxml_errors
from validators.divisions import CITY, by_code
from validators.findings import NOT_READ
from workbooks.consolidated.carried_part import PART, part_of
from workbooks.samples import clean_rows, write_samples
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 11, 22)
STAMP = datetime(2026, 11, 23, 9)
PHONE, IN_TEXT, ID = "13912345678", "13887654321", "640402199001011234"


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for each county: mentors in common, a copy, a broken file, an open one, last year's, phones."""
    made = tmp_path_factory.mktemp("各县")
    samples = tmp_path_factory.mktemp("台账")
    write_samples(samples, as_of=AS_OF, townships=6, log_rows=24, jobs=1)
    for path in samples.glob("*.xlsx"):
        folder = made / path.name[:3]
        folder.mkdir(exist_ok=True)
        shutil.copy2(path, folder)
    first = made / "原州区" / "原州区古雁街道.xlsx"
    shutil.copy2(first, first.with_name("古雁街道（补报）.xlsx"))
    (first.with_name("打不开.xlsx")).write_bytes(first.read_bytes()[:3_000])
    (made / "西吉县" / "说明.zip").write_bytes(b"PK")
    (made / "西吉县" / "~$西吉县吉强镇.xlsx").touch()
    rows = clean_rows("640425102", seed=3, as_of=AS_OF, log_rows=20)
    rows["mentor"][0]["phone"] = int(PHONE)
    rows["mentor"][1]["phone"] = "0954 2088123转8"
    rows["log"][0]["content"] += f"，联系电话{IN_TEXT}，身份证{ID}"
    rows["log"][1]["pairing_ids"] = f"J{ID}"
    write_ledger(
        made / "彭阳县" / "彭阳县古城镇.xlsx", by_code()["640425102"], 2025, rows=rows, as_of=AS_OF
    )
    return made


def run(paths: list[Path], out: Path, scope: str | None = None) -> ConsolidateResult:
    return consolidate(paths, out, as_of=AS_OF, generated=STAMP, jobs=1, scope=scope)


@pytest.fixture(scope="module")
def handed_in(counties: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the counties' workbooks."""
    made = tmp_path_factory.mktemp("市")
    for folder in counties.iterdir():
        run([folder], made / f"{folder.name}.xlsx", folder.name)
    return made


def sheets(workbook: Path) -> dict[str, list[list[object]]]:
    """Return every cell, but for what tells of the workbooks that were read."""
    book = CalamineWorkbook.from_path(str(workbook))
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    rows["目录"] = [row for row in rows["目录"] if row[0] != "问题清单"]
    told = [row for row in rows["问题清单"] if not str(row[8]).startswith("已读取汇总表中")]
    return rows | {"问题清单": told[3:]}


def test_the_city_says_the_same_of_its_counties_workbooks_as_of_the_ledgers(
    counties: Path, handed_in: Path, tmp_path: Path
) -> None:
    direct = run([counties], tmp_path / "直接.xlsx")
    stepwise = run([handed_in], tmp_path / "逐级.xlsx")
    read = [one for one in stepwise.report.findings if one.code == "file.carried"]
    assert sorted(one.file for one in read) == sorted(path.name for path in handed_in.iterdir())
    assert direct.summary == stepwise.summary
    assert direct.states == stepwise.states
    one, other = sheets(direct.out), sheets(stepwise.out)
    assert len(one["问题清单"]) > 100
    assert one == other


def test_the_city_is_told_of_what_was_open_at_the_county_and_not_of_who_opens_its_workbook(
    handed_in: Path, tmp_path: Path
) -> None:
    shutil.copy2(handed_in / "西吉县.xlsx", tmp_path)
    shutil.copy2(handed_in / "原州区.xlsx", tmp_path)
    (tmp_path / "~$原州区.xlsx").touch()
    result = run([tmp_path], tmp_path / "汇总.xlsx")
    told = [file for file, message, _ in result.told.on_files if "未保存的修改" in message]
    assert told == ["西吉县/西吉县吉强镇.xlsx"]


def test_no_personal_number_is_carried(handed_in: Path) -> None:
    content = part_of(handed_in / "彭阳县.xlsx")
    with ZipFile(io.BytesIO(content)) as archive:
        texts = [repr_of(archive, name) for name in archive.namelist() if name.isdigit()]
    assert any("139****5678" in text for text in texts)
    for number in (PHONE, IN_TEXT, ID, "2088123"):
        assert not any(number in text for text in texts)


def repr_of(archive: ZipFile, name: str) -> str:
    parts, *others = unpacked(archive.read(name))
    columns = [column for part in parts for column in part.columns.values()]
    return repr((columns, others))


def unread(result: ConsolidateResult) -> dict[str, tuple[str, str]]:
    return {
        one.file: (one.message, one.suggestion)
        for one in result.report.findings
        if one.code == NOT_READ and one.file.endswith(".xlsx")
    }


def test_a_workbook_that_lost_its_ledgers_says_what_to_hand_in(
    handed_in: Path, tmp_path: Path
) -> None:
    saved = openpyxl.load_workbook(handed_in / "西吉县.xlsx")
    (tmp_path / "市").mkdir()
    saved.save(tmp_path / "市" / "西吉县汇总.xlsx")
    shutil.copy2(handed_in / "隆德县.xlsx", tmp_path / "市")
    result = run([tmp_path / "市"], tmp_path / "汇总.xlsx")
    message, advice = unread(result)["西吉县汇总.xlsx"]
    assert message == "未读取：西吉县的汇总表，其中的台账数据不可用（汇总表已另存或修改）"
    assert advice.endswith("或报帮带包，或报台账（“西吉县吉强镇.xlsx”）")
    assert any("西吉县汇总.xlsx" in unit.todo for unit in result.states)


def test_one_workbook_of_a_county_counts_and_none_beside_its_bundle(
    counties: Path, handed_in: Path, tmp_path: Path
) -> None:
    city = tmp_path / "市"
    city.mkdir()
    shutil.copy2(handed_in / "隆德县.xlsx", city / "隆德县.xlsx")
    consolidate(
        [counties / "隆德县"],
        city / "隆德县（上月）.xlsx",
        as_of=date(2026, 10, 22),
        scope="隆德县",
    )
    consolidate(
        [counties / "泾源县"], city / "泾源县.xlsx", as_of=AS_OF, scope="泾源县",
        bundle=city / "泾源县.帮带包",
    )  # fmt: skip
    result = run([city], tmp_path / "汇总.xlsx")
    assert unread(result) == {
        "隆德县（上月）.xlsx": ("未读取：县（区）的汇总表，较新的是“隆德县.xlsx”", "无需处理"),
        "泾源县.xlsx": ("未读取：县（区）的汇总表，帮带包中已有这些台账", "无需处理"),
    }
    assert sorted(unit.file for unit in result.states if unit.file) == [
        "泾源县/泾源县香水镇.xlsx", "隆德县/隆德县城关镇.xlsx",
    ]  # fmt: skip


def test_a_countys_own_workbook_is_no_input_of_its_own(
    counties: Path, handed_in: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(counties / "隆德县", tmp_path / "县")
    shutil.copy2(handed_in / "隆德县.xlsx", folder / "上月.xlsx")
    result = run([folder], tmp_path / "隆德县.xlsx", "隆德县")
    assert unread(result)["上月.xlsx"][0] == "未读取：本工具生成的“汇总表”"
    assert [unit.file for unit in result.states if unit.file] == ["隆德县城关镇.xlsx"]


def test_a_workbook_of_another_version_says_what_to_hand_in(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(handed_in / "西吉县.xlsx", "西吉县.xlsx")
    monkeypatch.setattr("addin.actions.parcels.bundle.program_version", lambda: "明天")
    sources, left, (finding,) = handed_on([source], by_code()[CITY])
    assert not sources
    assert not left
    assert finding.message == "未读取：西吉县的汇总表，由另一版本的工具生成"


def test_the_package_is_valid_and_the_part_is_ours(handed_in: Path) -> None:
    assert not ooxml_errors(handed_in / "彭阳县.xlsx")
    with ZipFile(handed_in / "彭阳县.xlsx") as package:
        assert package.testzip() is None
        assert PART in package.namelist()


def test_ledgers_of_equal_names_all_count_wherever_they_lie(counties: Path, tmp_path: Path) -> None:
    """A county's bundle and workbook lie beside a folder of the county's name, and all have one file name."""
    city = tmp_path / "市"
    ledgers = {
        "直报": counties / "原州区" / "原州区古雁街道.xlsx",
        "包": counties / "西吉县" / "西吉县吉强镇.xlsx",
        "表": counties / "隆德县" / "隆德县城关镇.xlsx",
    }
    for way, ledger in ledgers.items():
        folder = (city if way == "直报" else tmp_path / way) / "各乡镇"
        folder.mkdir(parents=True)
        shutil.copy2(ledger, folder / "台账.xlsx")
    consolidate([tmp_path / "包"], tmp_path / "包.xlsx", as_of=AS_OF, bundle=city / "各乡镇.帮带包")
    run([tmp_path / "表" / "各乡镇"], city / "各乡镇.xlsx", "隆德县")
    (city / "各乡镇" / "各乡镇").mkdir()
    shutil.copy2(ledgers["直报"], city / "各乡镇" / "各乡镇" / "台账.xlsx")

    result = run([city], tmp_path / "汇总.xlsx")

    assert {unit.township for unit in result.states if unit.file} == {
        "古雁街道", "吉强镇", "城关镇",
    }  # fmt: skip
    accounted = {one.file for one in result.states if one.file}
    accounted |= {one.file for one in result.report.findings if one.code == "file.superseded"}
    assert accounted == {
        "各乡镇/台账.xlsx", "各乡镇/各乡镇/台账.xlsx", "各乡镇.xlsx/台账.xlsx", "各乡镇.帮带包/各乡镇/台账.xlsx",
    }  # fmt: skip


def test_a_workbook_is_passed_over_for_what_a_bundle_holds_not_for_names(
    counties: Path, tmp_path: Path
) -> None:
    (tmp_path / "市").mkdir()
    for county, file in (("西吉县", "西吉县吉强镇.xlsx"), ("隆德县", "隆德县城关镇.xlsx")):
        folder = tmp_path / county
        folder.mkdir()
        shutil.copy2(counties / county / file, folder / "台账.xlsx")
    bundle = tmp_path / "市" / "西吉县.帮带包"
    consolidate([tmp_path / "西吉县"], tmp_path / "西吉县.xlsx", as_of=AS_OF, bundle=bundle)
    run([tmp_path / "隆德县"], tmp_path / "市" / "隆德县.xlsx", "隆德县")

    result = run([tmp_path / "市"], tmp_path / "汇总.xlsx")

    assert [unit.township for unit in result.states if unit.file] == ["吉强镇", "城关镇"]
    assert not unread(result)


def test_files_whose_masked_names_are_alike_all_count(counties: Path, tmp_path: Path) -> None:
    county, city = tmp_path / "原州区", tmp_path / "市"
    for folder in (county, city):
        folder.mkdir()
    towns = sorted((counties / "原州区").glob("原州区*.xlsx"))[:2]
    for path, name in zip(towns, ("13912345678", "13912995678"), strict=True):
        shutil.copy2(path, county / f"{name}.xlsx")
    run([county], city / "原州区.xlsx", "原州区")

    result = run([city], tmp_path / "汇总.xlsx")

    assert sorted(unit.file for unit in result.states if unit.file) == [
        "原州区/139****5678.xlsx", "原州区/139****5678（2）.xlsx",
    ]  # fmt: skip
