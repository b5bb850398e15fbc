"""Report a quarter, a half-year or a year: `bangdai report`.

1. Read the ledgers once; for a period that lies in last year's ledgers, those of `previous`, too.
2. Count the period and the one before from dated rows (`addin.domain.reports.figures`).
3. Write the workbook, the text of 情况通报 and the text for WeChat beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Unpack

from addin import clock
from addin.actions.ledger_set import ReadOptions, check_target
from addin.actions.reports.computed import GatheredLedgers, gather_ledgers
from addin.domain.awards import awards, public_list, public_words
from addin.domain.months import add_months
from addin.domain.reports.figures import (
    Comparison,
    Measure,
    MeasureChange,
    PeriodLedger,
    PeriodResult,
    period_result,
)
from addin.domain.reports.lagging import UnitProblems, unit_label
from addin.domain.reports.period import Period
from addin.domain.reports.words import ReportWords, change_words, shown_value
from validators.divisions import children, unit_name
from validators.errors import UsageError
from validators.sheets import FlagRow, UnitRow
from validators.vocabulary import Alert
from workbooks.consolidated.content import Card, Grid, Heading, NumberFormat, Stamp, Value
from workbooks.files import replace_atomically
from workbooks.masking import mask_text
from workbooks.reports.content import (
    AREAS,
    FILE_KIND,
    MONTHS,
    UNITS,
    Document,
    MeasureLine,
    PublicNotice,
    ReportContents,
    same_units,
)
from workbooks.reports.workbook import write_report

_CARDS = (
    "在库导师", "其中正在帮带", "帮带中结对", "结对率", "联系次数", "按月联系率", "职责完成率",
    "红色预警",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What was reported.

    Attributes:
        out: The workbook.
        notice: The text of 情况通报, to paste into a document.
        wechat: The text for WeChat.
        words: Everything said.
        files: A sentence for every file that was left out, not read or is doubtful.
        exit_code: 2 if a file could not be read, 1 on any error finding, else 0.
    """

    out: Path
    notice: Path
    wechat: Path
    words: ReportWords
    files: tuple[str, ...]
    exit_code: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return what is told of the report."""
        comparison = self.words.comparison
        told = [self.words.compared()]
        if self.words.unfinished:
            told.append(f"{comparison.now.period}尚未结束，数据截至{comparison.now.day}。")
        told += [
            f"{self.words.title}已保存到：{self.out}",
            f"情况通报文字（可粘贴到公文）：{self.notice}",
            f"微信文字（{len(self.words.wechat())} 字）：{self.wechat}",
        ]
        return tuple(told)


def report_period(
    path: Path,
    out: Path,
    period: Period,
    *,
    previous: Path | None = None,
    scope: str | None = None,
    generated: datetime | None = None,
    **options: Unpack[ReadOptions],
) -> ReportResult:
    """Write a period's report and its texts.

    Args:
        path: A folder of ledgers, or one ledger.
        out: The workbook; an earlier report is replaced.
        period: The period.
        previous: Last year's ledgers, where the period before lies in them.
        scope: Name or code of the city or county; the city without one.
        generated: 生成时间; now if None. Equal inputs and times give equal bytes.
        options: See `ReadOptions`.

    Raises:
        UsageError: There is no ledger, or the period has not begun.
        WriteRefused: Something else stands in `out`, or it cannot be written.
    """
    if period.first > options["as_of"]:
        raise UsageError(f"{period}尚未开始", "请核对 --period，或用 --as-of 指定数据截至日期")
    check_target(out, FILE_KIND)
    gathered = gather_ledgers(path, scope=scope, year=period.last.year, **options)
    comparison = Comparison(_result(gathered, period), _before(gathered, period, previous, options))
    words = ReportWords(gathered.scope, comparison, gathered.merged.states)
    moment = (generated or clock.now()).replace(tzinfo=None)
    contents = report_contents(words, Stamp(comparison.now.day, moment))
    replace_atomically(out, lambda draft: write_report(draft, contents))
    notice, wechat = (out.with_name(f"{out.stem}-{name}.txt") for name in ("情况通报", "微信"))
    notice.write_text(words.notice(moment.date()).text(), encoding="utf-8-sig")
    wechat.write_text(mask_text(words.wechat()) + "\n", encoding="utf-8-sig")
    report = gathered.merged.report
    files = report.file_sentences
    return ReportResult(out, notice, wechat, words, files, report.exit_code)


def _result(gathered: GatheredLedgers, period: Period) -> PeriodResult:
    ledgers = [PeriodLedger(each.ledger, each.settings) for each in gathered.merged.examined]
    return period_result(ledgers, period, gathered.as_of, gathered.superior)


def _before(
    gathered: GatheredLedgers, period: Period, previous: Path | None, options: ReadOptions
) -> PeriodResult | None:
    """Return the period before `period`, None where its rows are in ledgers that were not given."""
    before = period.before
    if previous:
        scope, year = gathered.scope.code, before.last.year
        return _result(gather_ledgers(previous, scope=scope, year=year, **options), before)
    forms = (each.ledger.table(UnitRow) for each in gathered.merged.examined)
    years = [year for form in forms for year in form.column("year") if year]
    if before.last.year < max(years, default=period.last.year):
        return None
    return _result(gathered, before)


# --- content --------------------------------------------------------------------------------------


def report_contents(words: ReportWords, stamp: Stamp) -> ReportContents:
    """Return a report as plain data; personal numbers typed as names are masked."""
    comparison, notice = words.comparison, words.notice(stamp.generated.date())
    changes = comparison.changes()
    return ReportContents(
        title=words.title,
        period=str(comparison.now.period),
        basis=_basis(words),
        cards=tuple(_card(each) for each in changes if each.measure.name in _CARDS),
        sections=words.leader_lines(),
        measures=tuple(map(_measure_line, changes)),
        grids=(_areas(words), _months(words), _units(words), _flags(words)),
        notice=Document(notice.title, notice.addressee, notice.sections, notice.signer, notice.day),
        publicity=_publicity(words),
        stamp=stamp,
    )


def _card(each: MeasureChange) -> Card:
    change = ""
    if each.change is not None:
        change = change_words(each).removeprefix(each.measure.name)
    return Card(each.measure.name, shown_value(each), f"较上期{change}" if change else "")


def _format(measure: Measure) -> NumberFormat:
    if measure.unit == "%":
        return NumberFormat.PERCENT
    return NumberFormat.DECIMAL if measure.digits else NumberFormat.WHOLE


def _measure_line(each: MeasureChange) -> MeasureLine:
    measure = each.measure
    return MeasureLine(
        measure.name, measure.unit, "期内" if measure.is_flow else "期末", each.now, each.same_now,
        each.before, each.change, each.growth, _format(measure),
    )  # fmt: skip


_SHOWN = ("在库导师", "其中正在帮带", "帮带中结对", "联系次数", "红色预警")
_COMPARED = ("结对率", "按月联系率", "职责完成率")


def _areas(words: ReportWords) -> Grid:
    """Return 分片对比: by county, or within a county by township; shares compared by same units."""
    scope, comparison = words.scope, words.comparison
    by = "县(区)" if scope.level == "city" else "乡镇(街道)"
    rows = [[name, *_area_values(words, prefix)] for name, prefix in _parts(words)]
    rows.append(["合计", *_area_values(words, "")])
    headings = [Heading(by, 11, NumberFormat.TEXT)]
    headings += [Heading(name, 7.5) for name in _SHOWN]
    for name in _COMPARED:
        told = [name, *([same_units(name), f"上期{name}"] if comparison.same else [])]
        headings += [Heading(heading, 8.5, NumberFormat.PERCENT) for heading in told]
    return Grid(
        AREAS, f"{scope.name}{comparison.now.period}分{by.partition('(')[0]}对比",
        _basis(words), tuple(headings), rows, total_rows=1, frozen=1,
    )  # fmt: skip


def _parts(words: ReportWords) -> Iterator[tuple[str, str]]:
    """Yield the parts of the scope by name, each with how the codes of its units begin."""
    scope = words.scope
    for division in (scope,) if scope.level == "township" else children()[scope.code]:
        yield division.name, division.code
    if scope.level != "township" and scope.unit_code in words.comparison.now.units:
        yield "本级", scope.unit_code


def _area_values(words: ReportWords, prefix: str) -> Iterator[Value]:
    told = {each.measure.name: each for each in words.comparison.changes(prefix)}
    there = any(unit.startswith(prefix) for unit in words.comparison.now.units)
    for name in _SHOWN:
        yield told[name].now if there else None
    for name in _COMPARED:
        yield told[name].now if there else None
        if words.comparison.same:
            yield from (told[name].same_now, told[name].before)


def _months(words: ReportWords) -> Grid:
    """Return 按月联系: contacts month by month; both periods' by the same units side by side."""
    comparison = words.comparison
    now, before = comparison.now, comparison.before if comparison.same else None
    counted = [now.of(now.units), now.of(comparison.same)]
    counted += [before.of(comparison.same)] if before else []
    rows: list[list[Value]] = []
    for at in range(now.period.months):
        own = f"{add_months(now.period.first, at):%Y-%m}"
        row: list[Value] = [f"第{at + 1}个月" if now.period.months < 12 else f"{at + 1}月", own]
        row += [
            figures.stock.contacts.get(own, 0) if own <= f"{now.day:%Y-%m}" else None
            for figures in counted[: 2 if before else 1]
        ]
        if before:
            earlier = f"{add_months(before.period.first, at):%Y-%m}"
            row += [earlier, counted[2].stock.contacts.get(earlier, 0)]
        rows.append(row)
    text = NumberFormat.TEXT
    width = 14 if before else 24  # the title and what is said below it need the room
    headings = [Heading(name, width, text) for name in ("月份", "本期月份")]
    headings.append(Heading("本期", width))
    if before:
        headings += [Heading(same_units("本期"), 16), Heading("上期月份", 14, text)]
        headings.append(Heading("上期", 14))
    title = f"{words.scope.name}{now.period}按月联系次数"
    return Grid(MONTHS, title, _basis(words), tuple(headings), rows)


def _basis(words: ReportWords) -> str:
    """Return what is compared, in the room of a line below a title."""
    same = words.comparison.same
    if not same:
        return words.compared().rstrip("。")
    basis = f"同口径：两期均有数据的 {len(same)} 个单位"
    return "；".join(filter(None, (basis, words.unfinished)))


def _units(words: ReportWords) -> Grid:
    comparison = words.comparison
    text, share = NumberFormat.TEXT, NumberFormat.PERCENT
    headings = (
        Heading("序号", 5), Heading("县(区)", 9, text), Heading("乡镇(街道)", 12, text),
        Heading("填报情况", 9, text), Heading("对比口径", 11, text), Heading("帮带中结对", 7),
        Heading("联系次数", 7), Heading("按月联系率", 8, share), Heading("上期按月联系率", 8, share),
        Heading("职责完成率", 8, share), Heading("红色预警", 6), Heading("黄色预警", 6),
        Heading("存在问题", 44, text),
    )  # fmt: skip
    same = {*comparison.same}
    rows = [
        (number, *_unit_row(unit, comparison, same=unit.code in same))
        for number, unit in enumerate(words.problems, 1)
    ]
    wrong = sum(bool(unit.words) for unit in words.problems)
    note = f"共 {len(rows)} 个单位，有问题的 {wrong} 个，问题较多的在前"
    title = f"{words.scope.name}{comparison.now.period}各单位情况和问题"
    return Grid(UNITS, title, note, headings, rows, frozen=3)


def _unit_row(unit: UnitProblems, comparison: Comparison, *, same: bool) -> Iterator[Value]:
    county, township = unit_name(unit.code)
    before = comparison.before.units.get(unit.code) if comparison.before else None
    earlier, figures = before.contact_rate if before else None, unit.figures
    if comparison.before is None:
        basis = "不对比"
    else:
        only = "上期没有" if figures else "本期没有" if before else "两期都没有"
        basis = "两期都有" if same else only
    yield from (county, township or "（本级）", unit.state.value if unit.state else "", basis)
    if figures is None:
        yield from (None, None, None, earlier, None, None, None)
    else:
        yield from (figures.stock.pairings, figures.contacts, figures.contact_rate, earlier)
        yield from (figures.duty_rate, figures.red, figures.yellow)
    yield "；".join(unit.words)


_MOST_FLAGS = 60
"""Where more are 红 or 黄, only 红 is listed: a report is read on paper."""
_FLAG_COLOURS = {"红": "#F8CBAD", "黄": "#FFE699", "蓝": "#DDEBF7"}


def _flags(words: ReportWords) -> Grid:
    now = words.comparison.now
    units = now.facts.ledger.unit_codes
    text = NumberFormat.TEXT
    headings = (
        Heading("序号", 5), Heading("单位", 20, text), Heading("级别", 6, text),
        Heading("对象", 14, text), Heading("导师", 14, text), Heading("依据", 64, text),
        Heading("建议措施", 34, text),
    )  # fmt: skip
    listed = [flag for flag in now.flags if flag.level is not Alert.BLUE]
    if len(listed) > _MOST_FLAGS:
        listed = [flag for flag in now.flags if flag.level is Alert.RED]
    rows = [
        (
            number, unit_label(units.get(flag.file, ""), words.scope), str(flag.level),
            mask_text(flag.mentee_name), mask_text("、".join(flag.mentor_names)),
            mask_text("；".join(hit.facts for hit in flag.hits)), flag.measure,
        )
        for number, flag in enumerate(listed, 1)
    ]  # fmt: skip
    counts = "　".join(
        f"{level}色 {sum(flag.level == level for flag in now.flags)} 个" for level in _FLAG_COLOURS
    )
    if len(listed) < len(now.flags):
        counts += f"　此处只列 {len(listed)} 个，其余见汇总表“{FlagRow.sheet.name}”"
    title = f"{words.scope.name}{now.period}期末预警对象"
    return Grid("预警对象", title, counts, headings, rows, "级别", _FLAG_COLOURS, frozen=4)


def _publicity(words: ReportWords) -> PublicNotice:
    """Return 公示 of the mentors shortlisted by the period's end."""
    lines = public_list(awards(words.comparison.now.facts))
    rows = [
        (str(line.number), line.county, mask_text(line.name), mask_text(line.employer),
         mask_text(line.post))
        for line in lines
    ]  # fmt: skip
    now = words.comparison.now
    said = public_words(words.scope, now.day.year, len(rows), now.day, now.facts.settings)
    return PublicNotice(
        title=said.title,
        opening=said.opening,
        headings=(("序号", 6), ("县(区)", 11), ("姓名", 11), ("单位", 28), ("职务", 20)),
        rows=rows,
        closing=said.closing,
        signer=said.signer,
    )
