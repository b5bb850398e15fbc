"""The 情况通报 paragraphs: a summary in official plain Chinese."""

from __future__ import annotations

from collections import Counter, defaultdict
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


def percent(share: float | None, below: float = 100.0) -> str:
    """Return a share as 93.5%, a dash where there is none.

    A share below 1 is never shown as 100.0%, nor one below `below` percent as that.
    """
    if share is None:
        return "—"
    shown = [f"{100 * share:.{digits}f}%" for digits in (1, 2, 3, 4)]
    if 100 * share >= below:
        return shown[0]
    return next((text for text in shown if float(text[:-1]) < below), shown[-1])


def counted(*counts: tuple[str, int, str]) -> str:
    """Return what there is of some counts: 新结对22对，成长评价5人次; what there is none of is left out."""
    return "，".join(f"{what}{number}{unit}" for what, number, unit in counts if number)


def received(expected: Sequence[UnitStatus]) -> str:
    """Return how many ledgers of the units expected are in: 应报台账65份，收到63份."""
    number = sum(unit.is_received for unit in expected)
    if 0 < number < len(expected):
        return f"应报台账{len(expected)}份，收到{number}份"
    return f"应报台账{len(expected)}份，{'全部收到' if number else '均未收到'}"


def signer(scope: Division) -> str:
    """Return the unit that signs what a city, a county or a township publishes."""
    if scope.level == "township":
        return f"中共{scope.name}{'工作' if scope.name.endswith('街道') else ''}委员会"
    return f"中共{scope.name}委组织部"


def whole(scope: Division) -> str:
    """Return 全县, 全区 or 全镇, by the last word of the scope's name."""
    return f"全{scope.name[-1]}" if scope.name[-1:] in "市县区旗州盟镇乡" else scope.name


def people(figures: Figures, helping: int | None = None) -> str:
    """Return who is counted: mentors, those of them who help, mentees and pairings.

    Args:
        figures: Of a scope.
        helping: How many of its mentors 在库 have a running pairing; not told if None.
    """
    mentors = f"在库导师{figures.mentors}名" if figures.mentors else "尚无在库导师"
    if figures.mentors and helping is not None:
        share = f"其中{helping}名" if helping < figures.mentors else "均"
        mentors += f"，{share}正在帮带" if helping else "，均未开展帮带"
    mentees = counted(
        ("个人对象", figures.individuals, "名"), ("组织对象", figures.organisations, "个")
    )
    pairings = counted(("帮带中结对", figures.pairings, "对")) or "尚无帮带中结对"
    if figures.seeking:
        pairings += f"，结对率{percent(figures.pairing_rate)}"
    return f"{mentors}；{mentees.replace('，', '、') or '尚未确定帮带对象'}；{pairings}"


def _reporting(scope: Division, states: Sequence[UnitStatus], as_of: date) -> Iterator[str]:
    expected = [unit for unit in states if unit.is_expected]
    missing = [unit for unit in expected if unit.state is ReportState.MISSING]
    faulty = [unit for unit in expected if unit.state is ReportState.FAULTY]
    yield f"截至{as_of.year}年{as_of.month}月{as_of.day}日，{scope.name}{received(expected)}"
    if faulty:
        all_faulty = len(faulty) == sum(unit.is_received for unit in expected)
        yield "，均需修改完善" if all_faulty else f"，其中{len(faulty)}份需修改完善"
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
    yield f"{whole(scope)}{people(total)}"
    if total.load is not None:
        yield f"；{len(total.engaged)}名导师正在帮带，人均{total.load:.1f}个对象"
    yield "。"
    counties: dict[float, list[str]] = defaultdict(list)
    for county in children()[scope.code] if scope.level == "city" else ():
        rate = summary.county(county.code).pairing_rate
        if rate is not None:
            counties[rate].append(county.name)
    if len(counties) > 1:
        ends = (f"{'、'.join(counties[r])}（{percent(r)}）" for r in (max(counties), min(counties)))
        yield "结对率最高的是{}，最低的是{}。".format(*ends)


def _contacts(total: Figures, as_of: date) -> Iterator[str]:
    if not total.n_contacts:
        return
    month = total.contacts.get(f"{as_of:%Y-%m}", 0)
    quarter = sum(
        n for key, n in total.contacts.items()
        if f"{quarter_start(as_of):%Y-%m}" <= key <= f"{as_of:%Y-%m}"
    )  # fmt: skip
    forms = [f"{form}{n}次" for form, n in (("线下", total.offline), ("线上", total.online)) if n]
    yield (
        f"台账记录工作日志{total.entries}条，按结对计联系{total.n_contacts}次，"
        f"{'其中' if forms[1:] else '均为'}{'、'.join(forms)}；"
        f"{counted(('本季度联系', quarter, '次'), ('本月', month, '次')) or '本季度未登记联系'}。"
    )


def _growth(total: Figures) -> Iterator[str]:
    changes = [
        (aspect.value, before, after)
        for aspect, (before, after) in zip(Aspect, total.means(), strict=True)
        if before is not None and after is not None
    ]
    if changes:
        means = "、".join(f"{name}{_moved(first, last)}" for name, first, last in changes)
        yield f"与摸底相比，{max(total.rated)}个已评价对象六个方面平均分：{means}。"
    if changes or total.assessments:
        yield f"{counted(('本季度评价', total.assessments, '人次')) or '本季度未评价'}。"
    if graded := sum(total.completions.values()):
        ratings = counted(*((r.value, total.completions.get(r.value, 0), "对") for r in Rating))
        yield f"期满考核{graded}对，其中{ratings.replace('，', '、')}。"
    steps = (
        (total.conversions.get(Stage.RESERVE_CADRE.value, 0), "列为后备干部"),
        (total.conversions.get(Stage.VILLAGE_LEADER.value, 0), "成为村党组织带头人"),
    )
    if conversions := "，".join(f"{n}人{what}" for n, what in steps if n):
        yield f"“两个带头人”培养转化中，{conversions}。"


def _moved(first: float, last: float) -> str:
    """Return how a mean moved, by the digits shown: 3.0分升至4.1分."""
    before, now = f"{first:.1f}", f"{last:.1f}"
    if before == now:
        return f"保持{now}分"
    return f"{before}分{'升' if last > first else '降'}至{now}分"


def _closing(total: Figures) -> Iterator[str]:
    parts = [f"{total.closed}个已经县级批准销号"] if total.closed else []
    if total.closable:
        parts.append(f"{total.closable}个达到销号条件，待县级验收")
    if parts:
        yield f"组织对象中，{'，'.join(parts)}。"
