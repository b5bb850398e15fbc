"""The report sheets of a consolidated workbook, from summaries, states and what the records come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from addin.domain.awards import public_list
from addin.domain.bulletin import bulletin, percent
from addin.domain.conversions import ROUTES, LeaderFigures, Leaders, leaders
from addin.domain.deliveries import Contact, ReportState, UnitStatus
from addin.domain.exchange import experiences, notices, unanswered
from addin.domain.log_hints.bunched import Hint, hints
from addin.domain.log_hints.copied import CopiedEntry
from addin.domain.numbering import unit_of
from addin.domain.organisations import (
    ClosingState,
    MeasureState,
    OrganisationState,
    action_counts,
    model_townships,
    organisations,
)
from addin.domain.ranking import Standing, ranking
from addin.domain.rollup import RollUp
from addin.domain.summaries import Figures, Summary
from validators.divisions import Division, children, unit_name
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Aspect, Level, Rating, Stage
from workbooks.consolidated.content import (
    Card,
    Grid,
    Heading,
    NumberFormat,
    Overview,
    Series,
    Value,
)
from workbooks.masking import mask_text

# SECTION 总览 from a summary: cards with what changed, chart series, and what the next run compares.

Memory = Mapping[tuple[str, str], str | float]

_REPORTER, _PHONE, _AS_OF = "填报人", "办公电话", "数据截至"
_MONTHS_SHOWN = 12


def overview_of(
    scope: Division,
    summary: Summary,
    states: Sequence[UnitStatus],
    as_of: date,
    previous: Memory,
) -> Overview:
    """Return the content of 总览.

    Args:
        scope: The city or county that adds up.
        summary: The merged summary.
        states: The state of every unit.
        as_of: The day the data reach to.
        previous: What the earlier consolidated workbook remembers, {} without one.
    """
    return Overview(
        title=f"{scope.name}基层干部“导师帮带制”工作总览",
        cards=_cards(scope, summary, states, as_of, previous),
        rates=_rates(scope, summary),
        months=_months(summary.total(), as_of),
        aspects=_aspects(summary.total()),
        states=_states(states),
        bulletin=bulletin(scope, summary, states, as_of),
    )


def _numbers(
    summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> dict[str, tuple[float | None, str]]:
    """Return the key figures by label, each with how it is shown."""
    total = summary.total()
    month = total.contacts.get(f"{as_of:%Y-%m}", 0)
    held = total.online + total.offline
    rated = sum(total.rated)
    gain = (sum(total.after) - sum(total.before)) / rated if rated else None
    whole, share, mean = "{:.0f}", "percent", "{:.1f}"
    return {
        "已收台账": (sum(one.state is not ReportState.MISSING for one in _units(states)), whole),
        "在库导师": (total.mentors, whole),
        "个人对象": (total.individuals, whole),
        "组织对象": (total.organisations, whole),
        "帮带中结对": (total.pairings, whole),
        "结对率": (total.pairing_rate, share),
        "人均帮带": (total.load, mean),
        "联系次数": (total.n_contacts, whole),
        "本月联系": (month, whole),
        "线上占比": (total.online / held if held else None, share),
        "本季评价": (total.assessments, whole),
        "六方面均分变化": (gain, "{:+.1f}"),
        "考核优秀": (total.completions.get(Rating.EXCELLENT.value, 0), whole),
        "转村带头人": (total.conversions.get(Stage.VILLAGE_LEADER.value, 0), whole),
        "已销号组织": (total.closed, whole),
        "台账错误": (total.findings.get(Level.ERROR.value, 0), whole),
    }


def _units(states: Sequence[UnitStatus]) -> list[UnitStatus]:
    return [one for one in states if one.state is not ReportState.DUPLICATE]


def _cards(
    scope: Division,
    summary: Summary,
    states: Sequence[UnitStatus],
    as_of: date,
    previous: Memory,
) -> tuple[Card, ...]:
    cards = []
    for label, (value, look) in _numbers(summary, states, as_of).items():
        shown = _shown(value, look)
        if label == "已收台账":
            shown = f"{shown}/{len(_units(states))}"
        cards.append(Card(label, shown, _change(value, previous.get((scope.code, label)), look)))
    return tuple(cards)


def _shown(value: float | None, look: str) -> str:
    if value is None:
        return "—"
    return percent(value) if look == "percent" else look.format(value)


def _change(value: float | None, before: str | float | None, look: str) -> str:
    if value is None or not isinstance(before, int | float):
        return ""
    change = value - before
    if look == "percent":
        return f"较上期 {100 * change:+.1f} 个百分点" if round(100 * change, 1) else "与上期持平"
    digits = 1 if "1f" in look else 0
    return f"较上期 {change:+.{digits}f}" if round(change, digits) else "与上期持平"


def _rates(scope: Division, summary: Summary) -> Series:
    members = children()[scope.code] if scope.level != "township" else (scope,)
    city = scope.level == "city"
    rates = [
        (summary.county(one.code) if city else summary.units.get(one.code, Figures())).pairing_rate
        for one in members
    ]
    return Series([one.name for one in members], {"结对率": rates})


def _months(total: Figures, as_of: date) -> Series:
    last = as_of.year * 12 + as_of.month - 1
    months = [divmod(number, 12) for number in range(last - _MONTHS_SHOWN + 1, last + 1)]
    keys = [f"{year}-{month + 1:02d}" for year, month in months]
    labels = [key[2:].replace("-", ".") for key in keys]
    return Series(labels, {"联系次数": [total.contacts.get(key, 0) for key in keys]})


def _aspects(total: Figures) -> Series:
    means = total.means()
    return Series(
        [aspect.value for aspect in Aspect],
        {"摸底": [before for before, _ in means], "最新": [after for _, after in means]},
    )


def _states(states: Sequence[UnitStatus]) -> Series:
    units = _units(states)
    shown = (
        ReportState.REPORTED,
        ReportState.FAULTY,
        ReportState.OTHER_VERSION,
        ReportState.MISSING,
    )
    counts = [sum(one.state is state for one in units) for state in shown]
    return Series([state.value for state in shown], {"单位数": counts})


def memory_rows(
    scope: Division, summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> list[tuple[str, str, str | float]]:
    """Return what the next consolidation compares with: key figures and contacts."""
    rows: list[tuple[str, str, str | float]] = [(scope.code, _AS_OF, as_of.isoformat())]
    for label, (value, _) in _numbers(summary, states, as_of).items():
        if value is not None:
            rows.append((scope.code, label, value))
    for one in _units(states):
        for name, text in ((_REPORTER, one.contact.reporter), (_PHONE, one.contact.office_phone)):
            if one.code and text:
                rows.append((one.code, name, text))
    return rows


def contacts_of(previous: Memory) -> dict[str, Contact]:
    """Return whom an earlier consolidation knew, by unit code."""
    codes = {code for code, name in previous if name in {_REPORTER, _PHONE}}
    return {
        code: Contact(
            str(previous.get((code, _REPORTER), "")), str(previous.get((code, _PHONE), ""))
        )
        for code in sorted(codes)
    }


# SECTION The small sheets of a consolidated workbook on what the records come to.

_COUNTY = Heading("县(区)", 9, NumberFormat.TEXT)
_TOWNSHIP = Heading("乡镇(街道)", 12, NumberFormat.TEXT)
_NUMBER = Heading("序号", 5)


def record_grids(
    scope: Division, ledger: Ledger, found: RollUp, copies: Sequence[CopiedEntry]
) -> tuple[Grid, ...]:
    """Return 金牌导师公示, 两个带头人转化, 组织销号, 比学赶帮, 通报下发 and 记录质量提示.

    Args:
        scope: The city or county that adds up.
        ledger: The merged ledger.
        found: What its records come to.
        copies: Entries whose content stands in an earlier one.
    """
    settings, as_of = found.facts.settings, found.facts.as_of
    standings = ranking(found.facts)
    return (
        _public(scope, found),
        _leaders(scope, leaders(ledger, as_of)),
        _organisations(scope, ledger, organisations(ledger, settings, as_of), settings),
        _ranking(scope, standings),
        _notices(scope, ledger, settings, as_of, standings),
        _records(ledger, copies, hints(ledger, settings, as_of)),
    )


def _place(code: str) -> tuple[str, str]:
    county, township = unit_name(unit_of(code) or code)
    return county, township or "（本级）"


def _public(scope: Division, found: RollUp) -> Grid:
    headings = (
        _NUMBER, _COUNTY, Heading("姓名", 9, NumberFormat.TEXT), Heading("单位", 26, NumberFormat.TEXT),
        Heading("职务", 16, NumberFormat.TEXT), Heading("总分", 8, NumberFormat.DECIMAL),
    )  # fmt: skip
    rows = [
        (one.number, one.county, one.name, mask_text(one.employer), mask_text(one.post), one.total)
        for one in public_list(found.awards)
    ]
    note = "得分和条件见“金牌导师”表；公示前请核对本人情况"
    return Grid("金牌导师公示", f"{scope.name}金牌导师入围名单（公示）", note, headings, rows)


def _leaders(scope: Division, found: Leaders) -> Grid:
    headings = [_COUNTY, _TOWNSHIP]
    headings += [Heading(stage.value, 7) for stage in Stage if stage is not Stage.NONE]
    for route in ROUTES:
        headings.append(Heading(f"{route.name}：转化", 8))
        headings.append(Heading(f"{route.name}：转化率", 8, NumberFormat.PERCENT))
    headings += [Heading("带动人数", 8), Heading("人均增收(元)", 9)]
    rows: list[list[Value]] = [
        [*_place(code), *_leader_values(found.units[code])] for code in sorted(found.units)
    ]
    counties = sorted({code[:6] for code in found.units})
    rows += [
        [unit_name(f"{code}000")[0], "小计", *_leader_values(found.county(code))]
        for code in counties
    ]
    rows.append(["合计", "", *_leader_values(found.total())])
    note = "转化率=到达后一阶段的÷曾在前一阶段的；人均增收按带动人数加权"
    return Grid(
        "两个带头人转化", f"{scope.name}“两个带头人”培养转化情况", note, tuple(headings), rows,
        total_rows=1 + len(counties), frozen=2,
    )  # fmt: skip


def _leader_values(figures: LeaderFigures) -> list[Value]:
    values: list[Value] = [
        count for stage, count in zip(Stage, figures.stages, strict=True) if stage is not Stage.NONE
    ]
    for at, route in enumerate(ROUTES):
        values += [figures.completed[at], figures.rate(route)]
    gain = figures.income_gain
    return [*values, figures.people_led, None if gain is None else round(gain)]


def _organisations(
    scope: Division, ledger: Ledger, states: Sequence[OrganisationState], settings: Settings
) -> Grid:
    models = model_townships(ledger)
    headings = (
        _NUMBER, _COUNTY, _TOWNSHIP, Heading("对象编号", 17, NumberFormat.TEXT),
        Heading("党组织名称", 20, NumberFormat.TEXT), Heading("提升措施情况", 11, NumberFormat.TEXT),
        Heading("提升期限", 11, NumberFormat.DAY), Heading("六项行动事项", 16, NumberFormat.TEXT),
        Heading("示范乡创建", 7, NumberFormat.TEXT), Heading("验收得分", 7, NumberFormat.DECIMAL),
        Heading("不满意率", 7, NumberFormat.PERCENT), Heading("销号情况", 14, NumberFormat.TEXT),
        Heading("依据", 30, NumberFormat.TEXT), Heading("销号批准日期", 11, NumberFormat.DAY),
    )  # fmt: skip
    rows = [
        (
            number, *_place(one.mentee_id), one.mentee_id, mask_text(one.name or ""),
            one.measure.value, one.measures_due, "、".join(one.actions),
            _yes(models.get(unit_of(one.mentee_id))), one.inspection_score,
            None if one.dissatisfied is None else one.dissatisfied / 100,
            one.closing.value, one.why, one.closed_on,
        )
        for number, one in enumerate(states, 1)
    ]  # fmt: skip
    counts = action_counts(states, settings)
    acting = "；".join(f"{item} {count} 个" for item, count in counts.items())
    overdue = sum(one.measure is MeasureState.OVERDUE for one in states)
    note = f"共 {len(rows)} 个组织，超过提升期限 {overdue} 个；销号由县级验收决定"
    return Grid(
        "组织销号", f"{scope.name}组织帮带对象提升和销号情况", f"{note}；{acting}" if acting else note,
        headings, rows, "销号情况",
        {ClosingState.READY.value: "#E2EFDA", ClosingState.NOT_MET.value: "#FFE699"}, frozen=5,
    )  # fmt: skip


def _yes(answer: bool | None) -> str:
    return "" if answer is None else "是" if answer else "否"


def _ranking(scope: Division, standings: Sequence[Standing]) -> Grid:
    measures = [one.name for one in standings[0].measured] if standings else []
    headings = (
        Heading("名次", 6), _COUNTY, _TOWNSHIP, Heading("得分", 8, NumberFormat.DECIMAL),
        *(Heading(name, 9, NumberFormat.DECIMAL) for name in measures),
        Heading("依据", 60, NumberFormat.TEXT),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = [
        (
            one.rank, one.county, one.township or "（本级）", one.score,
            *(each.points for each in one.measured),
            "；".join(each.fact for each in one.measured),
        )
        for one in standings
    ]  # fmt: skip
    note = "按比率计分，不看数量；基数小的单位向全体平均靠拢（基数见“参数”）"
    return Grid("比学赶帮", f"{scope.name}乡镇（街道）比学赶帮排名", note, headings, rows, frozen=3)


def _notices(
    scope: Division, ledger: Ledger, settings: Settings, as_of: date, standings: Sequence[Standing]
) -> Grid:
    headings = (
        Heading("日期", 11, NumberFormat.DAY), Heading("类型", 7, NumberFormat.TEXT),
        Heading("发布单位", 18, NumberFormat.TEXT), Heading("标题", 26, NumberFormat.TEXT),
        Heading("内容", 90, NumberFormat.TEXT), Heading("来源", 10, NumberFormat.TEXT),
    )  # fmt: skip
    posts = notices(
        scope.name, as_of, standings, experiences(ledger, as_of),
        unanswered(ledger, settings, as_of),
    )  # fmt: skip
    rows = [
        (
            post["date"], post["kind"].value, post["author"], post["title"],
            mask_text(post["content"])[:2_000], post["origin"].value,
        )
        for post in posts
    ]  # fmt: skip
    note = "可复制到各乡镇台账的“交流园地”下发"
    return Grid("通报下发", f"{scope.name}导师帮带交流通报", note, headings, rows)


def _records(ledger: Ledger, copies: Sequence[CopiedEntry], found: Sequence[Hint]) -> Grid:
    units = ledger.unit_codes

    def row(file: str, kind: str, facts: str) -> tuple[Value, ...]:
        code = units.get(file, "")
        return (*(_place(code) if code else ("", "")), mask_text(file), kind, mask_text(facts))

    lines = [row(one.file, "内容雷同", one.facts) for one in copies]
    lines += [row(one.file, _KINDS.get(one.code, "其他"), one.facts) for one in found]
    rows = [(number, *line) for number, line in enumerate(sorted(lines, key=_unit_order), 1)]
    headings = (
        _NUMBER, _COUNTY, _TOWNSHIP, Heading("文件", 22, NumberFormat.TEXT), Heading("类型", 11, NumberFormat.TEXT),
        Heading("事实", 90, NumberFormat.TEXT),
    )  # fmt: skip
    note = "供上级核实，只列事实；集体活动不列；不作为对象预警"
    return Grid("记录质量提示", "工作日志记录质量提示", note, headings, rows)


_KINDS = {"day.many": "同日记录较多", "month.bunched": "月末集中", "quarter.bunched": "季末集中"}


def _unit_order(line: tuple[Value, ...]) -> tuple[str, str, str]:
    return str(line[0]), str(line[1]), str(line[3])


# SECTION The small sheets of a consolidated workbook from summaries and states.

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
    _Figure(Heading("结对率", 8, NumberFormat.PERCENT), lambda f, _: f.pairing_rate),
    _Figure(Heading("帮带中结对", 7), lambda f, _: f.pairings),
    _Figure(Heading("人均帮带", 6, NumberFormat.DECIMAL), lambda f, _: f.load),
    _Figure(Heading("日志条数", 7), lambda f, _: f.entries),
    _Figure(Heading("联系次数", 7), lambda f, _: f.n_contacts),
    _Figure(Heading("本月联系", 7), lambda f, day: f.contacts.get(f"{day:%Y-%m}", 0)),
    _Figure(Heading("线下", 7), lambda f, _: f.offline),
    _Figure(Heading("线上", 6), lambda f, _: f.online),
    _Figure(Heading("摸底均分", 6, NumberFormat.DECIMAL), lambda f, _: _overall(f, f.before)),
    _Figure(Heading("最新均分", 6, NumberFormat.DECIMAL), lambda f, _: _overall(f, f.after)),
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
    _Figure(Heading(f"{aspect.value}{word}", 5.5, NumberFormat.DECIMAL), _mean(index, which))
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
        Heading("序号", 5), Heading("县(区)", 9, NumberFormat.TEXT), Heading("乡镇(街道)", 12, NumberFormat.TEXT),
        Heading("情况", 9, NumberFormat.TEXT), Heading("填报人", 9, NumberFormat.TEXT),
        Heading("办公电话", 15, NumberFormat.TEXT), Heading("错误数", 7), Heading("要做什么", 56, NumberFormat.TEXT),
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
    headings = (Heading("县(区)", 9, NumberFormat.TEXT), *(column.heading for column in columns))
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
        Heading("县(区)", 8, NumberFormat.TEXT), Heading("乡镇(街道)", 11, NumberFormat.TEXT),
        Heading("填报情况", 8, NumberFormat.TEXT), *(column.heading for column in columns),
    )  # fmt: skip
    return Grid(
        "乡镇汇总", f"{scope.name}导师帮带乡镇（街道）汇总表", _NOTE, headings, rows,
        "填报情况", _COLOURS, total_rows=1, frozen=2,
    )  # fmt: skip


def _reporting(
    scope: Division, summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> Grid:
    headings = (
        Heading("序号", 5), Heading("县(区)", 8, NumberFormat.TEXT), Heading("乡镇(街道)", 11, NumberFormat.TEXT),
        Heading("行政区划代码", 11, NumberFormat.TEXT), Heading("填报情况", 9, NumberFormat.TEXT),
        Heading("文件", 24, NumberFormat.TEXT), Heading("填报人", 9, NumberFormat.TEXT),
        Heading("办公电话", 14, NumberFormat.TEXT), Heading("填报时间", 11, NumberFormat.DAY),
        Heading("错误数", 7), Heading("警告数", 7), *(column.heading for column in _CHECKS),
        Heading("说明", 36, NumberFormat.TEXT),
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
