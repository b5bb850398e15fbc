"""The key figures of 总览, and how they changed in the units an earlier consolidation had as well."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from addin.domain.bulletin import percent
from addin.domain.results import some
from addin.domain.summaries import Figures, Summary
from validators.divisions import unit_name
from validators.vocabulary import Level, Rating, Stage

ERRORS = "台账错误"
_WHOLE, _MEAN, _CHANGE, _PERCENT = "{:.0f}", "{:.1f}", "{:+.1f}", "percent"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One key figure.

    Attributes:
        label: Its name.
        value: None where there is nothing to take it of.
        form: How it is written: a format with one place, or "percent" for a share.
    """

    label: str
    value: float | None
    form: str = _WHOLE

    def __str__(self) -> str:
        """Return it as it is written."""
        if self.value is None:
            return "—"
        return percent(self.value) if self.form == _PERCENT else self.form.format(self.value)

    def since(self, before: float | None) -> str:
        """Return how it changed, "" where there is nothing to compare."""
        if self.value is None or before is None:
            return ""
        change = self.value - before
        if self.form == _PERCENT:
            points = round(100 * change, 1)
            return f"较上期 {points:+.1f} 个百分点" if points else "与上期持平"
        digits = 0 if self.form == _WHOLE else 1
        return f"较上期 {change:+.{digits}f}" if round(change, digits) else "与上期持平"


def key_figures(total: Figures, as_of: date) -> list[KeyFigure]:
    """Return the key figures of units together, in the order they are shown in."""
    held = total.online + total.offline
    return [
        KeyFigure("在库导师", total.mentors),
        KeyFigure("个人对象", total.individuals),
        KeyFigure("组织对象", total.organisations),
        KeyFigure("帮带中结对", total.pairings),
        KeyFigure("结对率", total.pairing_rate, _PERCENT),
        KeyFigure("人均帮带", total.load, _MEAN),
        KeyFigure("联系次数", total.n_contacts),
        KeyFigure("本月联系", total.contacts.get(f"{as_of:%Y-%m}", 0)),
        KeyFigure("线上占比", total.online / held if held else None, _PERCENT),
        KeyFigure("本季评价", total.assessments),
        KeyFigure("六方面均分变化", total.gain, _CHANGE),
        KeyFigure("考核优秀", total.completions.get(Rating.EXCELLENT.value, 0)),
        KeyFigure("转村带头人", total.conversions.get(Stage.VILLAGE_LEADER.value, 0)),
        KeyFigure("已销号组织", total.closed),
        KeyFigure(ERRORS, total.findings.get(Level.ERROR.value, 0)),
    ]


@dataclass(frozen=True, slots=True)
class EarlierFigures:
    """What an earlier consolidation of the same city or county added up.

    Attributes:
        as_of: The day its data reached to.
        units: The figures by unit code.
    """

    as_of: date
    units: Mapping[str, Figures]

    @classmethod
    def told(cls, as_of: date, told: Mapping[str, str]) -> EarlierFigures:
        """Return it from what `Figures.told` told of each unit; what is unreadable counts as not there."""
        units = {}
        for code, figures in told.items():
            with suppress(ValueError):  # of another version, or typed over
                units[code] = Figures.of(figures)
        return cls(as_of, units)

    def changes(self, now: Summary, as_of: date) -> list[str]:
        """Return how each key figure changed in the units of both, "" where nothing is compared."""
        same = self._same(now)
        before = key_figures(Figures.added(self.units[code] for code in same), self.as_of)
        after = key_figures(Figures.added(now.units[code] for code in same), as_of)
        return [
            figure.since(old.value) if same else ""
            for figure, old in zip(after, before, strict=True)
        ]

    def basis(self, now: Summary) -> str:
        """Return which units are compared, and which are not."""
        same = self._same(now)
        if not same:
            return "没有两期都已汇总的单位，不与上期比较"
        gone = [code for code in self.units if code not in now.units]
        new = [code for code in now.units if code and code not in self.units]
        left_out = [
            f"{words}的{some([''.join(unit_name(code)) for code in codes], '个单位')}"
            for words, codes in (("本期没有", gone), ("上期没有", new))
            if codes
        ]
        without = f"，不含{'，'.join(left_out)}" if left_out else ""
        return f"较上期：按两期都已汇总的 {len(same)} 个单位比较{without}"

    def _same(self, now: Summary) -> list[str]:
        return [code for code in now.units if code in self.units]
