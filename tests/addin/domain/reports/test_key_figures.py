"""What changed since an earlier consolidation is what changed in the units both have."""

from __future__ import annotations

from datetime import date

from hypothesis import given

from addin.domain.reports.key_figures import EarlierFigures, key_figures
from addin.domain.summaries import Figures, Summary
from tests.addin.domain.test_summaries import figures, summaries

BEFORE, NOW = date(2026, 5, 31), date(2026, 6, 30)


def earlier(then: Summary) -> EarlierFigures:
    return EarlierFigures.told(
        BEFORE, {code: one.told() for code, one in then.units.items() if code}
    )


@given(figures)
def test_figures_come_back_as_they_were_told(one: Figures) -> None:
    assert Figures.of(one.told()) == one


@given(summaries, summaries)
def test_units_only_one_of_both_has_change_nothing(then: Summary, now: Summary) -> None:
    codes = {*then.units} & {*now.units} - {""}
    same = Summary({code: one for code, one in now.units.items() if code in codes})
    was = Summary({code: one for code, one in then.units.items() if code in codes})

    changes = earlier(then).changes(now, NOW)

    assert changes == earlier(was).changes(same, NOW)
    if not codes:
        assert {*changes} == {""}
        return
    told = dict(zip((one.label for one in key_figures(Figures(), NOW)), changes, strict=True))
    more = sum(now.units[c].mentors for c in codes) - sum(then.units[c].mentors for c in codes)
    assert told["在库导师"] == (f"较上期 {more:+d}" if more else "与上期持平")


def test_a_month_is_compared_with_the_month_before() -> None:
    then, now = (Figures(contacts={"2026-05": 7}), Figures(contacts={"2026-05": 7, "2026-06": 9}))

    changes = EarlierFigures(BEFORE, {"640402104": then}).changes(Summary({"640402104": now}), NOW)

    told = dict(zip((one.label for one in key_figures(now, NOW)), changes, strict=True))
    assert (told["本月联系"], told["联系次数"]) == ("较上期 +2", "较上期 +9")


def test_the_units_left_out_are_named() -> None:
    one = Figures(mentors=3)

    told = EarlierFigures(BEFORE, {"640402104": one, "640402100": one}).basis(
        Summary({"640402104": one, "640422100": one})
    )

    assert told == (
        "较上期：按两期都已汇总的 1 个单位比较，不含本期没有的原州区三营镇，上期没有的西吉县吉强镇"
    )


def test_figures_somebody_typed_over_count_as_none() -> None:
    known = EarlierFigures.told(
        BEFORE, {"640402104": "改动", "640402100": Figures(mentors=1).told()}
    )

    assert [*known.units] == ["640402100"]
    assert known.basis(Summary()) == "没有两期都已汇总的单位，不与上期比较"
