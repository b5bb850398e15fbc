"""The small sheets of a consolidated workbook on what the records come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from addin.tasks.awards import public_list
from addin.tasks.exchange import Standing, experiences, notices, ranking, unanswered
from addin.tasks.leaders import ROUTES, LeaderFigures, Leaders, leaders
from addin.tasks.organisations import (
    ClosingState,
    MeasureState,
    OrganisationState,
    action_counts,
    model_townships,
    organisations,
)
from addin.tasks.records.bulk import Hint, hints
from addin.tasks.records.copied import Copied
from addin.tasks.rollup import RollUp
from addin.tasks.rows import unit_of
from validators.divisions import Division, unit_name
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Stage
from workbooks.consolidated.content import Grid, Heading, Look, Value
from workbooks.masking import mask_text

__all__ = ["record_grids"]

_COUNTY = Heading("县(区)", 9, Look.TEXT)
_TOWNSHIP = Heading("乡镇(街道)", 12, Look.TEXT)
_NUMBER = Heading("序号", 5)


def record_grids(
    scope: Division, ledger: Ledger, found: RollUp, copies: Sequence[Copied]
) -> tuple[Grid, ...]:
    """Return 金牌导师公示, 两个带头人转化, 组织销号, 比学赶帮, 通报下发 and 记录质量提示.

    Args:
        scope: The city or county that adds up.
        ledger: The merged ledger.
        found: What its records come to.
        copies: Entries whose content stands in an earlier one.
    """
    settings, as_of = found.sources.settings, found.sources.as_of
    standings = ranking(ledger, settings, as_of, sources=found.sources)
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
        _NUMBER, _COUNTY, Heading("姓名", 9, Look.TEXT), Heading("单位", 26, Look.TEXT),
        Heading("职务", 16, Look.TEXT), Heading("总分", 8, Look.DECIMAL),
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
        headings.append(Heading(f"{route.name}：转化率", 8, Look.PERCENT))
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
        _NUMBER, _COUNTY, _TOWNSHIP, Heading("对象编号", 17, Look.TEXT),
        Heading("党组织名称", 20, Look.TEXT), Heading("提升措施情况", 11, Look.TEXT),
        Heading("提升期限", 11, Look.DAY), Heading("六项行动事项", 16, Look.TEXT),
        Heading("示范乡创建", 7, Look.TEXT), Heading("验收得分", 7, Look.DECIMAL),
        Heading("不满意率", 7, Look.PERCENT), Heading("销号情况", 14, Look.TEXT),
        Heading("依据", 30, Look.TEXT), Heading("销号批准日期", 11, Look.DAY),
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
        Heading("名次", 6), _COUNTY, _TOWNSHIP, Heading("得分", 8, Look.DECIMAL),
        *(Heading(name, 9, Look.DECIMAL) for name in measures),
        Heading("依据", 60, Look.TEXT),
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
        Heading("日期", 11, Look.DAY), Heading("类型", 7, Look.TEXT),
        Heading("发布单位", 18, Look.TEXT), Heading("标题", 26, Look.TEXT),
        Heading("内容", 90, Look.TEXT), Heading("来源", 10, Look.TEXT),
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


def _records(ledger: Ledger, copies: Sequence[Copied], found: Sequence[Hint]) -> Grid:
    units = ledger.unit_codes

    def row(file: str, kind: str, facts: str) -> tuple[Value, ...]:
        code = units.get(file, "")
        return (*(_place(code) if code else ("", "")), mask_text(file), kind, mask_text(facts))

    lines = [row(one.file, "内容雷同", one.facts) for one in copies]
    lines += [row(one.file, _KINDS.get(one.code, "其他"), one.facts) for one in found]
    rows = [(number, *line) for number, line in enumerate(sorted(lines, key=_unit_order), 1)]
    headings = (
        _NUMBER, _COUNTY, _TOWNSHIP, Heading("文件", 22, Look.TEXT), Heading("类型", 11, Look.TEXT),
        Heading("事实", 90, Look.TEXT),
    )  # fmt: skip
    note = "供上级核实，只列事实；集体活动不列；不作为对象预警"
    return Grid("记录质量提示", "工作日志记录质量提示", note, headings, rows)


_KINDS = {"day.many": "同日记录较多", "month.bunched": "月末集中", "quarter.bunched": "季末集中"}


def _unit_order(line: tuple[Value, ...]) -> tuple[str, str, str]:
    return str(line[0]), str(line[1]), str(line[3])
