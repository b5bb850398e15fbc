"""A period's report ties to 总览, says what it does not know, and prints well."""

from __future__ import annotations

import itertools
import shutil
import warnings
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from addin.actions.consolidate import consolidate
from addin.actions.reports.report import ReportResult, report_contents, report_period
from addin.cli import cli
from addin.domain.awards import public_words
from addin.domain.bulletin import percent
from addin.domain.reports.period import parse_period
from tests.support.measure import misfits
from tests.support.office import Office
from tests.support.ooxml import ooxml_errors
from tests.support.printed import text_sizes
from validators.divisions import by_code, full_name
from validators.errors import UsageError, WriteRefused
from validators.settings import Settings
from workbooks.consolidated.content import Stamp
from workbooks.masking import mask_text
from workbooks.pages import LEAST_POINTS, add_printed_sheet, printed_workbook
from workbooks.reports.content import PublicNotice
from workbooks.reports.documents import write_public_notice
from workbooks.reports.workbook import write_report
from workbooks.samples import clean_rows
from workbooks.template.styles import Styles
from workbooks.template.workbook import write_ledger

END, AS_OF = date(2026, 6, 30), date(2026, 7, 2)
GENERATED = datetime(2026, 7, 2, 9, 30)
UNITS = ("640402104", "640422100", "640423100", "640425100")
MOBILE = "13912345678"


def write(folder: Path, code: str, year: int = 2026) -> Path:
    rows = clean_rows(code, seed=5, as_of=END, log_rows=60)
    rows["unit"][0]["year"] = year
    rows["mentor"][0]["post"] = f"主任{MOBILE}"
    path = folder / f"{by_code()[code].name}{code}.xlsx"
    write_ledger(path, by_code()[code], year, rows=rows, as_of=END)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("报告") / "台账"
    made.mkdir()
    for code in UNITS[:3]:
        write(made, code)
    return made


@pytest.fixture(scope="module")
def last(folder: Path) -> Path:
    """Return ledgers of the period before: without the third unit, with a fourth."""
    made = folder.parent / "上期"
    made.mkdir()
    for path in sorted(folder.iterdir()):
        if UNITS[2] not in path.name:
            shutil.copy(path, made)
    write(made, UNITS[3])
    return made


@pytest.fixture(scope="module")
def done(folder: Path, last: Path) -> ReportResult:
    return report_period(
        folder, folder.parent / "季报.xlsx", parse_period("2026Q2"), as_of=AS_OF, previous=last,
        generated=GENERATED,
    )  # fmt: skip


@pytest.fixture(scope="module")
def book(done: ReportResult) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(done.out)


def texts(book: openpyxl.Workbook, sheet: str) -> list[str]:
    rows = book[sheet].iter_rows(values_only=True)
    return [cell for row in rows for cell in row if isinstance(cell, str)]


def test_figures_are_those_of_the_overview_of_the_periods_last_day(
    folder: Path, done: ReportResult, book: openpyxl.Workbook, tmp_path: Path
) -> None:
    consolidated = consolidate([folder], tmp_path / "汇总.xlsx", as_of=END, generated=GENERATED)
    total = consolidated.summary.total()

    told = {
        row[0]: row[3] for row in book["指标对比"].iter_rows(min_row=4, values_only=True) if row[0]
    }

    wanted = {
        "在库导师": total.mentors,
        "个人对象": total.individuals,
        "组织对象": total.organisations,
        "帮带中结对": total.pairings,
        "结对率": total.pairing_rate,
        "人均帮带": total.load,
        "成长评价": total.assessments,
        "联系次数": sum(total.contacts.get(f"2026-0{month}", 0) for month in (4, 5, 6)),
    }
    assert {name: told[name] for name in wanted} == pytest.approx(wanted)
    flags = openpyxl.load_workbook(consolidated.out)["预警名单"]
    levels = [cell.value for row in flags.iter_rows(min_row=4) for cell in row]
    assert [told[f"{level}色预警"] for level in "红黄蓝"] == [levels.count(c) for c in "红黄蓝"]
    assert f"结对率{percent(total.pairing_rate)}" in done.words.counted()


def test_a_consolidated_workbook_is_reported_like_the_ledgers_it_was_made_of(
    folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "汇总.xlsx"
    consolidate([folder], source, as_of=AS_OF, generated=GENERATED)
    period = parse_period("2026H1")

    told, expected = (
        report_period(path, tmp_path / f"{at}.xlsx", period, as_of=AS_OF, generated=GENERATED)
        for at, path in enumerate((source, folder))
    )

    def counted(done: ReportResult) -> dict[str, object]:
        units = done.words.comparison.now.units.items()
        rows = {"rows": 0, "accepted": 0, "rejected": 0, "ignored": 0, "findings": {}}
        return {unit: replace(f, stock=replace(f.stock, **rows)) for unit, f in units}

    assert counted(told) == counted(expected)
    assert told.notice.read_text("utf-8-sig") == expected.notice.read_text("utf-8-sig")
    assert told.words.comparison.now.flags, "the flags are compared, too"
    assert not told.files


def test_a_consolidated_workbook_is_judged_by_the_settings_it_was_made_with(
    folder: Path, tmp_path: Path
) -> None:
    ledgers = shutil.copytree(folder, tmp_path / "台账")
    strict = {"红色预警分数线": "1", "免计时段": "2026-02-01至2026-02-20"}
    own, superior = "640402104", tmp_path / "市级参数.xlsx"
    rows = clean_rows(own, seed=5, as_of=END, log_rows=60)
    path = next(ledgers.glob(f"*{own}.xlsx"))
    write_ledger(path, by_code()[own], 2026, rows=rows, settings=strict, as_of=END)
    write_ledger(superior, by_code()["6404"], 2026, settings=strict, as_of=END)
    period, source = parse_period("2026H1"), tmp_path / "汇总.xlsx"

    def flags(path: Path, **options: Path) -> list[object]:
        done = report_period(path, tmp_path / "报告.xlsx", period, as_of=AS_OF, **options)
        return [(f.mentee_id, f.level, f.hits) for f in done.words.comparison.now.flags]

    for given in (None, superior):
        consolidate([ledgers], source, as_of=AS_OF, settings_file=given)
        options = {"settings_file": given} if given else {}
        expected = flags(ledgers, **options)
        assert flags(source) == expected
        assert expected != flags(folder)


def test_units_of_one_period_only_are_named_and_left_out(
    done: ReportResult, book: openpyxl.Workbook
) -> None:
    notice = done.notice.read_text(encoding="utf-8-sig")

    assert "按两期均有数据的2个单位" in notice
    assert "隆德县城关镇上期没有数据" in notice
    assert f"{full_name(by_code()[UNITS[3]])}本期没有数据" in notice
    basis = {
        (row[1], row[2]): row[4]
        for row in book["单位问题"].iter_rows(min_row=4, values_only=True)
        if row[3] != "未报"
    }
    assert basis == {
        ("原州区", "开城镇"): "两期都有",
        ("西吉县", "吉强镇"): "两期都有",
        ("隆德县", "城关镇"): "上期没有",
    }
    assert "，名正在帮带" not in notice
    assert f"其中{done.words.comparison.now.of(UNITS).helping}名正在帮带" in notice


def test_without_last_years_ledgers_nothing_is_compared(folder: Path, tmp_path: Path) -> None:
    done = report_period(folder, tmp_path / "r.xlsx", parse_period("2026Q1"), as_of=AS_OF)

    book = openpyxl.load_workbook(done.out)
    assert done.words.compared() == "未提供上期台账，本期不作对比。"
    rows = book["指标对比"].iter_rows(min_row=4, values_only=True)
    assert {cell for row in rows for cell in row[4:]} == {None}
    assert "上期" not in "".join(texts(book, "分片对比")[2:])


def test_months_are_text_and_shares_are_shares(book: openpyxl.Workbook) -> None:
    months = [*book["按月联系"].iter_rows(min_row=4, max_row=6)]

    assert [[row[0].value, row[1].value, row[4].value] for row in months] == [
        [f"第{n}个月", f"2026-0{n + 3}", f"2026-0{n}"] for n in (1, 2, 3)
    ]
    shares = {
        row[0].value: row[3].number_format
        for row in book["指标对比"].iter_rows(min_row=4)
        if row[1].value == "%"
    }
    assert set(shares.values()) == {"0.0%"}
    assert set(shares) == {"结对率", "线上占比", "按月联系率", "职责完成率"}


def test_documents_have_their_form(done: ReportResult, book: openpyxl.Workbook) -> None:
    notice, public = texts(book, "情况通报"), texts(book, "公示")

    assert notice[0] == "关于2026年第二季度\n“导师帮带”工作情况的通报"
    assert notice[1] == "各县（区）委组织部："
    assert [t.strip() for t in notice if t.strip()[1:2] == "、"] == [
        "一、总体情况", "二、与上期对比", "三、存在问题", "四、工作要求",
    ]  # fmt: skip
    assert notice[-2:] == ["中共固原市委组织部", "2026年7月2日"]
    pasted = done.notice.read_text(encoding="utf-8-sig").splitlines()
    assert pasted[0] == notice[0].replace("\n", "")
    assert [line.strip() for line in pasted if line.startswith("　　")][:-2] == [
        text.strip() for text in notice[2:-2]
    ]
    for word in ("公示期", "受理单位：", "电话：", "年　　月　　日"):
        assert any(word in text for text in public), word
    assert len(done.wechat.read_text(encoding="utf-8-sig").strip()) <= 300


@pytest.mark.parametrize("count", [0, 1, 26, 27, 28, 90])
def test_names_to_publish_stand_below_their_headings_on_every_page(
    count: int, tmp_path: Path
) -> None:
    said = public_words(by_code()["6404"], 2026, count, AS_OF, Settings())
    rows = [(str(n), "原州区", "马某", "开城镇人民政府", "一级科员") for n in range(1, count + 1)]
    headings = (("序号", 6), ("县(区)", 11), ("姓名", 11), ("单位", 28), ("职务", 20))
    notice = PublicNotice(said.title, said.opening, headings, rows, said.closing, said.signer)
    out = tmp_path / "公示.xlsx"
    workbook = printed_workbook(out, "", "公示", AS_OF)

    write_public_notice(add_printed_sheet(workbook, "公示"), notice, Styles(workbook))

    workbook.close()
    sheet = openpyxl.load_workbook(out)["公示"]
    column = [sheet.cell(row, 1).value or "" for row in range(1, sheet.max_row + 1)]
    starts = [1, *(each.id + 1 for each in sheet.row_breaks.brk)]
    for start, end in itertools.zip_longest(starts, starts[1:], fillvalue=len(column) + 1):
        page = column[start - 1 : end - 1]
        listed = [at for at, text in enumerate(page) if text.isdigit()]
        assert not listed or page[listed[0] - 1] == "序号"
        assert page.count("序号") == bool(listed), "no headings without a name"
    assert [text for text in column if text.isdigit()] == [row[0] for row in rows]
    assert ("年　　月　　日" in "".join(column)) == bool(count), "nobody, nothing to publish"
    if count:
        assert all(len(f"　　{line}") <= 27 for line in said.closing[0].split("（不少于")[:1])


def test_nothing_personal_is_told(done: ReportResult, book: openpyxl.Workbook) -> None:
    every = [text for sheet in book.sheetnames for text in texts(book, sheet)]
    every += [path.read_text(encoding="utf-8-sig") for path in (done.notice, done.wechat)]

    assert [text for text in every if mask_text(text) != text] == []


def test_the_workbook_is_valid_and_repeats_itself(
    folder: Path, last: Path, done: ReportResult, tmp_path: Path
) -> None:
    again = report_period(
        folder, tmp_path / "季报.xlsx", parse_period("2026Q2"), as_of=AS_OF, previous=last,
        generated=GENERATED,
    )  # fmt: skip

    assert ooxml_errors(done.out) == []
    assert again.out.read_bytes() == done.out.read_bytes()


def test_what_is_printed_can_be_read(done: ReportResult, office: Office, tmp_path: Path) -> None:
    assert min(text_sizes(office.pdf(done.out, tmp_path))) >= LEAST_POINTS


def test_the_longest_name_of_a_unit_is_not_cut(done: ReportResult, tmp_path: Path) -> None:
    longest = max(
        (d for d in by_code().values() if d.level == "township"), key=lambda d: len(d.name)
    )
    contents = report_contents(replace(done.words, scope=longest), Stamp(END, GENERATED))
    out = tmp_path / "r.xlsx"

    write_report(out, contents)

    assert longest.name in contents.title
    assert misfits(out) == []


def test_what_leaders_read_is_one_page(book: openpyxl.Workbook) -> None:
    page = book["一页通"]

    assert page.row_breaks.brk == []
    assert sum(page.row_dimensions[row].height for row in range(1, page.max_row + 1)) < 842 - 72


def test_charts_keep_what_their_cells_show_and_nothing_for_blank_ones(
    folder: Path, tmp_path: Path
) -> None:
    told = report_period(
        folder, tmp_path / "r.xlsx", parse_period("2026Q2"), as_of=date(2026, 5, 9)
    )

    book = openpyxl.load_workbook(told.out)
    series = [
        one
        for sheet in book.worksheets
        for chart in sheet._charts
        for one in chart.series
    ]  # fmt: skip
    blank = 0
    for one in series:
        sheet, _, cells = one.val.numRef.f.partition("!")
        wanted = [cell.value for (cell,) in book[sheet.strip("'")][cells.replace("$", "")]]
        kept = {point.idx: float(point.v) for point in one.val.numRef.numCache.pt}
        assert kept == pytest.approx({n: v for n, v in enumerate(wanted) if v is not None})
        blank += wanted.count(None)
    assert blank > 4, "counties without ledgers, and a month that has not begun"


def test_areas_and_months_add_up_to_the_whole(book: openpyxl.Workbook) -> None:
    measures = {row[0]: row[3] for row in book["指标对比"].iter_rows(min_row=4, values_only=True)}
    areas = [*book["分片对比"].iter_rows(min_row=3, values_only=True)]

    for at, name in enumerate(areas[0][1:6], 1):
        column = [row[at] or 0 for row in areas[1:]]
        assert sum(column[:-1]) == column[-1] == measures[name], name
    months = [row[2] for row in book["按月联系"].iter_rows(min_row=4, values_only=True)]
    assert sum(months) == measures["联系次数"]


# --- across the turn of the year ------------------------------------------------------------------

JANUARY = date(2027, 1, 9)


def test_last_years_last_quarter_is_reported_in_january_from_last_years_ledgers(
    folder: Path, tmp_path: Path
) -> None:
    period, out = parse_period("2026Q4"), tmp_path / "年末.xlsx"
    consolidate([folder], source := tmp_path / "汇总.xlsx", as_of=JANUARY, generated=GENERATED)

    for path in (folder, source):
        told = report_period(path, out, period, as_of=JANUARY, generated=GENERATED)

        assert "全市应报台账65份，收到3份；截至2026年12月31日" in told.words.counted()
        assert "等62个单位未报送2026年度台账" in told.notice.read_text("utf-8-sig")
        assert "与2026年第三季度相比（按两期均有数据的3个单位）" in told.words.compared()
        assert told.files == ()


def test_the_period_before_is_judged_as_its_own_report_judged_it(
    folder: Path, tmp_path: Path
) -> None:
    before = report_period(folder, tmp_path / "a.xlsx", parse_period("2026Q4"), as_of=JANUARY)
    ledgers = tmp_path / "台账"
    ledgers.mkdir()
    for code in UNITS[:3]:
        write(ledgers, code, 2027)

    now = report_period(
        ledgers, tmp_path / "b.xlsx", parse_period("2027Q1"), as_of=JANUARY, previous=folder
    )

    earlier = now.words.comparison.before
    assert earlier is not None
    assert earlier.units == before.words.comparison.now.units


def test_a_later_years_ledger_is_none_of_the_year_reported(folder: Path, tmp_path: Path) -> None:
    ledgers, out = shutil.copytree(folder, tmp_path / "台账"), tmp_path / "r.xlsx"
    later = {write(ledgers, code, 2027).name for code in (UNITS[0], UNITS[3])}

    told = report_period(ledgers, out, parse_period("2026Q4"), as_of=JANUARY)

    assert {*told.words.comparison.now.units} == {UNITS[1], UNITS[2]}
    assert (
        len([file for file in told.files if "是 2027 年度的台账，不作为 2026 年度的数据" in file])
        == 2
    )
    for name in later:
        shutil.move(ledgers / name, tmp_path)
    for path in ledgers.iterdir():
        path.unlink()
    shutil.move(tmp_path / later.pop(), ledgers)
    with pytest.raises(UsageError, match="是 2027 年度的台账，不作为 2026 年度的数据"):
        report_period(ledgers, out, parse_period("2026Q4"), as_of=JANUARY)


# --- refusals and the command ---------------------------------------------------------------------


def test_a_period_that_has_not_begun_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2026年第四季度尚未开始"):
        report_period(folder, tmp_path / "r.xlsx", parse_period("2026Q4"), as_of=AS_OF)


def test_no_ledger_is_overwritten(folder: Path) -> None:
    ledger = next(folder.iterdir())
    before = ledger.read_bytes()

    with pytest.raises(WriteRefused, match="不是本工具生成的导师帮带报告"):
        report_period(folder, ledger, parse_period("2026Q2"), as_of=AS_OF)

    assert ledger.read_bytes() == before


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["report", *arguments], standalone_mode=False)


def test_the_command_says_where_things_are_and_that_there_is_no_pdf(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    out = tmp_path / "半年报.xlsx"

    answer = run(
        str(folder), "--period", "2026H1", "--out", str(out), "--as-of", "2026-05-20",
        "--scope", "西吉县", "--jobs", "1",
    )  # fmt: skip

    assert answer.exception is None
    assert f"西吉县2026年上半年“导师帮带”工作半年报已保存到：{out}" in answer.output
    assert "2026年上半年尚未结束，数据截至2026-05-20" in answer.output
    assert "未生成 PDF；请用 Excel 或 WPS 打开报告，另存为 PDF" in answer.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "半年报.xlsx", "半年报-情况通报.txt", "半年报-微信.txt",
    }  # fmt: skip
