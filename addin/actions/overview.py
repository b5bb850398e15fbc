"""总览 from a summary: cards with what changed, chart series, and what the next run compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from addin.tasks.bulletin import bulletin, percent
from addin.tasks.figures import Figures, Summary
from addin.tasks.reporting import Contact, ReportState, UnitStatus
from validators.divisions import Division, children
from validators.vocabulary import Aspect, Level, Rating, Stage
from workbooks.consolidated.content import Card, Overview, Series

__all__ = ["Memory", "contacts_of", "memory_rows", "overview_of"]

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
