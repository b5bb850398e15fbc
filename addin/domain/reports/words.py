"""Words of a period's report: the page for leaders, 情况通报 in official form, 300 characters for WeChat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from addin.domain.bulletin import percent, signer
from addin.domain.deliveries import UnitStatus
from addin.domain.reports.figures import Comparison, MeasureChange
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
        addressee: 主送, "" for none.
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
        lines = [self.title.replace("\n", ""), "", *([self.addressee] if self.addressee else [])]
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
    def whole(self) -> str:
        """Return 全市 or 全县."""
        return f"全{self.scope.name[-1]}"

    @property
    def title(self) -> str:
        """Return what the report is called."""
        period = self.comparison.now.period
        return f"{self.scope.name}{period}“导师帮带”工作{period.report}"

    # --- the sentences ---

    def counted(self) -> str:
        """Return who is counted: ledgers received, mentors in the pool and those who help."""
        now = self.comparison.now
        total = now.of(now.units)
        stock, day = total.stock, now.day
        expected = [unit for unit in self.states if unit.is_expected]
        received = sum(unit.is_received for unit in expected)
        return (
            f"截至{day.year}年{day.month}月{day.day}日，{self.whole}应报台账{len(expected)}份，"
            f"收到{received}份；在库导师{stock.mentors}名，其中{total.helping}名正在帮带；"
            f"个人对象{stock.individuals}名、组织对象{stock.organisations}个，"
            f"帮带中结对{stock.pairings}对，结对率{percent(stock.pairing_rate)}。"
        )

    def happened(self) -> str:
        """Return what happened in the period."""
        told = {each.measure.name: each for each in self.comparison.changes()}

        def of(name: str) -> str:
            return shown_value(told[name])

        parts = [
            f"{self.comparison.now.period.word}新结对{of('新结对')}对，期满和终止{of('期满和终止')}对",
            f"联系{of('联系次数')}次（线上占{of('线上占比')}），按月联系率{of('按月联系率')}",
            f"到期职责{of('到期职责')}项，完成率{of('职责完成率')}；"
            f"成长评价{of('成长评价')}人次，期满考核{of('期满考核')}对（优秀{of('考核优秀')}对）",
            f"转为后备干部{of('转后备干部')}人、村党组织带头人{of('转村党组织带头人')}人，"
            f"批准销号{of('组织销号')}个组织",
        ]
        return "；".join(parts) + "。"

    def compared(self, *, short: bool = False) -> str:
        """Return the comparison with the period before, and by which units; `short` counts them."""
        comparison = self.comparison
        before = comparison.before
        if before is None:
            return "未提供上期台账，本期不作对比。"
        if not comparison.same:
            return f"没有两期均报送台账的单位，不与{before.period}对比。"
        words = [
            change_words(each)
            for each in comparison.changes()
            if each.measure.name in _COMPARED and each.change is not None
        ]
        return f"与{before.period}相比（{self.basis(short=short)}），{'，'.join(words)}。"

    def basis(self, *, short: bool = False) -> str:
        """Return by which units the comparison is made, and who is left out of it."""
        same = self.comparison.same
        parts = [f"按两期均有台账的{len(same)}个单位"]
        for codes, why in (
            (self.comparison.only_now, "上期没有台账"),
            (self.comparison.only_before, "本期没有台账"),
        ):
            if codes:
                names = f"{len(codes)}个单位"
                if not short:
                    names = some([unit_label(code, self.scope) for code in codes], "个单位")
                parts.append(f"{names}{why}，不参加对比")
        return "；".join(parts)

    # --- the documents ---

    def notice(self, day: date) -> Notice:
        """Return 情况通报, made on `day`."""
        listed = [f"（{_number(at)}）{each.problem}。" for at, each in enumerate(self._found)]
        wanted = [f"（{_number(at)}）{each.todo}。" for at, each in enumerate(self._found)]
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
        return "各乡镇党委、街道党工委："

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
        now = self.comparison.now
        total = now.of(now.units)
        yield (
            f"{now.period.word}联系{total.contacts}次，新结对{total.begun}对，"
            f"成长评价{total.assessments}人次。"
        )
        wanted = ("联系次数", "按月联系率", "红色预警")
        changes = [
            change_words(each)
            for each in self.comparison.changes()
            if each.measure.name in wanted and each.change is not None
        ]
        if changes:
            yield f"同口径对比，{'，'.join(changes)}。"
        missing = sum(unit.is_expected and not unit.is_received for unit in self.states)
        if missing:
            yield f"{missing}个单位尚未报送台账，请尽快补报。"
        if total.red:
            yield f"红色预警{total.red}个，请所在单位逐个落实干预措施。"
        yield "请各单位坚持按月联系、按季评价，如实登记。"


def shown_value(each: MeasureChange) -> str:
    """Return a measure of all units as text: 93.5%, 1.2 or 300."""
    return _shown(each.now, each)


def _shown(value: float | None, each: MeasureChange) -> str:
    if value is None:
        return "—"
    return percent(value) if each.measure.unit == "%" else f"{value:.{each.measure.digits}f}"


def change_words(each: MeasureChange) -> str:
    """Return how a measure changed: 联系次数增加62次（+16.1%），按月联系率下降9.3个百分点."""
    measure, change = each.measure, each.change or 0.0
    if not change:
        return f"{measure.name}持平"
    size = f"{abs(change):.{measure.digits}f}"
    if measure.unit == "%":
        return f"{measure.name}{'上升' if change > 0 else '下降'}{size}个百分点"
    return f"{measure.name}{'增加' if change > 0 else '减少'}{size}{measure.unit}"


def _number(at: int) -> str:
    return _DIGITS[at]
