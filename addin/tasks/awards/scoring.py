"""The four scored items of a gold mentor: 履职, 档案日志, 成效, 满意度.

Each is weight × rate (`settings.gold_weights`), rounded half up to a tenth, and the total is the
sum of what is shown:

- 履职: duties done ÷ duties due or done ahead; the mentor's own (责任方 导师).
- 档案日志: months in order ÷ months owed. This rate is 日志合规率.
- 成效: the mean of aspects raised ÷ aspects to raise and of the mean score at the end of the period
  ÷ the score of 优秀 (at most 1); where only one of them is there, that one.
- 满意度: mean satisfaction ÷ 5.

What `addin.tasks.results` finds nothing of earns nothing: an award is for what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from addin.tasks.shares import exact, mean, points, total
from addin.tasks.tallies import Tally
from addin.tasks.wording import some
from validators.settings import Settings

__all__ = ["ITEMS", "Item", "Score", "score"]

ITEMS = ("履职", "档案日志", "成效", "满意度")

_BEST_SATISFACTION = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One scored item.

    Attributes:
        name: One of `ITEMS`.
        weight: Points at a rate of 1.
        rate: 0 to 1, None where there is nothing to judge by.
        points: weight × rate, to a tenth.
        fact: The numbers the rate is made of, with the IDs that lower it.
    """

    name: str
    weight: Fraction
    rate: Fraction | None
    points: float
    fact: str


@dataclass(frozen=True, slots=True)
class Score:
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
            Item(name, weight, rate, points(weight, rate), fact)
            for name, weight, (rate, fact) in zip(ITEMS, weights, rated, strict=True)
        )
    )


def _duties(tally: Tally) -> str:
    share, undone = tally.duties
    if not share.of:
        return "没有到期或已完成的导师职责"
    late = f"（未完成：{some(undone)}）" if undone else ""
    return f"到期或已完成的导师职责 {share.of} 项，完成 {share.done} 项{late}"


def _months(tally: Tally) -> str:
    share, missed = tally.months.in_order, tally.months.missed
    if not share.of:
        return "没有应联系的月份"
    gaps = [f"{code} {month:%Y-%m}" for code, month in missed]
    lacking = f"（不合规：{some(gaps, '个')}）" if gaps else ""
    return f"应联系 {share.of} 个月次，合规 {share.done} 个{lacking}"


def _results(tally: Tally) -> str:
    return "，".join([*_growth(tally), _finals(tally)])


def _growth(tally: Tally) -> Iterable[str]:
    aspects = [one.aspects for one in tally.raised]
    of, done = sum(one.of for one in aspects), sum(one.done for one in aspects)
    yield f"应提升 {of} 个方面，提升 {done} 个" if of else "没有应提升且已评价的方面"
    if steps := sum(one.steps for one in tally.raised):
        yield f"培养转化 {steps} 次"


def _finals(tally: Tally) -> str:
    if not tally.finals:
        return "没有期满考核"
    scores = mean(exact(one.score) for one in tally.finals)
    return f"期满考核 {len(tally.finals)} 次，平均 {_two(scores)} 分"


def _satisfaction(tally: Tally) -> str:
    if not tally.satisfaction:
        return "没有满意度评价"
    return f"评价 {len(tally.satisfaction)} 次，平均 {_two(tally.mean_satisfaction)} 分"


def _two(number: Fraction | None) -> str:
    return f"{float(number or 0):.2f}".rstrip("0").rstrip(".")
