"""The small sheets of a consolidated workbook from summaries and states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from addin.tasks.figures import Figures, Summary
from addin.tasks.reporting import ReportState, UnitStatus
from validators.divisions import Division, children
from validators.vocabulary import Aspect, Rating, Stage
from workbooks.consolidated.content import Grid, Heading, Look, Value
from workbooks.masking import mask_text

__all__ = ["grids"]

_COLOURS = {
    ReportState.MISSING.value: "#F8CBAD",
    ReportState.FAULTY.value: "#FFE699",
    ReportState.OTHER_VERSION.value: "#DDEBF7",
    ReportState.DUPLICATE.value: "#EDEDED",
}
_CHASED = (ReportState.MISSING, ReportState.FAULTY, ReportState.OTHER_VERSION)
_NOTE = (
    "应结对=待结对+帮带中；结对率=其中有帮带中结对的÷应结对；人均帮带=帮带中结对÷正在帮带的导师；"
    "集体活动按每对结对各计一次联系"
)


@dataclass(frozen=True, slots=True)
class _Figure:
    heading: Heading
    value: Callable[[Figures, date], Value]


def _mean(index: int, which: int) -> Callable[[Figures, date], Value]:
    return lambda figures, _: figures.means()[index][which]


def _overall(figures: Figures, sums: Sequence[int]) -> float | None:
    rated = sum(figures.rated)
    return sum(sums) / rated if rated else None


_FIGURES: tuple[_Figure, ...] = (
    _Figure(Heading("在库导师", 6), lambda f, _: f.mentors),
    _Figure(Heading("个人对象", 6), lambda f, _: f.individuals),
    _Figure(Heading("组织对象", 6), lambda f, _: f.organisations),
    _Figure(Heading("应结对", 6), lambda f, _: f.seeking),
    _Figure(Heading("已结对", 6), lambda f, _: f.paired),
    _Figure(Heading("结对率", 8, Look.PERCENT), lambda f, _: f.pairing_rate),
    _Figure(Heading("帮带中结对", 7), lambda f, _: f.pairings),
    _Figure(Heading("人均帮带", 6, Look.DECIMAL), lambda f, _: f.load),
    _Figure(Heading("日志条数", 7), lambda f, _: f.entries),
    _Figure(Heading("联系次数", 7), lambda f, _: f.n_contacts),
    _Figure(Heading("本月联系", 7), lambda f, day: f.contacts.get(f"{day:%Y-%m}", 0)),
    _Figure(Heading("线下", 7), lambda f, _: f.offline),
    _Figure(Heading("线上", 6), lambda f, _: f.online),
    _Figure(Heading("摸底均分", 6, Look.DECIMAL), lambda f, _: _overall(f, f.before)),
    _Figure(Heading("最新均分", 6, Look.DECIMAL), lambda f, _: _overall(f, f.after)),
    _Figure(Heading("本季评价", 6), lambda f, _: f.assessments),
    _Figure(Heading("考核优秀", 6), lambda f, _: f.completions.get(Rating.EXCELLENT.value, 0)),
    _Figure(Heading("考核合格", 6), lambda f, _: f.completions.get(Rating.QUALIFIED.value, 0)),
    _Figure(Heading("转后备干部", 6), lambda f, _: f.conversions.get(Stage.RESERVE_CADRE.value, 0)),
    _Figure(
        Heading("转村带头人", 6), lambda f, _: f.conversions.get(Stage.VILLAGE_LEADER.value, 0)
    ),
    _Figure(Heading("达销号条件", 6), lambda f, _: f.closable),
    _Figure(Heading("已销号", 6), lambda f, _: f.closed),
)
_CHECKS: tuple[_Figure, ...] = (
    _Figure(Heading("填报行", 7), lambda f, _: f.rows),
    _Figure(Heading("通过行", 7), lambda f, _: f.accepted),
    _Figure(Heading("有误行", 6), lambda f, _: f.rejected),
    _Figure(Heading("忽略行", 6), lambda f, _: f.ignored),
)
_ASPECTS = tuple(
    _Figure(Heading(f"{aspect.value}{word}", 5.5, Look.DECIMAL), _mean(index, which))
    for index, aspect in enumerate(Aspect)
    for which, word in enumerate(("摸底", "最新"))
)


def grids(
    scope: Division, summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> tuple[Grid, ...]:
    """Return 催报单, 县区汇总, 六个方面, 乡镇汇总 and 填报情况."""
    return (
        _chase(scope, states),
        _counties(scope, summary, as_of, "县区汇总", _FIGURES, _NOTE),
        _counties(
            scope,
            summary,
            as_of,
            "六个方面",
            _ASPECTS,
            "只计摸底和评价都有的对象；最新为最近一次评价",
        ),
        _townships(scope, summary, states, as_of),
        _reporting(scope, summary, states, as_of),
    )


def _chase(scope: Division, states: Sequence[UnitStatus]) -> Grid:
    headings = (
        Heading("序号", 5), Heading("县(区)", 9, Look.TEXT), Heading("乡镇(街道)", 12, Look.TEXT),
        Heading("情况", 9, Look.TEXT), Heading("填报人", 9, Look.TEXT),
        Heading("办公电话", 15, Look.TEXT), Heading("错误数", 7), Heading("要做什么", 56, Look.TEXT),
    )  # fmt: skip
    chased = sorted(
        (one for one in states if one.state in _CHASED), key=lambda one: _CHASED.index(one.state)
    )
    rows = [
        (
            number, one.county, one.township or _own(one), one.state.value, one.contact.reporter,
            one.contact.office_phone, one.errors, mask_text(one.todo),
        )
        for number, one in enumerate(chased, 1)
    ]  # fmt: skip
    note = f"共 {len(rows)} 个单位"
    return Grid("催报单", f"{scope.name}导师帮带台账催报单", note, headings, rows, "情况", _COLOURS)


def _own(one: UnitStatus) -> str:
    if one.code:
        return "（本级）"
    return "（未识别单位）"


def _values(figures: Figures, columns: Sequence[_Figure], as_of: date) -> list[Value]:
    return [column.value(figures, as_of) for column in columns]


def _counties(
    scope: Division,
    summary: Summary,
    as_of: date,
    name: str,
    columns: Sequence[_Figure],
    note: str,
) -> Grid:
    county = scope if scope.level != "city" else None
    members = (county,) if county else children()[scope.code]
    rows: list[list[Value]] = [
        [one.name, *_values(summary.county(one.code[:6]), columns, as_of)] for one in members
    ]
    for code, label in ((f"{scope.code[:4]}00", "市直"), ("", "未识别单位")):
        if any(unit[:6] == code for unit in summary.units):
            rows.append([label, *_values(summary.county(code), columns, as_of)])
    rows.append(["合计", *_values(summary.total(), columns, as_of)])
    headings = (Heading("县(区)", 9, Look.TEXT), *(column.heading for column in columns))
    title = f"{scope.name}导师帮带{'六个方面平均分' if name == '六个方面' else '县（区）汇总表'}"
    return Grid(name, title, note, headings, rows, total_rows=1, frozen=1)


def _townships(
    scope: Division, summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> Grid:
    columns = _FIGURES
    rows: list[list[Value]] = []
    seen: set[str] = set()
    for one in states:
        if one.state is ReportState.DUPLICATE or one.code in seen:
            continue
        seen.add(one.code)
        figures = summary.units.get(one.code)
        values: list[Value] = (
            [None] * len(columns) if figures is None else _values(figures, columns, as_of)
        )
        rows.append([one.county, one.township or _own(one), one.state.value, *values])
    rows.append(["合计", "", "", *_values(summary.total(), columns, as_of)])
    headings = (
        Heading("县(区)", 8, Look.TEXT), Heading("乡镇(街道)", 11, Look.TEXT),
        Heading("填报情况", 8, Look.TEXT), *(column.heading for column in columns),
    )  # fmt: skip
    return Grid(
        "乡镇汇总", f"{scope.name}导师帮带乡镇（街道）汇总表", _NOTE, headings, rows,
        "填报情况", _COLOURS, total_rows=1, frozen=2,
    )  # fmt: skip


def _reporting(
    scope: Division, summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> Grid:
    headings = (
        Heading("序号", 5), Heading("县(区)", 8, Look.TEXT), Heading("乡镇(街道)", 11, Look.TEXT),
        Heading("行政区划代码", 11, Look.TEXT), Heading("填报情况", 9, Look.TEXT),
        Heading("文件", 24, Look.TEXT), Heading("填报人", 9, Look.TEXT),
        Heading("办公电话", 14, Look.TEXT), Heading("填报时间", 11, Look.DAY),
        Heading("错误数", 7), Heading("警告数", 7), *(column.heading for column in _CHECKS),
        Heading("说明", 36, Look.TEXT),
    )  # fmt: skip
    rows = [
        (
            number, one.county, one.township or _own(one), one.code, one.state.value,
            mask_text(one.file), one.contact.reporter, one.contact.office_phone, one.reported_on,
            one.errors, one.warnings, *_row_counts(one, summary, as_of), mask_text(one.todo),
        )
        for number, one in enumerate(states, 1)
    ]  # fmt: skip
    counts = "　".join(
        f"{state.value} {sum(one.state is state for one in states)}" for state in ReportState
    )
    note = f"{counts}；填报行=通过行+有误行+忽略行"
    return Grid(
        "填报情况", f"{scope.name}导师帮带台账填报情况", note, headings, rows, "填报情况", _COLOURS
    )


def _row_counts(one: UnitStatus, summary: Summary, as_of: date) -> list[Value]:
    figures = summary.units.get(one.code)
    if figures is None or one.state is ReportState.DUPLICATE:
        return [None] * len(_CHECKS)
    return _values(figures, _CHECKS, as_of)
