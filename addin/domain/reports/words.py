"""Words of a period's report: the page for leaders, 情况通报 in official form, 300 characters for WeChat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from addin.domain.bulletin import counted, people, percent, received, signer, whole
from addin.domain.deliveries import UnitStatus
from addin.domain.reports.figures import Comparison, MeasureChange, PeriodFigures, rate
from addin.domain.reports.lagging import (
    ProblemSentence,
    UnitProblems,
    problem_sentences,
    some,
    unit_label,
    unit_problems,
)
from validators.divisions import Division

MOST_CHARACTERS = 300
"""Characters of the text for WeChat, punctuation and line ends included."""

_COMPARED = (
    "新结对", "联系次数", "按月联系率", "职责完成率", "成长评价", "组织销号", "红色预警",
)  # fmt: skip
_DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Notice:
    """A document in official form.

    Attributes:
        title: 标题; a line feed says where it is broken.
        addressee: 主送.
        sections: Headings with their paragraphs.
        signer: 落款, the unit.
        day: 成文日期.
    """

    title: str
    addressee: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    signer: str
    day: date

    def text(self) -> str:
        """Return the document as plain text to paste: one paragraph a line."""
        lines = [self.title.replace("\n", ""), "", self.addressee]
        for heading, paragraphs in self.sections:
            lines += [f"　　{heading}", *(f"　　{paragraph}" for paragraph in paragraphs)]
        day = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        return "\n".join([*lines, "", f"{'　' * 20}{self.signer}", f"{'　' * 22}{day}", ""])


@dataclass(frozen=True)
class ReportWords:
    """What a period's report says.

    Attributes:
        scope: The city or county.
        comparison: The period and the one before.
        states: How the units reported.
    """

    scope: Division
    comparison: Comparison
    states: Sequence[UnitStatus]

    @cached_property
    def problems(self) -> tuple[UnitProblems, ...]:
        """Every unit with its problems, the worst first."""
        return unit_problems(self.scope, self.comparison.now, self.states)

    @cached_property
    def _found(self) -> tuple[ProblemSentence, ...]:
        """The problems of the period, each with its requirement."""
        return problem_sentences(self.scope, self.comparison.now, self.problems)

    @property
    def title(self) -> str:
        """Return what the report is called."""
        period = self.comparison.now.period
        return f"{self.scope.name}{period}“导师帮带”工作{period.report}"

    # --- the sentences ---

    def counted(self) -> str:
        """Return who is counted: ledgers received, mentors in the pool and those who help."""
        now, total = self.comparison.now, self._total
        expected = [unit for unit in self.states if unit.is_expected]
        reported = f"{received(expected)}；" if len(expected) > 1 else ""
        until = f"截至{now.day.year}年{now.day.month}月{now.day.day}日，"
        return f"{whole(self.scope)}{reported}{until}{people(total.stock, total.helping)}。"

    @property
    def _total(self) -> PeriodFigures:
        return self.comparison.now.of(self.comparison.now.units)

    def happened(self) -> str:
        """Return what happened in the period; nothing is said of what did not, contacts apart."""
        total = self._total
        online = f"（线上占{percent(rate(total.online, total.contacts))}）" if total.online else ""
        excellent = f"（优秀{total.excellent}对）" if total.excellent else ""
        leaders = ("转为后备干部", total.reserve_cadres, "人")
        contacts = f"联系{total.contacts}次{online}" if total.contacts else "未登记联系"
        if total.contact_rate is not None:
            contacts += f"，按月联系率{percent(total.contact_rate)}"
        duties = f"到期职责{total.duties_due}项，完成率{percent(total.duty_rate)}"
        parts = (
            counted(("新结对", total.begun, "对"), ("期满和终止", total.ended, "对")),
            contacts,
            duties if total.duties_due else "",
            counted(("成长评价", total.assessments, "人次"), ("期满考核", total.graded, "对"))
            + excellent,
            counted(leaders, ("转为村党组织带头人", total.village_leaders, "人")),
            counted(("批准销号组织", total.closed, "个")),
        )
        return f"{self._word}{'；'.join(filter(None, parts))}。"

    @property
    def _word(self) -> str:
        """Return 第三季度, 上半年 or 全年, of a year that lasts 本年."""
        period = self.comparison.now.period
        return "本年" if self.unfinished and period.months > 6 else period.word

    def compared(self, *, short: bool = False) -> str:
        """Return the comparison with the period before, and by which units; `short` counts them."""
        comparison = self.comparison
        before = comparison.before
        if before is None:
            return "未提供上期台账，本期不作对比。"
        if not comparison.same:
            return f"没有两期均有数据的单位，不与{before.period}对比。"
        words = self._changes(_COMPARED) or "主要指标均持平"
        return f"与{before.period}相比（{self.basis(short=short)}），{words}。"

    def _changes(self, names: Sequence[str]) -> str:
        """Return how some measures changed; those that are 0 in both periods are left out."""
        return "，".join(
            change_words(each)
            for each in self.comparison.changes()
            if each.measure.name in names and each.change is not None
            if each.same_now or each.before
        )

    def basis(self, *, short: bool = False) -> str:
        """Return by which units the comparison is made, and who is left out of it."""
        same = self.comparison.same
        parts = [f"按两期均有数据的{len(same)}个单位"]
        if unfinished := self.unfinished:
            parts.append(unfinished)
        for codes, why in (
            (self.comparison.only_now, "上期没有数据"),
            (self.comparison.only_before, "本期没有数据"),
        ):
            if codes:
                names = f"{len(codes)}个单位"
                if not short:
                    names = some([unit_label(code, self.scope) for code in codes], "个单位")
                parts.append(f"{names}{why}，不参加对比")
        return "；".join(parts)

    @property
    def unfinished(self) -> str:
        """Return that the period still lasts, "" if it is over: less of it is compared."""
        day, last = self.comparison.now.day, self.comparison.now.period.last
        return f"本期尚未结束，只计到{day.month}月{day.day}日" if day < last else ""

    # --- the documents ---

    def notice(self, day: date) -> Notice:
        """Return 情况通报, made on `day`."""
        listed = [f"（{_DIGITS[at]}）{each.problem}。" for at, each in enumerate(self._found)]
        wanted = [f"（{_DIGITS[at]}）{each.todo}。" for at, each in enumerate(self._found)]
        keep = "各单位要坚持按月联系、按季评价，及时登记台账，确保帮带取得实效。"
        period = self.comparison.now.period
        return Notice(
            title=f"关于{period}\n“导师帮带”工作情况的通报",
            addressee=self._addressee(),
            sections=(
                ("一、总体情况", (self.counted(), self.happened())),
                ("二、与上期对比", (self.compared(),)),
                ("三、存在问题", tuple(listed) or ("未发现突出问题。",)),
                ("四、工作要求", (*wanted, keep)),
            ),
            signer=signer(self.scope),
            day=day,
        )

    def _addressee(self) -> str:
        if self.scope.level == "city":
            return "各县（区）委组织部："
        return (
            "各乡镇党委、街道党工委：" if self.scope.level == "county" else "各村（社区）党组织："
        )

    def leader_lines(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return what stands below the figures on the page for leaders."""
        problems = tuple(f"{at}. {each.problem}。" for at, each in enumerate(self._found, 1))
        wanted = tuple(f"{at}. {each.todo}。" for at, each in enumerate(self._found, 1))
        return (
            ("总体情况", (self.counted(),)),
            ("与上期对比", (self.compared(short=True),)),
            ("存在问题", problems or ("未发现突出问题。",)),
            ("工作要求", wanted or ("坚持按月联系、按季评价，及时登记台账。",)),
        )

    def wechat(self) -> str:
        """Return the text for WeChat: as many whole sentences as 300 characters hold."""
        period = self.comparison.now.period
        text = f"【{self.scope.name}“导师帮带”{period}情况】"
        for sentence in self._short():
            if len(text) + len(sentence) <= MOST_CHARACTERS:
                text += sentence
        return text

    def _short(self) -> Iterator[str]:
        """Yield sentences, the most important first."""
        yield self.counted()
        total = self._total
        done = counted(
            ("联系", total.contacts, "次"),
            ("新结对", total.begun, "对"),
            ("成长评价", total.assessments, "人次"),
        )
        yield f"{self._word}{done or '未登记联系'}。"
        if changes := self._changes(("联系次数", "按月联系率", "红色预警")):
            yield f"{'，'.join(filter(None, (self.unfinished, '同口径对比', changes)))}。"
        missing = sum(unit.is_expected and not unit.is_received for unit in self.states)
        if missing:
            yield f"{missing}个单位尚未报送台账，请尽快补报。"
        if total.red:
            yield f"红色预警{total.red}个，请所在单位逐个落实干预措施。"
        yield "请各单位坚持按月联系、按季评价，如实登记。"


def shown_value(each: MeasureChange) -> str:
    """Return a measure of all units as text: 93.5%, 1.2 or 300."""
    if each.now is None or each.measure.unit == "%":
        return percent(each.now)
    return f"{each.now:.{each.measure.digits}f}"


def change_words(each: MeasureChange) -> str:
    """Return how a measure changed: 联系次数增加62次（+16.1%），按月联系率下降9.3个百分点."""
    measure, change = each.measure, each.change or 0.0
    if not change:
        return f"{measure.name}持平"
    size = f"{abs(change):.{measure.digits}f}"
    if measure.unit == "%":
        return f"{measure.name}{'上升' if change > 0 else '下降'}{size}个百分点"
    return f"{measure.name}{'增加' if change > 0 else '减少'}{size}{measure.unit}"
