"""The report sheets of a consolidated workbook: 总览, the small sheets, and what the next run compares.

In tab order: 总览 with 情况通报; the report 县区汇总 (of a city), 乡镇汇总, 六个方面, 比学赶帮,
两个带头人转化, 金牌导师公示; what is followed up 催报单, 填报情况, 组织销号, 记录质量提示, 通报下发.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from addin.domain.awards import public_list, public_words
from addin.domain.bulletin import bulletin, signer
from addin.domain.conversions import ROUTES, LeaderFigures
from addin.domain.deliveries import Reporter, ReportState, UnitStatus
from addin.domain.exchange import experiences, notices, unanswered
from addin.domain.organisations import ClosingState, MeasureState, action_counts, model_townships
from addin.domain.ranking import MEASURES, Standing
from addin.domain.reports.key_figures import ERRORS, EarlierFigures, KeyFigure, key_figures
from addin.domain.summaries import Figures, Summary
from addin.domain.townships.judged import Judgement
from validators import vocabulary
from validators.divisions import Division, children, unit_name
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.settings import Settings
from workbooks.consolidated.content import (
    CONSOLIDATED_AS_OF,
    Card,
    Grid,
    Heading,
    NumberFormat,
    Overview,
    Series,
    SheetGroup,
    Value,
)
from workbooks.masking import mask_text
from workbooks.pages import full_date

if TYPE_CHECKING:
    from addin.domain.log_hints.bunched import Hint
    from addin.domain.log_hints.copied import CopiedEntry

Memory = Mapping[tuple[str, str], str | float]
"""What an earlier consolidation remembers, by (unit code, name)."""
GridRow = Sequence[Value]

_text = partial(Heading, number_format=NumberFormat.TEXT)
_decimal = partial(Heading, number_format=NumberFormat.DECIMAL)
_percent = partial(Heading, number_format=NumberFormat.PERCENT)
_day = partial(Heading, width=13, number_format=NumberFormat.DAY)
_NUMBER, _COUNTY, _TOWNSHIP = Heading("序号", 5), _text("县(区)", 8), _text("乡镇(街道)", 12)
_FILE = _text("文件", 24, printed=False)

_REPORTER, _PHONE = "填报人", "办公电话"
_RECEIVED, _OF_UNIT = "已收台账", "单位数字"
_MONTHS_SHOWN = 12
_STATE_COLOURS = {
    ReportState.MISSING.value: "#F8CBAD",
    ReportState.FAULTY.value: "#FFE699",
    ReportState.OTHER_VERSION.value: "#DDEBF7",
    ReportState.LAST_YEAR.value: "#FCE4D6",
    ReportState.DUPLICATE.value: "#EDEDED",
}
_CLOSING_COLOURS = {ClosingState.READY.value: "#E2EFDA", ClosingState.NOT_MET.value: "#FFE699"}
_CHASED = (
    ReportState.MISSING, ReportState.LAST_YEAR, ReportState.FAULTY, ReportState.OTHER_VERSION,
)  # fmt: skip
_CHARTED = (
    ReportState.REPORTED, ReportState.FAULTY, ReportState.OTHER_VERSION, ReportState.LAST_YEAR,
    ReportState.MISSING,
)  # fmt: skip
_HINTS = {"day.many": "同日记录较多", "month.bunched": "月末集中", "quarter.bunched": "季末集中"}
_NOTE = (
    "应结对=待结对+帮带中；结对率=其中有帮带中结对的÷应结对；人均帮带=帮带中结对÷正在帮带的导师；"
    "集体活动按每对结对各计一次联系"
)
_ASPECTS_NOTE = "只计摸底和评价均有的对象；最新为最近一次评价"
_ABOUT = {
    "县区汇总": "各县（区）主要数据",
    "乡镇汇总": "各乡镇（街道）主要数据和填报情况",
    "六个方面": "六个方面摸底和最新评价的平均分",
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """A column of figures: its heading, and its value from a unit's figures on a day."""

    heading: Heading
    value: Callable[[Figures, date], Value]


def _aspect_mean(aspect: int, which: int) -> Callable[[Figures, date], Value]:
    return lambda figures, _: figures.means()[aspect][which]


def _overall_mean(figures: Figures, sums: Sequence[int]) -> float | None:
    rated = sum(figures.rated)
    return sum(sums) / rated if rated else None


_FIGURES: tuple[_Figure, ...] = (
    _Figure(Heading("在库导师", 4.9), lambda f, _: f.mentors),
    _Figure(Heading("个人对象", 4.9), lambda f, _: f.individuals),
    _Figure(Heading("组织对象", 5), lambda f, _: f.organisations),
    _Figure(Heading("应结对", 6), lambda f, _: f.seeking),
    _Figure(Heading("已结对", 6), lambda f, _: f.paired),
    _Figure(_percent("结对率", 8), lambda f, _: f.pairing_rate),
    _Figure(Heading("帮带中结对", 5.4), lambda f, _: f.pairings),
    _Figure(_decimal("人均帮带", 5), lambda f, _: f.load),
    _Figure(Heading("联系次数", 8), lambda f, _: f.n_contacts),
    _Figure(Heading("本月联系", 8), lambda f, day: f.contacts.get(f"{day:%Y-%m}", 0)),
    _Figure(_decimal("摸底均分", 5), lambda f, _: _overall_mean(f, f.before)),
    _Figure(_decimal("最新均分", 5), lambda f, _: _overall_mean(f, f.after)),
    _Figure(Heading("本季评价", 4.9), lambda f, _: f.assessments),
    _Figure(
        Heading("考核优秀", 5), lambda f, _: f.completions.get(vocabulary.Rating.EXCELLENT.value, 0)
    ),
    _Figure(
        Heading("考核合格", 5), lambda f, _: f.completions.get(vocabulary.Rating.QUALIFIED.value, 0)
    ),
    _Figure(
        Heading("转后备干部", 5.4),
        lambda f, _: f.conversions.get(vocabulary.Stage.RESERVE_CADRE.value, 0),
    ),
    _Figure(
        Heading("转村带头人", 5.4),
        lambda f, _: f.conversions.get(vocabulary.Stage.VILLAGE_LEADER.value, 0),
    ),
    _Figure(Heading("达销号条件", 5.4), lambda f, _: f.closable),
    _Figure(Heading("已销号", 6), lambda f, _: f.closed),
    _Figure(Heading("日志条数", 8, printed=False), lambda f, _: f.entries),
    _Figure(Heading("线下", 8, printed=False), lambda f, _: f.offline),
    _Figure(Heading("线上", 8, printed=False), lambda f, _: f.online),
)
_ROW_COUNTS: tuple[_Figure, ...] = (
    _Figure(Heading("填报行", 7), lambda f, _: f.rows),
    _Figure(Heading("通过行", 7), lambda f, _: f.accepted),
    _Figure(Heading("有误行", 6), lambda f, _: f.rejected),
    _Figure(Heading("忽略行", 6), lambda f, _: f.ignored),
)
_ASPECTS = tuple(
    _Figure(_decimal(f"{aspect.value}{word}", 4.9), _aspect_mean(index, which))
    for index, aspect in enumerate(vocabulary.Aspect)
    for which, word in enumerate(("摸底", "最新"))
)


@dataclass(frozen=True)
class ReportSheets:
    """The report sheets of one consolidation.

    Attributes:
        scope: The city or county that adds up.
        summary: The merged summary.
        states: The state of every unit.
        ledger: The merged ledger; cells of 填报信息 and 交流园地 are enough.
        judgement: What its records come to.
        log_facts: Returns log entries whose content stands in an earlier one, and hints on busy days.
        previous: What the earlier consolidated workbook remembers, {} without one.
    """

    scope: Division
    summary: Summary
    states: Sequence[UnitStatus]
    ledger: Ledger
    judgement: Judgement
    log_facts: Callable[[], tuple[Sequence[CopiedEntry], Sequence[Hint]]]
    previous: Memory

    @property
    def as_of(self) -> date:
        """Return the day the data reach to."""
        return self.judgement.as_of

    @property
    def settings(self) -> Settings:
        """Return what everything is judged by."""
        return self.judgement.settings

    @property
    def _units(self) -> list[UnitStatus]:
        return [unit for unit in self.states if not unit.is_further]

    @property
    def _received(self) -> int:
        return sum(unit.is_received for unit in self._expected)

    @property
    def _expected(self) -> list[UnitStatus]:
        return [unit for unit in self.states if unit.is_expected]

    def overview(self) -> Overview:
        """Return the content of 总览."""
        return Overview(
            title=f"{self.scope.name}基层干部“导师帮带制”工作总览",
            scope=self.scope.name,
            reach=self._reach(),
            members=self._members[0],
            compared=self._earlier.basis(self.summary) if self._earlier else "",
            cards=self._cards(),
            rates=self._rates(),
            months=self._months(),
            aspects=self._aspects(),
            states=Series(
                [state.value for state in _CHARTED],
                {"单位数": [sum(u.state is state for u in self._expected) for state in _CHARTED]},
            ),
            bulletin=bulletin(self.scope, self.summary, self.states, self.as_of),
            signer=signer(self.scope),
        )

    def grids(self) -> tuple[Grid, ...]:
        """Return the small sheets in tab order."""
        standings = self.judgement.standings
        city = self.scope.level == "city"
        return (
            *((self._by_county("县区汇总", "各县（区）汇总表", _FIGURES, _NOTE),) if city else ()),
            self._by_township("乡镇汇总", "各乡镇（街道）汇总表", _FIGURES, _NOTE),
            (self._by_county if city else self._by_township)(
                "六个方面", f"各{self._members[0]}六个方面平均分", _ASPECTS, _ASPECTS_NOTE
            ),
            self._ranking(standings),
            self._conversions(),
            self._gold_mentors(),
            self._chase_list(),
            self._reporting(),
            self._organisations(),
            self._record_hints(),
            self._bulletin_posts(standings),
        )

    def memory_rows(self) -> list[tuple[str, str, str | float]]:
        """Return what the next consolidation compares with: key figures and whom to call."""
        rows: list[tuple[str, str, str | float]] = [
            (self.scope.code, CONSOLIDATED_AS_OF, self.as_of.isoformat())
        ]
        rows.append((self.scope.code, _RECEIVED, self._received))
        rows += [(code, _OF_UNIT, one.told()) for code, one in self.summary.units.items() if code]
        for unit in self._units:
            reporter = unit.reporter
            for name, text in ((_REPORTER, reporter.name), (_PHONE, reporter.office_phone)):
                if unit.code and text:
                    rows.append((unit.code, name, text))
        return rows

    # --- 总览 ---

    @property
    def _members(self) -> tuple[str, tuple[Division, ...]]:
        """Return what the scope is compared by, in words, and its members."""
        if self.scope.level == "township":
            return "乡镇（街道）", (self.scope,)
        words = "县（区）" if self.scope.level == "city" else "乡镇（街道）"
        return words, children()[self.scope.code]

    def _reach(self) -> str:
        expected = self._expected
        counties = len({unit.county for unit in expected})
        inside = f"，{counties} 个县（区）" * (self.scope.level == "city")
        return f"汇总范围：{self.scope.name}{inside}，应报台账 {len(expected)} 份，已收 {self._received} 份"

    def _cards(self) -> tuple[Card, ...]:
        received = KeyFigure(_RECEIVED, self._received)
        before = self.previous.get((self.scope.code, _RECEIVED))
        more = received.since(before if isinstance(before, int | float) else None)
        cards = [Card(_RECEIVED, f"{received}/{len(self._expected)}", more)]
        figures = key_figures(self.summary.total(), self.as_of)
        earlier = self._earlier
        changes = earlier.changes(self.summary, self.as_of) if earlier else [""] * len(figures)
        errors = sum(unit.errors for unit in self.states)  # of files that are left out, too
        for figure, change in zip(figures, changes, strict=True):
            shown = replace(figure, value=errors) if figure.label == ERRORS else figure
            cards.append(Card(figure.label, str(shown), change))
        return tuple(cards)

    @cached_property
    def _earlier(self) -> EarlierFigures | None:
        """Return what an earlier consolidation of the same scope added up, None without one."""
        day = self.previous.get((self.scope.code, CONSOLIDATED_AS_OF))
        told = {code: str(of) for (code, name), of in self.previous.items() if name == _OF_UNIT}
        return EarlierFigures.told(date.fromisoformat(str(day)), told) if day and told else None

    def _rates(self) -> Series:
        summary, members = self.summary, self._members[1]
        figures = [
            summary.county(member.code)
            if self.scope.level == "city"
            else summary.units.get(member.code, Figures())
            for member in members
        ]
        return Series(
            [member.name for member in members], {"结对率": [f.pairing_rate for f in figures]}
        )

    def _months(self) -> Series:
        contacts = self.summary.total().contacts
        last = self.as_of.year * 12 + self.as_of.month - 1
        months = [divmod(number, 12) for number in range(last - _MONTHS_SHOWN + 1, last + 1)]
        counts = [contacts.get(f"{year}-{month + 1:02d}", 0) for year, month in months]
        labels = [f"{year}年\n{month + 1}月" for year, month in months]
        return Series(labels, {"联系次数": counts})

    def _aspects(self) -> Series:
        means = self.summary.total().means()
        return Series(
            [aspect.value for aspect in vocabulary.Aspect],
            {"摸底": [before for before, _ in means], "最新": [after for _, after in means]},
        )

    # --- what was reported ---

    def _chase_list(self) -> Grid:
        headings = (
            _NUMBER, _COUNTY, _TOWNSHIP, _text("情况", 9), _text("填报人", 9),
            _text("办公电话", 17), Heading("错误数", 7), _text("办理要求", 56),
        )  # fmt: skip
        sure = [u for u in self.states if not (u.is_further and u.state is ReportState.LAST_YEAR)]
        chased = [unit for state in _CHASED for unit in sure if unit.state is state]
        rows = [
            (
                number, unit.county, _township(unit), unit.state.value, unit.reporter.name,
                unit.reporter.office_phone, unit.errors, mask_text(unit.todo),
            )
            for number, unit in enumerate(chased, 1)
        ]  # fmt: skip
        note, title = f"共 {len(rows)} 个单位", f"{self.scope.name}导师帮带台账催报单"
        return Grid(
            "催报单", title, note, headings, rows, "情况", _STATE_COLOURS,
            group=SheetGroup.FOLLOW_UP, about="未报或需改正的单位、填报人和办公电话",
        )  # fmt: skip

    def _by_county(self, name: str, title: str, columns: Sequence[_Figure], note: str) -> Grid:
        scope, summary = self.scope, self.summary
        members = children()[scope.code] if scope.level == "city" else (scope,)
        counties = [(member.name, member.code[:6]) for member in members]
        counties += [
            (label, code)
            for code, label in ((f"{scope.code[:4]}00", "市直"), ("", "未识别单位"))
            if any(unit[:6] == code for unit in summary.units)
        ]
        rows: list[GridRow] = [
            [label, *self._values(summary.county(code), columns)] for label, code in counties
        ]
        rows.append(["合计", *self._values(summary.total(), columns)])
        headings = (_text("县(区)", 11), *(column.heading for column in columns))
        title = f"{scope.name}导师帮带{title}"
        about = _ABOUT[name]
        return Grid(name, title, note, headings, rows, total_rows=1, frozen=1, about=about)

    def _by_township(self, name: str, title: str, columns: Sequence[_Figure], note: str) -> Grid:
        first = {unit.code: unit for unit in reversed(self._units)}
        rows: list[GridRow] = [
            [
                unit.county, _township(unit), unit.state.value,
                *self._values(self.summary.units.get(unit.code), columns),
            ]
            for unit in self._units
            if first[unit.code] is unit
        ]  # fmt: skip
        rows.append(["合计", "", "", *self._values(self.summary.total(), columns)])
        headings = (
            _COUNTY, _TOWNSHIP, _text("填报情况", 8), *(column.heading for column in columns),
        )  # fmt: skip
        return Grid(
            name, f"{self.scope.name}导师帮带{title}", note, headings, rows,
            "填报情况", _STATE_COLOURS, total_rows=1, frozen=2, about=_ABOUT[name],
        )  # fmt: skip

    def _reporting(self) -> Grid:
        headings = (
            _NUMBER, _COUNTY, _TOWNSHIP, _text("填报情况", 9), _text("填报人", 9),
            _text("办公电话", 17), _day("填报时间"), Heading("错误数", 6), Heading("警告数", 6),
            *(column.heading for column in _ROW_COUNTS), _text("说明", 32),
            _text("行政区划代码", 13, printed=False), _FILE,
        )  # fmt: skip
        rows = []
        for number, unit in enumerate(self.states, 1):
            figures = None if unit.is_further else self.summary.units.get(unit.code)
            rows.append(
                (
                    number, unit.county, _township(unit), unit.state.value, unit.reporter.name,
                    unit.reporter.office_phone, unit.reported_on, unit.errors, unit.warnings,
                    *self._values(figures, _ROW_COUNTS), mask_text(unit.todo), unit.code,
                    mask_text(unit.file),
                )
            )  # fmt: skip
        counts = "　".join(
            f"{state.value} {sum(unit.state is state for unit in self.states)}"
            for state in ReportState
        )
        note = f"{counts}；填报行=通过行+有误行+忽略行"
        title = f"{self.scope.name}导师帮带台账填报情况"
        return Grid(
            "填报情况", title, note, headings, rows, "填报情况", _STATE_COLOURS,
            group=SheetGroup.FOLLOW_UP, about="每份台账的填报时间、错误数和行数",
        )  # fmt: skip

    def _values(self, figures: Figures | None, columns: Sequence[_Figure]) -> list[Value]:
        """Return a row's figures; blanks of a unit that has none."""
        if figures is None:
            return [None] * len(columns)
        return [column.value(figures, self.as_of) for column in columns]

    # --- what the records come to ---

    def _gold_mentors(self) -> Grid:
        headings = (
            _NUMBER, _COUNTY, _text("姓名", 10), _text("单位", 30), _text("职务", 20),
            _decimal("总分", 8),
        )  # fmt: skip
        rows = [
            (
                line.number, line.county, mask_text(line.name), mask_text(line.employer),
                mask_text(line.post), line.total,
            )
            for line in public_list(self.judgement.awards)
        ]  # fmt: skip
        year = self.judgement.year
        said = public_words(self.scope, year, len(rows), self.as_of, self.settings)
        closing = [("", "left"), *((f"　　{line}", "left") for line in said.closing), ("", "left")]
        closing += [(f"{line}　　", "right") for line in (said.signer, full_date(None))]
        return Grid(
            "金牌导师公示", said.title, "", headings, rows, about="入围导师公示名单，可直接张贴",
            opening=f"　　{said.opening}", closing=closing if rows else (), portrait=True,
        )  # fmt: skip

    def _conversions(self) -> Grid:
        figures = self.judgement.leaders
        headings = [_COUNTY, _TOWNSHIP]
        headings += [
            Heading(stage.value, 7)
            for stage in vocabulary.Stage
            if stage is not vocabulary.Stage.NONE
        ]
        for route in ROUTES:
            headings.append(Heading(f"{route.name}：转化", 8))
            headings.append(_percent(f"{route.name}：转化率", 8))
        headings += [Heading("带动人数", 8), Heading("人均增收(元)", 8)]
        rows: list[GridRow] = [
            [*_place(code), *_conversion_values(figures.units[code])]
            for code in sorted(figures.units)
        ]
        counties = sorted({code[:6] for code in figures.units})
        rows += [
            [unit_name(f"{code}000")[0], "小计", *_conversion_values(figures.county(code))]
            for code in counties
        ]
        rows.append(["合计", "", *_conversion_values(figures.total())])
        note = "转化率=到达后一阶段的÷曾在前一阶段的；人均增收按带动人数加权"
        title = f"{self.scope.name}“两个带头人”培养转化情况"
        return Grid(
            "两个带头人转化", title, note, tuple(headings), rows,
            total_rows=1 + len(counties), frozen=2, about="两个带头人各阶段人数和转化率",
        )  # fmt: skip

    def _organisations(self) -> Grid:
        models = model_townships(self.ledger)
        states = self.judgement.organisations
        headings = (
            _NUMBER, _COUNTY, _TOWNSHIP, _text("党组织名称", 24), _text("提升措施情况", 11),
            _day("提升期限"), _decimal("验收得分", 6), _percent("不满意率", 7),
            _text("销号情况", 14), _text("依据", 34), _day("销号批准日期"),
            _text("对象编号", 20, printed=False), _text("六项行动事项", 20, printed=False),
            _text("示范乡创建", 7, printed=False),
        )  # fmt: skip
        rows = [
            (
                number, *_place(state.mentee_id), mask_text(state.name or ""),
                state.measure.value, state.measures_due, state.inspection_score,
                None if state.dissatisfied is None else state.dissatisfied / 100,
                state.closing.value, state.why, state.closed_on, state.mentee_id,
                mask_text("、".join(state.actions)),
                _yes_or_no(models.get(unit_of(state.mentee_id))),
            )
            for number, state in enumerate(states, 1)
        ]  # fmt: skip
        counts = action_counts(states, self.settings)
        overdue = sum(state.measure is MeasureState.OVERDUE for state in states)
        note = f"共 {len(rows)} 个组织，超过提升期限 {overdue} 个；销号由县级验收决定"
        if counts:
            note += "；" + "；".join(
                f"{mask_text(item)} {count} 个" for item, count in counts.items()
            )
        return Grid(
            "组织销号", f"{self.scope.name}组织帮带对象提升和销号情况", note, headings, rows,
            "销号情况", _CLOSING_COLOURS, frozen=4, group=SheetGroup.FOLLOW_UP,
            about="组织对象的提升期限、验收和销号情况",
        )  # fmt: skip

    def _ranking(self, standings: Sequence[Standing]) -> Grid:
        headings = (
            Heading("名次", 6), _COUNTY, _TOWNSHIP, _decimal("得分", 8),
            *(_decimal(name, 9) for name in MEASURES), _text("依据", 240, printed=False),
        )  # fmt: skip
        rows: list[GridRow] = [
            (
                unit.rank, unit.county, unit.township or "（本级）", unit.score,
                *(measure.points for measure in unit.measured),
                "；".join(measure.fact for measure in unit.measured),
            )
            for unit in standings
        ]  # fmt: skip
        note = "按比率计分，不看数量；基数小的单位向全体平均靠拢（基数见“参数”）"
        title = f"{self.scope.name}乡镇（街道）比学赶帮排名"
        about = "各乡镇（街道）按比率计分的排名"
        return Grid("比学赶帮", title, note, headings, rows, frozen=3, about=about)

    def _bulletin_posts(self, standings: Sequence[Standing]) -> Grid:
        headings = (
            _day("日期"), _text("类型", 7), _text("发布单位", 12), _text("标题", 20),
            _text("内容", 105), _text("来源", 10),
        )  # fmt: skip
        open_questions = unanswered(self.ledger, self.settings, self.as_of)
        shared = experiences(self.ledger, self.as_of)
        rows = [
            (
                post["date"], post["kind"].value, post["author"], post["title"],
                mask_text(post["content"])[:2_000], post["origin"].value,
            )
            for post in notices(self.scope, self.as_of, standings, shared, open_questions)
        ]  # fmt: skip
        note = "点“下发通报”生成下发文件，也可复制到各乡镇台账的“交流园地”"
        return Grid(
            "通报下发", f"{self.scope.name}导师帮带交流通报", note, headings, rows,
            group=SheetGroup.FOLLOW_UP, about="发给各乡镇的通报，用“下发通报”下发",
        )  # fmt: skip

    def _record_hints(self) -> Grid:
        units = self.ledger.unit_codes
        copies, hints = self.log_facts()
        found = [(copy.file, "内容雷同", copy.facts) for copy in copies]
        found += [(hint.file, _HINTS.get(hint.code, "其他"), hint.facts) for hint in hints]
        lines = []
        for file, kind, facts in found:
            code = units.get(file, "")
            place = _place(code) if code else ("", "")
            lines.append((*place, kind, mask_text(facts), mask_text(file)))
        lines.sort(key=lambda line: (line[0], line[1], line[2]))
        rows = [(number, *line) for number, line in enumerate(lines, 1)]
        headings = (
            _NUMBER, _COUNTY, _TOWNSHIP, _text("类型", 14), _text("具体情况", 96), _FILE,
        )  # fmt: skip
        note = "供上级核实，只列事实；集体活动不列；不作为对象预警"
        return Grid(
            "记录质量提示", f"{self.scope.name}工作日志记录质量提示", note, headings, rows,
            group=SheetGroup.FOLLOW_UP, about="内容雷同、集中填写等，供上级核实",
        )  # fmt: skip


def reporters_of(previous: Memory) -> dict[str, Reporter]:
    """Return whom an earlier consolidation knew, by unit code."""
    codes = sorted({code for code, name in previous if name in {_REPORTER, _PHONE}})
    return {
        code: Reporter(*(str(previous.get((code, name), "")) for name in (_REPORTER, _PHONE)))
        for code in codes
    }


def _place(code: str) -> tuple[str, str]:
    """Return county and township of a unit, or of the unit an ID names."""
    county, township = unit_name(unit_of(code) or code)
    return county, township or "（本级）"


def _township(unit: UnitStatus) -> str:
    return unit.township or ("（本级）" if unit.code else "（未识别单位）")


def _yes_or_no(answer: bool | None) -> str:
    return "" if answer is None else "是" if answer else "否"


def _conversion_values(figures: LeaderFigures) -> Iterable[Value]:
    for stage, count in zip(vocabulary.Stage, figures.stages, strict=True):
        if stage is not vocabulary.Stage.NONE:
            yield count
    for at, route in enumerate(ROUTES):
        yield figures.completed[at]
        yield figures.rate(route)
    yield figures.people_led
    yield None if figures.income_gain is None else round(figures.income_gain)
