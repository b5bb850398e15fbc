"""Figures of units and states as tables with typed columns, like the ledger's own sheets.

Each table has a model here, so that a frame of it, an export and the data dictionary follow from it
as they do from the models of `validators.sheets`; what a figure means says the module it comes from.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from addin.domain.conversions import ROUTES
from addin.domain.deliveries import ReportState, UnitStatus
from addin.domain.log_hints.bunched import Hint
from addin.domain.log_hints.copied import CopiedEntry
from addin.domain.organisations import ClosingState, MeasureState, OrganisationState
from addin.domain.ranking import Standing
from addin.domain.summaries import Figures, Summary
from addin.domain.townships.judged import Judgement
from validators.cells import encode
from validators.columns import Kind
from validators.divisions import unit_name
from validators.fields import Count, Day, Month, Text
from validators.findings import Finding
from validators.identity import unit_of
from validators.ledger import SheetPart, Table, TypedColumn
from validators.sheets import Row, Sheet, SheetKind, columns_by_field
from validators.sheets.base import computed
from validators.vocabulary import Aspect, Rating, Stage

Number = Annotated[float, Kind.DECIMAL]
Values = Mapping[str, Any]


def _table(key: str, name: str, help_text: str) -> Sheet:
    return Sheet(
        name=name, key=key, kind=SheetKind.GENERATED, title=name, help=help_text, merged=False
    )


def _told(heading: str, help_text: str, unit: str = "") -> Any:
    return computed(heading, 10, help_text, unit=unit)


class FigureRow(Row):
    """A row about one unit rather than of one worksheet."""

    unit_code: Annotated[Text | None, _told("行政区划代码", "9 位代码；无法识别填报单位的为空")] = (
        None
    )
    county: Annotated[Text | None, _told("县(区)", "县（区）名称")] = None
    township: Annotated[Text | None, _told("乡镇(街道)", "县级、市级本级为空")] = None


class UnitFiguresRow(FigureRow):
    """How one unit reported, and what its accepted rows count (`addin.domain.summaries`)."""

    sheet: ClassVar = _table("unit_figures", "单位汇总", "每个单位的填报情况和主要数据")

    state: Annotated[ReportState | None, _told("填报情况", "仅应报单位填写")] = None
    file: Annotated[Text | None, _told("文件", "汇总所用的台账")] = None
    reported_on: Annotated[Day | None, _told("填报时间", "填报信息所填")] = None
    errors: Annotated[Count | None, _told("错误数", "校验发现的错误", "处")] = None
    warnings: Annotated[Count | None, _told("警告数", "校验发现的警告", "处")] = None
    mentors: Annotated[Count | None, _told("在库导师", "状态为在库的导师", "人")] = None
    individuals: Annotated[Count | None, _told("个人对象", "没有退出的个人对象", "人")] = None
    organisations: Annotated[Count | None, _told("组织对象", "没有退出的组织对象", "个")] = None
    seeking: Annotated[Count | None, _told("应结对", "待结对和帮带中的对象", "个")] = None
    paired: Annotated[Count | None, _told("已结对", "应结对中有帮带中结对的", "个")] = None
    pairing_rate: Annotated[
        Number | None, _told("结对率", "已结对÷应结对", "比例（1 为 100%）")
    ] = None
    pairings: Annotated[Count | None, _told("帮带中结对", "状态为帮带中的结对", "对")] = None
    engaged: Annotated[
        Count | None, _told("正在帮带的导师", "有帮带中结对的导师，跨单位的各单位均计", "人")
    ] = None
    entries: Annotated[Count | None, _told("日志条数", "通过校验的工作日志", "条")] = None
    contacts: Annotated[Count | None, _told("联系次数", "集体活动按每对结对各计一次", "次")] = None
    offline: Annotated[Count | None, _told("线下", "线下联系", "次")] = None
    online: Annotated[Count | None, _told("线上", "线上联系", "次")] = None
    assessments: Annotated[Count | None, _told("本季评价", "数据截至日所在季度的评价", "人次")] = (
        None
    )
    excellent: Annotated[Count | None, _told("考核优秀", "期满考核等次", "对")] = None
    qualified: Annotated[Count | None, _told("考核合格", "期满考核等次", "对")] = None
    reserve_cadres: Annotated[Count | None, _told("转后备干部", "培养转化到后备干部", "人")] = None
    village_leaders: Annotated[
        Count | None, _told("转村带头人", "培养转化到村党组织带头人", "人")
    ] = None
    closable: Annotated[Count | None, _told("达销号条件", "达到销号条件，待县级验收", "个")] = None
    closed: Annotated[Count | None, _told("已销号", "县级已批准销号", "个")] = None
    rows: Annotated[Count | None, _told("填报行", "通过行+有误行+忽略行", "行")] = None
    accepted: Annotated[Count | None, _told("通过行", "没有错误的行", "行")] = None
    rejected: Annotated[Count | None, _told("有误行", "有错误的行", "行")] = None
    ignored: Annotated[Count | None, _told("忽略行", "重复标题、小计、说明", "行")] = None


class AspectMeansRow(FigureRow):
    """One aspect of one unit: means of the survey and of the latest assessments."""

    sheet: ClassVar = _table("aspect_means", "六个方面", "只计摸底和评价均有的对象")

    aspect: Annotated[Aspect | None, _told("帮带方面", "六个方面之一")] = None
    rated: Annotated[Count | None, _told("已评价对象", "摸底和评价均有的对象", "个")] = None
    before: Annotated[Number | None, _told("摸底均分", "摸底得分的平均", "分")] = None
    after: Annotated[Number | None, _told("最新均分", "最近一次评价的平均", "分")] = None


class MonthlyContactsRow(FigureRow):
    """Contacts of one unit in one month."""

    sheet: ClassVar = _table("monthly_contacts", "按月联系", "每个单位每月的联系次数")

    month: Annotated[Month | None, _told("月份", "当月 1 日")] = None
    contacts: Annotated[Count | None, _told("联系次数", "集体活动按每对结对各计一次", "次")] = None


class RankingRow(FigureRow):
    """One measure of one unit's place (`addin.domain.ranking`)."""

    sheet: ClassVar = _table("ranking", "比学赶帮", "每个单位每项指标一行，得分相加为总得分")

    rank: Annotated[Count | None, _told("名次", "得分相同的并列", "")] = None
    score: Annotated[Number | None, _told("总得分", "各项得分之和", "分")] = None
    measure: Annotated[Text | None, _told("指标", "比学赶帮的一项")] = None
    done: Annotated[Count | None, _told("完成数", "本单位达到的", "")] = None
    of: Annotated[Count | None, _told("基数", "本单位应达到的", "")] = None
    points: Annotated[Number | None, _told("得分", "按参数的权重和基数折算", "分")] = None


class LeaderFiguresRow(FigureRow):
    """What one unit's trained individuals came to (`addin.domain.conversions`)."""

    sheet: ClassVar = _table("leader_figures", "两个带头人", "培养阶段的人数、带动人数和人均增收")

    prosperity_leaders: Annotated[Count | None, _told("致富带头人", "目前处于该阶段", "人")] = None
    reserve_cadres: Annotated[Count | None, _told("后备干部", "目前处于该阶段", "人")] = None
    village_leaders: Annotated[Count | None, _told("村党组织带头人", "目前处于该阶段", "人")] = None
    people_led: Annotated[Count | None, _told("带动人数", "各人最近一次填报之和", "人")] = None
    income_gain: Annotated[Number | None, _told("人均增收", "按带动人数加权", "元")] = None


class ConversionRateRow(FigureRow):
    """One route between the two leaders in one unit."""

    sheet: ClassVar = _table("conversion_rates", "两个带头人转化", "每个单位每条转化路径一行")

    route: Annotated[Text | None, _told("转化路径", "从前一阶段到后一阶段")] = None
    entered: Annotated[Count | None, _told("曾在前一阶段", "曾处于前一阶段的人", "人")] = None
    completed: Annotated[Count | None, _told("转化", "其中到达后一阶段的人", "人")] = None
    rate: Annotated[Number | None, _told("转化率", "转化÷曾在前一阶段", "比例（1 为 100%）")] = None


class ClosingRow(FigureRow):
    """How near one organisation is to being closed (`addin.domain.organisations`)."""

    sheet: ClassVar = _table("closings", "组织销号", "组织对象的提升和销号情况")

    mentee_id: Annotated[Text | None, _told("对象编号", "组织对象")] = None
    name: Annotated[Text | None, _told("党组织名称", "组织对象")] = None
    measure: Annotated[MeasureState | None, _told("提升措施情况", "对照提升期限")] = None
    measures_due: Annotated[Day | None, _told("提升期限", "组织对象所填")] = None
    inspection_score: Annotated[Number | None, _told("验收得分", "0 至 100 分", "分")] = None
    dissatisfied: Annotated[Number | None, _told("不满意率", "不满意票÷测评总票", "%")] = None
    closing: Annotated[ClosingState | None, _told("销号情况", "销号由县级验收决定")] = None
    why: Annotated[Text | None, _told("依据", "对照销号条件")] = None
    closed_on: Annotated[Day | None, _told("销号批准日期", "县级批准的日期")] = None


class RecordHintRow(FigureRow):
    """One hint at what records look like (`addin.domain.log_hints`)."""

    sheet: ClassVar = _table("record_hints", "记录质量提示", "供上级核实，不作为对象预警")

    file: Annotated[Text | None, _told("文件", "问题所在的台账")] = None
    code: Annotated[Text | None, _told("类型代码", "copied、day.many、month.bunched 等")] = None
    facts: Annotated[Text | None, _told("具体情况", "事实和日期")] = None


class ProblemRow(FigureRow):
    """One finding of the validation."""

    sheet: ClassVar = _table("problems", "问题清单", "校验发现的错误、警告和提示")

    file: Annotated[Text | None, _told("文件", "问题所在的台账")] = None
    level: Annotated[Text | None, _told("级别", "错误、警告或提示")] = None
    code: Annotated[Text | None, _told("代码", "问题的固定代码")] = None
    sheet_name: Annotated[Text | None, _told("工作表", "问题所在的表；整个文件的问题为空")] = None
    cell: Annotated[Text | None, _told("位置", "单元格")] = None
    heading: Annotated[Text | None, _told("列名", "问题所在的列")] = None
    value: Annotated[Text | None, _told("填写内容", "原样")] = None
    message: Annotated[Text | None, _told("问题", "存在的问题")] = None
    suggestion: Annotated[Text | None, _told("建议", "修改方法")] = None


# --- filling them ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureSources:
    """Everything the tables are filled from: what one consolidation found.

    Attributes:
        summary: Figures by unit.
        states: The state of every unit.
        units: The unit of every file.
        judgement: What the records come to.
        log_facts: Copied entries, and hints on busy days.
        findings: What validation said.
    """

    summary: Summary
    states: Sequence[UnitStatus]
    units: Mapping[str, str]
    judgement: Judgement
    log_facts: tuple[Sequence[CopiedEntry], Sequence[Hint]]
    findings: Sequence[Finding]


def figure_tables(sources: FigureSources) -> dict[str, Table[Any]]:
    """Return the tables by key, in the order in which they are documented."""
    units = sources.units
    copies, hints = sources.log_facts
    led = sources.judgement.leaders.units
    filled: tuple[tuple[type[FigureRow], Iterable[Values]], ...] = (
        (UnitFiguresRow, _unit_figures(sources.summary, sources.states)),
        (AspectMeansRow, _aspect_means(sources.summary)),
        (MonthlyContactsRow, _monthly_contacts(sources.summary)),
        (RankingRow, _ranking(sources.judgement.standings)),
        (
            LeaderFiguresRow,
            (
                {"unit_code": unit, **_stages(figures.stages), **_told_of(figures, _LED)}
                for unit, figures in led.items()
            ),
        ),
        (
            ConversionRateRow,
            (
                {
                    "unit_code": unit,
                    "route": route.name,
                    "entered": figures.entered[at],
                    "completed": figures.completed[at],
                    "rate": figures.rate(route),
                }
                for unit, figures in led.items()
                for at, route in enumerate(ROUTES)
            ),
        ),
        (ClosingRow, _closings(sources.judgement.organisations)),
        (
            RecordHintRow,
            (
                {"unit_code": units.get(file), "file": file, "code": code, "facts": facts}
                for file, code, facts in [
                    *((copy.file, "copied", copy.facts) for copy in copies),
                    *((hint.file, hint.code, hint.facts) for hint in hints),
                ]
            ),
        ),
        (
            ProblemRow,
            (
                {
                    **finding._asdict(),
                    "unit_code": units.get(finding.file),
                    "level": finding.level.label,
                    "sheet_name": finding.sheet or None,
                }
                for finding in sources.findings
            ),
        ),
    )
    return {model.sheet.key: table_of(model, rows) for model, rows in filled}


def table_of(model: type[FigureRow], rows: Iterable[Values]) -> Table[Any]:
    """Return computed rows as a table; county and township follow from the unit.

    Args:
        model: Of the table.
        rows: Values by field; a field that is left out is blank.
    """
    placed = [dict(row) for row in rows]
    for row in placed:
        county, township = unit_name(row.get("unit_code") or "")
        row |= {"county": county or row.get("county"), "township": township or row.get("township")}
    columns = {}
    for column in columns_by_field(model).values():
        values = [row.get(column.field) for row in placed]
        cells = encode(None if value == "" else value for value in values)
        columns[column.field] = TypedColumn(
            column.field, "", column.heading, cells, list(cells.values), {}
        )
    unnumbered = array("i", bytes(4 * len(placed)))
    return Table(model, [SheetPart(model.sheet.key, "", model.sheet.name, unnumbered, columns)])


def _unit_figures(summary: Summary, states: Sequence[UnitStatus]) -> Iterator[Values]:
    first = {unit.code: unit for unit in reversed(states) if not unit.is_further}
    for code in sorted({*first, *summary.units}):
        status, figures = first.get(code), summary.units.get(code)
        yield {
            "unit_code": code,
            **(_told_of(status, _REPORTED) if status else {}),
            **(_counted(figures) if figures else {}),
        }


def _told_of(source: object, names: Iterable[str]) -> Values:
    return {name: getattr(source, name, None) for name in names}


_LED = ("people_led", "income_gain")
_REPORTED = ("county", "township", "state", "file", "reported_on", "errors", "warnings")
_COUNTED = tuple(
    name
    for name in columns_by_field(UnitFiguresRow)
    if hasattr(Figures, name) and name not in {"contacts", "engaged"}
)


def _counted(figures: Figures) -> Values:
    return {
        **_told_of(figures, _COUNTED),
        "engaged": len(figures.engaged),
        "contacts": figures.n_contacts,
        "excellent": figures.completions.get(Rating.EXCELLENT.value, 0),
        "qualified": figures.completions.get(Rating.QUALIFIED.value, 0),
        "reserve_cadres": figures.conversions.get(Stage.RESERVE_CADRE.value, 0),
        "village_leaders": figures.conversions.get(Stage.VILLAGE_LEADER.value, 0),
    }


def _aspect_means(summary: Summary) -> Iterator[Values]:
    for unit, figures in summary.units.items():
        told = zip(Aspect, figures.rated, figures.means(), strict=True)
        for aspect, rated, (before, after) in told:
            means = {"rated": rated, "before": before, "after": after}
            yield {"unit_code": unit, "aspect": aspect, **means}


def _monthly_contacts(summary: Summary) -> Iterator[Values]:
    for unit, figures in summary.units.items():
        for month, contacts in figures.contacts.items():
            day = date.fromisoformat(f"{month}-01")
            yield {"unit_code": unit, "month": day, "contacts": contacts}


def _ranking(standings: Iterable[Standing]) -> Iterator[Values]:
    for standing in standings:
        for measured in standing.measured:
            yield {
                "unit_code": standing.unit,
                "measure": measured.name,
                "points": measured.points,
                **_told_of(standing, ("rank", "score")),
                **measured.share._asdict(),
            }


_STAGES = {
    Stage.PROSPERITY_LEADER: "prosperity_leaders",
    Stage.RESERVE_CADRE: "reserve_cadres",
    Stage.VILLAGE_LEADER: "village_leaders",
}


def _stages(counts: Sequence[int]) -> Values:
    told = zip(Stage, counts, strict=True)
    return {_STAGES[stage]: count for stage, count in told if stage in _STAGES}


def _closings(organisations: Iterable[OrganisationState]) -> Iterator[Values]:
    for state in organisations:
        told = _told_of(state, columns_by_field(ClosingRow))
        yield {**told, "unit_code": unit_of(state.mentee_id)}
