"""The 情况通报 paragraphs: a summary in official plain Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from addin.domain.deliveries import ReportState, UnitStatus
from addin.domain.summaries import Figures, Summary, quarter_start
from validators.divisions import Division, children
from validators.vocabulary import Aspect, Rating, Stage


def bulletin(
    scope: Division, summary: Summary, states: Sequence[UnitStatus], as_of: date
) -> tuple[str, ...]:
    """Return the paragraphs, ready to paste into a document.

    Args:
        scope: The city or county that adds up.
        summary: The merged summary.
        states: The state of every unit.
        as_of: The day the data reach to.
    """
    total = summary.total()
    parts = (
        _reporting(scope, states, as_of),
        _pairing(scope, summary, total),
        _contacts(total, as_of),
        _growth(total),
        _closing(total),
    )
    return tuple(filter(None, map("".join, parts)))


def percent(share: float | None) -> str:
    """Return a share as 93.5%, a dash where there is none."""
    return "—" if share is None else f"{100 * share:.1f}%"


def signer(scope: Division) -> str:
    """Return the unit that signs what a city or county publishes."""
    return f"中共{scope.name}委组织部"


def _reporting(scope: Division, states: Sequence[UnitStatus], as_of: date) -> Iterator[str]:
    expected = [unit for unit in states if unit.is_expected]
    missing = [unit for unit in expected if unit.state is ReportState.MISSING]
    faulty = [unit for unit in expected if unit.state is ReportState.FAULTY]
    yield (
        f"截至{as_of.year}年{as_of.month}月{as_of.day}日，{scope.name}应报台账{len(expected)}份，"
        f"收到{sum(unit.is_received for unit in expected)}份"
    )
    if faulty:
        yield f"，其中{len(faulty)}份需修改完善"
    if missing:
        by_county = Counter(unit.county for unit in missing)
        listed = "、".join(f"{county}{n}个" for county, n in by_county.items())
        yield f"；尚有{len(missing)}个单位未上报（{listed}）"
    if last_year := sum(unit.state is ReportState.LAST_YEAR for unit in expected):
        yield f"；{last_year}个单位报的是上年台账"
    if unknown := sum(not unit.code for unit in states):
        yield f"；另有{unknown}份文件无法识别填报单位"
    yield "。"


def _pairing(scope: Division, summary: Summary, total: Figures) -> Iterator[str]:
    yield (
        f"{_whole(scope)}在库导师{total.mentors}名，确定个人对象{total.individuals}名、"
        f"组织对象{total.organisations}个；正在帮带的结对{total.pairings}对"
    )
    if total.load is not None:
        yield f"，{len(total.engaged)}名导师正在帮带，人均{total.load:.1f}个对象"
    yield f"，结对率{percent(total.pairing_rate)}"
    rates = _rates(scope, summary)
    if len(rates) > 1:
        (best, highest), (worst, lowest) = rates[0], rates[-1]
        if highest > lowest:
            yield f"。结对率最高的是{best}（{percent(highest)}），最低的是{worst}（{percent(lowest)}）"
    yield "。"


def _rates(scope: Division, summary: Summary) -> list[tuple[str, float]]:
    if scope.level != "city":
        return []
    rates = [
        (county.name, summary.county(county.code).pairing_rate) for county in children()[scope.code]
    ]
    known = [(name, rate) for name, rate in rates if rate is not None]
    return sorted(known, key=lambda county: (-county[1], county[0]))


def _contacts(total: Figures, as_of: date) -> Iterator[str]:
    if not total.n_contacts:
        return
    month = total.contacts.get(f"{as_of:%Y-%m}", 0)
    quarter = sum(
        n for key, n in total.contacts.items()
        if f"{quarter_start(as_of):%Y-%m}" <= key <= f"{as_of:%Y-%m}"
    )  # fmt: skip
    yield (
        f"台账记录工作日志{total.entries}条，按结对计联系{total.n_contacts}次，"
        f"其中线下{total.offline}次、线上{total.online}次；"
        f"本季度联系{quarter}次，本月{month}次。"
    )


def _growth(total: Figures) -> Iterator[str]:
    changes = [
        (aspect.value, before, after)
        for aspect, (before, after) in zip(Aspect, total.means(), strict=True)
        if before is not None and after is not None
    ]
    if changes:
        means = "、".join(
            f"{name}{first:.1f}分{'升至' if last > first else '变为'}{last:.1f}分"
            for name, first, last in changes
        )
        yield f"与摸底相比，{max(total.rated)}个已评价对象六个方面平均分：{means}"
        yield f"。本季度评价{total.assessments}人次。"
    graded = sum(total.completions.values())
    if graded:
        good = total.completions.get(Rating.EXCELLENT.value, 0)
        fair = total.completions.get(Rating.QUALIFIED.value, 0)
        yield f"期满考核{graded}对，优秀{good}对、合格{fair}对。"
    steps = (
        (total.conversions.get(Stage.RESERVE_CADRE.value, 0), "列为后备干部"),
        (total.conversions.get(Stage.VILLAGE_LEADER.value, 0), "成为村党组织带头人"),
    )
    if conversions := "，".join(f"{n}人{what}" for n, what in steps if n):
        yield f"“两个带头人”培养转化中，{conversions}。"


def _closing(total: Figures) -> Iterator[str]:
    parts = [f"{total.closed}个已经县级批准销号"] if total.closed else []
    if total.closable:
        parts.append(f"{total.closable}个达到销号条件，待县级验收")
    if parts:
        yield f"组织对象中，{'，'.join(parts)}。"


def _whole(scope: Division) -> str:
    """Return 全县, 全区 or 全镇, by the last word of the scope's name."""
    return f"全{scope.name[-1]}" if scope.name[-1:] in "市县区旗州盟镇乡" else scope.name
