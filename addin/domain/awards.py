"""金牌导师: scored items, hard conditions, quota and ties, and the list for 公示.

**Year.** Awards are of the ledger's 年度: a list made in January from last year's ledger judges last
year up to its last day.

**Items.** Each is weight × rate (`settings.gold_weights`), rounded half up to a tenth, and the total
is the sum of what is shown. What `addin.domain.results` finds nothing of earns nothing: an award is
for what is shown.

- 履职: duties done ÷ duties due or done ahead; the mentor's own (责任方 导师).
- 档案日志: months in order ÷ months owed. This rate is 日志合规率.
- 成效: the mean of aspects raised ÷ aspects to raise and of the mean score at the end of the period
  ÷ the score of 优秀 (at most 1); where only one of them is there, that one.
- 满意度: mean satisfaction ÷ 5.

**Conditions.** Of the pairings that ran in the year every mentee must be 合格 at the end of the
period, or on course: a running pairing is on course unless an aspect stands lower than at the
baseline, or nobody has assessed the mentee since 结对日期 although two intervals of assessment have
passed. From the day after its 期满日期 a pairing is no longer on course: it needs its assessment. Pairings broken
off (终止) are not judged. 负面情形 is the mentor's own, dated in the year or later up to the as-of
date; a mentee's is stated for whoever decides and does not bar the mentor.

**Quota.** `settings.gold_quota` percent of the county's mentors 在库, rounded down, at least 1. Those
who meet every condition stand in the order of 总分, then 成效, 履职, 满意度: results first; then who
reached the same with more mentees. Where the quota ends among mentors equal in all of these, none of
them is taken by chance: all are listed as 并列 and the county decides (集体研究).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from addin.domain.bulletin import signer
from addin.domain.facts import LedgerFacts, Mentor, Misconduct, Pairing
from addin.domain.months import add_months
from addin.domain.results import Results, Tally, added, exact, in_percent, mean, points, some, total
from validators.divisions import Division, by_code
from validators.ledger import Ledger, Table
from validators.rulebook import CitedRow
from validators.settings import Settings
from validators.sheets import MentorRow, UnitRow
from validators.vocabulary import MentorStatus, PairingStatus, Rating, Shortlisted

ITEMS = ("履职", "档案日志", "成效", "满意度")

_BEST_SATISFACTION = 5

# --- items ---


class Item(NamedTuple):
    """One scored item.

    Attributes:
        name: One of `ITEMS`.
        rate: 0 to 1, None where there is nothing to judge by.
        points: weight × rate, to a tenth.
        fact: The numbers the rate is made of, with the IDs that lower it.
    """

    name: str
    rate: Fraction | None
    points: float
    fact: str


class Score(NamedTuple):
    """The items in the order of `ITEMS`; their points add up to `total`."""

    items: tuple[Item, ...]

    @property
    def total(self) -> float:
        """Return the sum of the points shown."""
        return total(item.points for item in self.items)

    def points(self, name: str) -> float:
        """Return the points of an item by its name."""
        return self.items[ITEMS.index(name)].points

    @property
    def log_rate(self) -> Fraction | None:
        """Return 日志合规率."""
        return self.items[ITEMS.index("档案日志")].rate

    @property
    def basis(self) -> str:
        """Return all facts in one text."""
        return "；".join(f"{item.name} {item.points:g} 分：{item.fact}" for item in self.items)


def score(tally: Tally, settings: Settings) -> Score:
    """Score what a mentor's help came to."""
    satisfaction = tally.mean_satisfaction
    rated = (
        (tally.duties.share.rate, _duties(tally)),
        (tally.months.in_order.rate, _months(tally)),
        (tally.result_rate(settings), _results(tally)),
        (satisfaction and satisfaction / _BEST_SATISFACTION, _satisfaction(tally)),
    )
    weights = map(exact, settings.gold_weights)
    return Score(
        tuple(
            Item(name, rate, points(weight, rate), fact)
            for name, weight, (rate, fact) in zip(ITEMS, weights, rated, strict=True)
        )
    )


def _duties(tally: Tally) -> str:
    share, undone, pending = tally.duties
    if not share.of:
        return "没有到期或已完成的导师职责"
    waiting = f"，另有 {pending} 条待确认" if pending else ""
    late = f"（未完成：{some(undone)}{waiting}）" if undone else ""
    return f"到期或已完成的导师职责 {share.of} 项，完成 {share.done} 项{late}"


def _months(tally: Tally) -> str:
    share, missed = tally.months.in_order, tally.months.missed
    if not share.of:
        return "无应联系的月份"
    gaps = [f"{code} {month:%Y-%m}" for code, month in missed]
    lacking = f"（不合规：{some(gaps, '个')}）" if gaps else ""
    return f"应联系 {share.of} 个月次，合规 {share.done} 个{lacking}"


def _results(tally: Tally) -> str:
    aspects = added(mentee.aspects for mentee in tally.raised)
    facts = [
        f"应提升 {aspects.of} 个方面，提升 {aspects.done} 个"
        if aspects.of
        else "没有应提升且已评价的方面"
    ]
    if steps := sum(mentee.steps for mentee in tally.raised):
        facts.append(f"培养转化 {steps} 次")
    if tally.finals:
        scores = mean(exact(final.score) for final in tally.finals)
        facts.append(f"期满考核 {len(tally.finals)} 次，平均 {_two(scores)} 分")
    else:
        facts.append("尚未期满考核")
    return "，".join(facts)


def _satisfaction(tally: Tally) -> str:
    if not tally.satisfaction:
        return "无满意度评价"
    return f"评价 {len(tally.satisfaction)} 次，平均 {_two(tally.mean_satisfaction)} 分"


def _two(number: Fraction | None) -> str:
    return f"{float(number or 0):.2f}".rstrip("0").rstrip(".")


# --- conditions ---


class Condition(NamedTuple):
    """A hard condition: its name, whether it is met, and the facts that say so."""

    name: str
    met: bool
    why: str

    def __str__(self) -> str:
        return f"{self.name}：{'达到' if self.met else '未达到'}（{self.why}）"


def conditions(
    mentor: Mentor,
    pairings: Sequence[Pairing],
    score: Score,
    results: Results,
    misconduct: Mapping[str, Sequence[Misconduct]],
) -> tuple[Condition, ...]:
    """Judge one mentor by every condition.

    Args:
        mentor: Of the pool.
        pairings: Those that ran in the span.
        score: What they earned.
        results: Of the span.
        misconduct: Recorded facts by mentor or mentee.
    """
    settings = results.facts.settings
    return (
        _total(score, settings),
        _log_rate(score, settings),
        _mentees(pairings, results),
        _blameless(mentor, pairings, misconduct),
        _active(mentor, pairings, results),
    )


def _total(score: Score, settings: Settings) -> Condition:
    least = settings.gold_total
    return Condition(f"总分不低于 {least} 分", score.total >= least, f"{score.total:g} 分")


def _log_rate(score: Score, settings: Settings) -> Condition:
    rate = score.log_rate
    met = rate is not None and 100 * rate >= exact(settings.gold_log_rate)
    why = "无应联系的月份" if rate is None else in_percent(rate)
    return Condition(f"日志合规率不低于 {settings.gold_log_rate:g}%", met, why)


def _mentees(pairings: Sequence[Pairing], results: Results) -> Condition:
    problems = [problem for pairing in pairings for problem in _problems(pairing, results)]
    why = some(problems, "处") if problems else f"{len(pairings)} 对结对均无不合格、退步或应评未评"
    return Condition("帮带对象期满合格或进展正常", bool(pairings) and not problems, why)


def _problems(pairing: Pairing, results: Results) -> Iterator[str]:
    name = pairing.pairing_id or pairing.mentee_id
    final = results.facts.finals.get(pairing.pairing_id)
    if final is not None and final.rating is Rating.UNQUALIFIED:
        yield f"{name} {final.day} 期满考核 {final.score:g} 分，不合格"
    elif pairing.until < results.last and not results.facts.is_concluded(pairing):
        yield f"{name} {pairing.until} 期满，尚未期满考核"
    elif final is None:
        yield from _off_course(pairing, name, results)


def _off_course(pairing: Pairing, name: str, results: Results) -> Iterator[str]:
    start = pairing.paired_on
    if fallen := results.fallen(pairing.mentee_id, start):
        yield f"{name} {'、'.join(fallen)}低于摸底"
    interval = results.facts.settings.assessment_months
    late = interval and add_months(start, 2 * interval) <= results.last
    if late and not results.assessments(pairing.mentee_id, start):
        yield f"{name} {start} 结对后未评价"


def _blameless(
    mentor: Mentor, pairings: Sequence[Pairing], misconduct: Mapping[str, Sequence[Misconduct]]
) -> Condition:
    own = misconduct.get(mentor.mentor_id, ())
    mentees = sorted({pairing.mentee_id for pairing in pairings} & misconduct.keys())
    theirs = f"；帮带对象 {some(mentees, '名')} 有登记，供审核参考" if mentees else ""
    why = (some([*map(str, own)], "条") or "无登记") + theirs
    return Condition("无负面情形", not own, why)


def _active(mentor: Mentor, pairings: Sequence[Pairing], results: Results) -> Condition:
    met = mentor.status is MentorStatus.ACTIVE and bool(pairings)
    year = results.first.year
    why = f"{mentor.status}，{year} 年度结对 {len(pairings)} 对"
    return Condition("在库且本年度有结对", met, why)


# --- quota and ties ---


class Place(NamedTuple):
    """One mentor's place among the county's who meet every condition.

    Attributes:
        rank: 1 is best; equals share a rank and the next one is left out.
        quota: How many the county may take.
        equals: How many have this rank.
        taken: Whether the mentor is shortlisted.
    """

    rank: int
    quota: int
    equals: int
    taken: bool

    @property
    def tied(self) -> bool:
        """Return whether the quota ends among equals: each is listed, nobody is chosen by chance."""
        return not self.taken and self.rank <= self.quota

    def __str__(self) -> str:
        place = f"县内符合条件的第 {self.rank} 名，名额 {self.quota} 名"
        if not self.tied:
            return place
        left = self.quota - self.rank + 1
        return (
            f"{place}；{self.equals} 人各项得分和对象数相同，剩余名额 {left} 名，提请集体研究确定"
        )


def quota(mentors: int, settings: Settings) -> int:
    """Return how many of a county's `mentors` may be shortlisted."""
    return max(1, floor(mentors * exact(settings.gold_quota) / Fraction(100)))


def merit(score: Score, mentees: int) -> tuple[float, ...]:
    """Return what mentors are ordered by, the better the greater."""
    return score.total, *(score.points(name) for name in ("成效", "履职", "满意度")), mentees


def places(
    candidates: Mapping[str, tuple[str, tuple[float, ...]]], quotas: Mapping[str, int]
) -> dict[str, Place]:
    """Return the place of every candidate.

    Args:
        candidates: (county, merit) by mentor ID; each meets every condition.
        quotas: How many each county may take.
    """
    by_county: dict[str, dict[str, tuple[float, ...]]] = defaultdict(dict)
    for mentor, (county, worth) in candidates.items():
        by_county[county][mentor] = worth
    return {
        mentor: place
        for county, merits in by_county.items()
        for mentor, place in _county(merits, quotas[county])
    }


def _county(merits: Mapping[str, tuple[float, ...]], most: int) -> Iterable[tuple[str, Place]]:
    equals = Counter(merits.values())
    ranks, before = {}, 0
    for value in sorted(equals, reverse=True):
        ranks[value] = before + 1
        before += equals[value]
    for mentor, value in merits.items():
        rank, alike = ranks[value], equals[value]
        yield mentor, Place(rank, most, alike, rank + alike - 1 <= most)


# --- the year ---

_NO_ROW = CitedRow(Table(MentorRow), 0)
_NO_TALLY = Tally()


class Award(NamedTuple):
    """One mentor's year.

    Attributes:
        year: The year judged.
        number: From 1, in the order of the sheet.
        mentor: As typed in the pool.
        n_mentees: How many mentees the pairings judged are with, wherever these stand.
        tally: What the pairings came to.
        score: The scored items.
        conditions: The hard conditions.
        place: Among the county's mentors who meet every condition; None for the others.
    """

    year: int
    number: int
    mentor: Mentor
    n_mentees: int
    tally: Tally
    score: Score
    conditions: tuple[Condition, ...]
    place: Place | None

    @property
    def unbound(self) -> Award:
        """Return the award without the rows it rests on, as it is kept and sent."""
        return self._replace(mentor=self.mentor._replace(cited=_NO_ROW), tally=_NO_TALLY)

    @property
    def qualified(self) -> bool:
        """Return whether every condition is met."""
        return all(condition.met for condition in self.conditions)

    @property
    def shortlisted(self) -> bool:
        """Return whether the mentor is within the county's quota."""
        return self.place is not None and self.place.taken

    @property
    def outcome(self) -> Shortlisted:
        """Return what 入围 says: 并列 of those among whom the quota ends."""
        if self.shortlisted:
            return Shortlisted.YES
        return Shortlisted.TIED if self.place and self.place.tied else Shortlisted.NO

    @property
    def merit(self) -> tuple[float, ...]:
        """Return what the county orders its mentors by, the better the greater."""
        return merit(self.score, self.n_mentees)

    @property
    def county(self) -> str:
        """Return the county's name, the city's for its own mentors."""
        division = by_code().get(self.mentor.county) or by_code().get(self.mentor.county[:4])
        return division.name if division else ""

    @property
    def standing(self) -> str:
        """Return what stands between the mentor and the shortlist: conditions not met, or the place."""
        missed = [f"{one.name}（{one.why}）" for one in self.conditions if not one.met]
        if missed:
            return "未达到：" + "；".join(missed)
        return f"全部达到；{self.place}" if self.place else "全部达到"

    def as_row(self) -> dict[str, Any]:
        """Return the cells of the mentor's row in 金牌导师 by field."""
        texts = [str(condition) for condition in self.conditions]
        return {
            "number": self.number,
            "mentor_id": self.mentor.mentor_id,
            "mentor_name": self.mentor.name,
            "employer": self.mentor.employer,
            "duty_score": self.score.points("履职"),
            "record_score": self.score.points("档案日志"),
            "result_score": self.score.points("成效"),
            "satisfaction_score": self.score.points("满意度"),
            "total": self.score.total,
            "basis": self.score.basis,
            "standing": self.standing,
            "conditions": "；".join([*texts, str(self.place)] if self.place else texts),
            "shortlisted": self.outcome,
        }


class PublicNotice(NamedTuple):
    """One line of the 公示 list; the caller masks numbers typed into the texts."""

    number: int
    county: str
    name: str
    employer: str
    post: str
    total: float


def awards(facts: LedgerFacts, year: int | None = None) -> tuple[Award, ...]:
    """Return the mentors of the pool who helped in a year, county by county, the best first.

    The year's results up to its last day or the as-of date are judged; what became known later (a
    duty done late, an end-of-period assessment of a pairing that ended, 负面情形) counts up to the
    as-of date. A pairing counts in every year its period touches; those broken off (终止) do not.

    Args:
        facts: Of one township's ledger or a merged one; only merged do pairings elsewhere and the
            county's quota come out right.
        year: The year judged; see `award_year` for None.
    """
    judged = judged_mentors(facts, year or award_year(facts.ledger, facts.as_of))
    return placed(judged, pool_sizes(facts.mentors.values()), facts.settings)


def judged_mentors(facts: LedgerFacts, year: int) -> list[Award]:
    """Return the mentors of the pool who helped in a year, in ID order and without a place."""
    if year > facts.as_of.year:
        return []
    first, last = date(year, 1, 1), min(date(year, 12, 31), facts.as_of)
    results = Results(facts, first, last)
    misconduct = facts.misconduct(first, facts.as_of)
    judged: list[Award] = []
    for mentor in facts.mentors.values():
        pairings = tuple(
            pairing
            for pairing in facts.pairings_of_mentor.get(mentor.mentor_id, ())
            if pairing.overlaps(first, last) and pairing.status is not PairingStatus.ENDED
        )
        if pairings:
            tally = results.tally(pairings)
            earned = score(tally, facts.settings)
            met = conditions(mentor, pairings, earned, results, misconduct)
            n_mentees = len({pairing.mentee_id for pairing in pairings})
            judged.append(Award(year, 0, mentor, n_mentees, tally, earned, met, None))
    return judged


def award_year(ledger: Ledger, as_of: date) -> int:
    """Return the year whose awards are due: the ledger's 年度, that of most where there are several.

    Without one it is the year of the as-of date.
    """
    years = Counter(year for year in ledger.table(UnitRow).column("year") if year)
    return max(years, key=lambda year: (years[year], year), default=as_of.year)


def public_list(awards: Iterable[Award]) -> tuple[PublicNotice, ...]:
    """Return the shortlisted for 公示: names and scores, never phones, codes or free text."""
    shortlisted = (award for award in awards if award.shortlisted)
    return tuple(
        PublicNotice(
            number, award.county, award.mentor.name, award.mentor.employer, award.mentor.post,
            award.score.total,
        )
        for number, award in enumerate(shortlisted, 1)
    )  # fmt: skip


class PublicWords(NamedTuple):
    """What 公示 says around its list: paragraphs, with room for what nobody knows yet."""

    title: str
    opening: str
    closing: tuple[str, ...]
    signer: str


def public_words(
    scope: Division, year: int, count: int, as_of: date, settings: Settings
) -> PublicWords:
    """Return the words around a list of `count` mentors, ready to be posted.

    Args:
        scope: The city or county that publishes.
        year: The year of the awards.
        count: How many are listed; without one nothing is asked of the public.
        as_of: The day the data reach to.
        settings: Until when, to whom and over whose name; room is left for what they do not say.
    """
    who = f"{scope.name}{year}年度“金牌导师”"
    first, last = settings.public_period[0] if settings.public_period else (None, None)
    basis = "按照导师帮带制金牌导师评选条件"
    until = f"截至{as_of.year}年{as_of.month}月{as_of.day}日"
    if not count:
        return PublicWords(f"{who}人选公示", f"{basis}，{until}没有符合条件的人选。", (), "")
    return PublicWords(
        f"{who}人选公示",
        f"{basis}，经综合评定（数据{until}），拟确定以下{count}名同志为{who}人选，现予公示。",
        (
            f"公示期：{_day(first)}至{_day(last)}（不少于5个工作日）。",
            "公示期间，对公示人选有异议的，可来电、来信或当面反映，反映情况要实事求是。",
            f"受理单位：{settings.public_receiver}",
            f"监督电话：{settings.public_phone}",
        ),
        settings.public_signer or signer(scope),
    )


def _day(day: date | None) -> str:
    """Return 2026年12月1日, for None room to write a day in: two of them fit on one line."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　年　月　日"


def pool_sizes(pool: Iterable[Mentor]) -> dict[str, int]:
    """Return how many mentors 在库 each county has, 0 where it has others alone."""
    sizes: dict[str, int] = {}
    for mentor in pool:
        active = mentor.status is MentorStatus.ACTIVE
        sizes[mentor.county] = sizes.get(mentor.county, 0) + active
    return sizes


def placed(
    judged: Iterable[Award], sizes: Mapping[str, int], settings: Settings
) -> tuple[Award, ...]:
    """Return the awards in the order of the sheet with their numbers and places."""
    judged = sorted(judged, key=_order)
    quotas = {county: quota(size, settings) for county, size in sizes.items()}
    candidates = {
        award.mentor.mentor_id: (award.mentor.county, award.merit)
        for award in judged
        if award.qualified
    }
    won = places(candidates, quotas)
    return tuple(
        award._replace(number=number, place=won.get(award.mentor.mentor_id))
        for number, award in enumerate(judged, 1)
    )


def _order(award: Award) -> tuple[Any, ...]:
    worse = tuple(-points for points in award.merit)
    return award.mentor.county, not award.qualified, worse, award.mentor.mentor_id
