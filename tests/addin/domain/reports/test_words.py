"""What reports say is true and well formed for no unit, one and many, for zero and for all."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.bulletin import bulletin, percent, signer
from addin.domain.deliveries import ReportState, UnitStatus
from addin.domain.facts import LedgerFacts
from addin.domain.reports.figures import (
    MEASURES,
    Comparison,
    MeasureChange,
    PeriodFigures,
    PeriodResult,
    rate,
)
from addin.domain.reports.period import Period, parse_period
from addin.domain.reports.words import MOST_CHARACTERS, ReportWords
from addin.domain.summaries import NO_SCORES, Figures, Summary
from validators.divisions import CITY, by_code, units
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Rating, Stage

QUARTER = parse_period("2026Q3")
PLACES = [by_code()[code] for code in (CITY, "640402", "640402104", "640402001")]
TOWNSHIPS = [unit.code for unit in units(CITY)]
NUMBERS = st.sampled_from((0, 0, 1, 2, 7, 2999, 3000))


def facts_on(day: date) -> LedgerFacts:
    return LedgerFacts.of(Ledger.merged([]), Settings(), day, {})


FACTS = facts_on(QUARTER.last)


@st.composite
def parts(draw: st.DrawFn, count: int) -> list[int]:
    """Draw numbers of which none is more than the one before."""
    return sorted(draw(st.lists(NUMBERS, min_size=count, max_size=count)), reverse=True)


@st.composite
def stocks(draw: st.DrawFn) -> Figures:
    individuals, seeking, paired = draw(parts(3))
    organisations, weak, helped = draw(parts(3))
    contacts, offline = draw(parts(2))
    rated = draw(st.sampled_from((0, 1, 20)))
    means = st.tuples(*[st.integers(rated, 5 * rated)] * len(NO_SCORES))
    return Figures(
        mentors=draw(NUMBERS), individuals=individuals, organisations=organisations,
        seeking_individuals=seeking, paired_individuals=paired, seeking_organisations=weak,
        paired_organisations=helped, pairings=paired + helped, entries=contacts,
        contacts={"2026-09": contacts} if contacts else {}, offline=offline,
        online=contacts - offline, rated=(rated,) * len(NO_SCORES), before=draw(means),
        after=draw(means), assessments=draw(NUMBERS),
        completions={rating.value: n for rating in Rating if (n := draw(NUMBERS))},
        conversions={stage.value: n for stage in Stage if (n := draw(NUMBERS))},
        closable=draw(NUMBERS), closed=draw(NUMBERS),
        engaged=frozenset(f"D{number}" for number in range(min(3, paired + helped))),
    )  # fmt: skip


@st.composite
def figures(draw: st.DrawFn) -> PeriodFigures:
    stock, graded, owed, due = draw(stocks()), draw(parts(2)), draw(parts(2)), draw(parts(2))
    contacts, online = draw(parts(2))
    helping = draw(st.integers(0, min(stock.mentors, 5))) if stock.mentors < 6 else 5
    return PeriodFigures(
        stock=stock, helpers=frozenset(map(str, range(helping))), contacts=contacts, online=online,
        begun=draw(NUMBERS), ended=draw(NUMBERS), assessments=draw(NUMBERS), graded=graded[0],
        excellent=graded[1], reserve_cadres=draw(NUMBERS), village_leaders=draw(NUMBERS),
        closed=draw(NUMBERS), months_owed=owed[0], months_kept=owed[1], duties_due=due[0],
        duties_done=due[1], red=draw(NUMBERS), yellow=draw(NUMBERS), blue=draw(NUMBERS),
    )  # fmt: skip


def a_period(period: Period, own: dict[str, PeriodFigures], day: date) -> PeriodResult:
    return PeriodResult(period, day, own, (), FACTS)


def a_state(code: str, state: ReportState) -> UnitStatus:
    return UnitStatus(code, "", "", state)


@st.composite
def reports(draw: st.DrawFn) -> ReportWords:
    scope = draw(st.sampled_from(PLACES))
    own = [code for code in TOWNSHIPS if code.startswith(scope.code)]
    states = draw(st.lists(st.sampled_from(ReportState), min_size=len(own), max_size=len(own)))
    now, before = (dict.fromkeys(own[: draw(st.integers(0, 7))], draw(figures())) for _ in range(2))
    day = QUARTER.last - timedelta(days=draw(st.sampled_from((0, 0, 40))))
    earlier = a_period(QUARTER.before, before, QUARTER.before.last)
    comparison = Comparison(
        a_period(QUARTER, now, day), draw(st.sampled_from((earlier, earlier, None)))
    )
    return ReportWords(scope, comparison, [*map(a_state, own, states)])


NOT_WRITTEN = re.compile(
    r"(?<![\d.])0(名|个|对|次|人|项|条|份)|—|None|nan"  # a count of nothing is said in words
    r"|[，；。、：（][，；。、）]|，其中[，；。]|(?<!\d)100\.0%.{0,9}低于"
)


def well_formed(text: str) -> None:
    assert not NOT_WRITTEN.findall(text), text
    assert text.count("（") == text.count("）"), text
    assert re.search(r"[。：】]$", text), text
    for whole, part in re.findall(r"(\d+)[名次对份]，其中(\d+)[名份]", text):
        assert int(part) < int(whole), text


@given(reports())
def test_every_sentence_of_a_report_is_well_formed(words: ReportWords) -> None:
    notice = words.notice(date(2026, 10, 9))
    said = [text for _, paragraphs in notice.sections for text in paragraphs]
    said += [text for _, lines in words.leader_lines() for text in lines]
    said += [words.wechat(), words.compared(), notice.addressee]

    for text in said:
        well_formed(text)
    assert len(words.wechat()) <= MOST_CHARACTERS


@given(reports())
def test_counts_are_told_as_they_are_and_those_of_nothing_are_not(words: ReportWords) -> None:
    now = words.comparison.now
    total = now.of(now.units)

    said = words.counted() + words.happened()

    for what, number, unit in (
        ("在库导师", total.stock.mentors, "名"), ("个人对象", total.stock.individuals, "名"),
        ("组织对象", total.stock.organisations, "个"), ("帮带中结对", total.stock.pairings, "对"),
        ("新结对", total.begun, "对"), ("期满和终止", total.ended, "对"), ("联系", total.contacts, "次"),
        ("到期职责", total.duties_due, "项"), ("成长评价", total.assessments, "人次"),
        ("期满考核", total.graded, "对"), ("优秀", total.excellent, "对"),
        ("转为后备干部", total.reserve_cadres, "人"), ("转为村党组织带头人", total.village_leaders, "人"),
        ("批准销号组织", total.closed, "个"),
    ):  # fmt: skip
        found = re.findall(rf"(?:^|\W|[度月]){what}(\d+){unit}", said)
        assert found == ([str(number)] if number else []), (what, said)


@given(reports())
def test_a_period_that_lasts_is_compared_with_a_warning(words: ReportWords) -> None:
    if not words.comparison.same:
        return

    lasts = words.comparison.now.day < QUARTER.last

    assert ("本期尚未结束，只计到8月21日" in words.compared()) == lasts
    assert ("本期尚未结束" in words.wechat()) == (lasts and "同口径对比" in words.wechat())


def test_a_year_that_lasts_is_not_called_whole() -> None:
    year, scope = parse_period("2026"), by_code()[CITY]
    over, lasts = (
        ReportWords(scope, Comparison(a_period(year, {}, day)), ())
        for day in (year.last, date(2026, 11, 22))
    )

    assert (over.happened(), lasts.happened()) == ("全年未登记联系。", "本年未登记联系。")
    assert "全年" not in lasts.wechat()


@pytest.mark.parametrize(
    ("code", "addressee", "signed"),
    [
        (CITY, "各县（区）委组织部：", "中共固原市委组织部"),
        ("640402", "各乡镇党委、街道党工委：", "中共原州区委组织部"),
        ("640402104", "各村（社区）党组织：", "中共开城镇委员会"),
        ("640402001", "各村（社区）党组织：", "中共南关街道工作委员会"),
    ],
)
def test_each_level_signs_and_addresses_as_it_does(code: str, addressee: str, signed: str) -> None:
    scope = by_code()[code]
    words = ReportWords(scope, Comparison(a_period(QUARTER, {}, QUARTER.last)), ())

    notice = words.notice(date(2026, 10, 9))

    assert (notice.addressee, notice.signer, signer(scope)) == (addressee, signed, signed)
    assert "全道" not in words.counted()


# --- the bulletin of a consolidation ---------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(TOWNSHIPS), stocks()), max_size=6), st.data())
def test_every_sentence_of_the_bulletin_is_well_formed(
    counted: list[tuple[str, Figures]], data: Any
) -> None:
    states = [a_state(code, data.draw(st.sampled_from(ReportState))) for code in TOWNSHIPS]

    for text in bulletin(by_code()[CITY], Summary(dict(counted)), states, QUARTER.last):
        well_formed(text)
        for before, verb, now in re.findall(r"(\d\.\d)分(升至|降至)(\d\.\d)分", text):
            assert (float(now) > float(before)) == (verb == "升至")
            assert now != before, text
        for graded, told in re.findall(r"期满考核(\d+)对，其中([^。]+)。", text):
            assert sum(map(int, re.findall(r"\d+", told))) == int(graded), text


def test_counties_that_share_the_best_rate_are_all_named() -> None:
    def some(seeking: int, paired: int) -> Figures:
        return Figures(seeking_individuals=seeking, paired_individuals=paired)

    summary = Summary({"640402104": some(4, 4), "640422100": some(2, 1), "640423100": some(6, 6)})

    said = "".join(bulletin(by_code()[CITY], summary, [], QUARTER.last))

    assert "结对率最高的是原州区、隆德县（100.0%），最低的是西吉县（50.0%）。" in said


# --- shares and changes ----------------------------------------------------------------------------


@given(st.integers(1, 99_999), st.integers(0, 2), st.booleans())
def test_a_share_that_is_not_whole_is_not_shown_as_whole(of: int, few: int, most: bool) -> None:
    done = max(0, of - few) if most else min(few, of)

    shown = percent(done / of)

    assert (shown == "100.0%") == (done == of)
    assert float(shown[:-1]) == pytest.approx(100 * done / of, abs=0.0501)


def test_a_share_below_a_limit_is_shown_below_it() -> None:
    assert [percent(done / 3000, 80) for done in (2398, 2399, 2400)] == ["79.9%", "79.97%", "80.0%"]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50), st.integers(1, 50))
def test_growth_is_of_the_figures_and_not_of_what_they_are_rounded_to(
    first: int, now: int, of_first: int, of_now: int
) -> None:
    measure = next(each for each in MEASURES if each.name == "人均帮带")
    before, after = rate(first, of_first), rate(now, of_now)

    growth = MeasureChange(measure, after, after, before).growth

    if before:
        assert growth == pytest.approx((now * of_first - first * of_now) / (first * of_now))
    else:
        assert growth is None


@pytest.mark.parametrize(("name", "before"), [("六方面均分变化", -0.5), ("结对率", 0.5)])
def test_there_is_no_growth_of_what_was_below_zero_nor_of_shares(name: str, before: float) -> None:
    measure = next(each for each in MEASURES if each.name == name)

    assert MeasureChange(measure, 0.75, 0.75, before).growth is None
