"""Problems of units in a period: who has not reported, who lags, whose mentees are flagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from addin.domain import results
from addin.domain.bulletin import percent
from addin.domain.deliveries import ReportState, UnitStatus
from addin.domain.reports.figures import PeriodFigures, PeriodResult
from validators.divisions import Division, unit_name
from validators.vocabulary import Alert

_NOT_IN = frozenset({ReportState.MISSING, ReportState.LAST_YEAR})


@dataclass(frozen=True, slots=True)
class UnitProblems:
    """What is wrong with one unit; all of it empty where nothing is.

    Attributes:
        code: The unit.
        name: As a reader of the scope knows it.
        state: How it reported, None where it need not.
        figures: Of the period, None where it has none.
        words: The problems, a few words each.
    """

    code: str
    name: str
    state: ReportState | None
    figures: PeriodFigures | None
    words: tuple[str, ...]


def unit_label(code: str, scope: Division) -> str:
    """Return how a unit is called within a scope: 开城镇 in its county, 原州区开城镇 in the city."""
    county, township = unit_name(code)
    name = township or "本级"
    if not code:
        return "未识别单位"
    return name if scope.level != "city" and township else f"{county}{name}"


def unit_problems(
    scope: Division, result: PeriodResult, states: Sequence[UnitStatus]
) -> tuple[UnitProblems, ...]:
    """Return every unit that is expected or has figures, the worst first."""
    state_of = {unit.code: unit.state for unit in states if unit.is_expected}
    least = _least(result) / 100
    every = []
    for code in sorted({*state_of, *result.units}):
        figures, state = result.units.get(code), state_of.get(code)
        words = tuple(_words(state, figures, least))
        every.append(UnitProblems(code, unit_label(code, scope), state, figures, words))
    return tuple(sorted(every, key=_gravity))


def _words(state: ReportState | None, figures: PeriodFigures | None, least: float) -> Iterator[str]:
    if state in _NOT_IN:
        yield "台账未报" if state is ReportState.MISSING else "只报了上年台账"
    elif state is not None and state is not ReportState.REPORTED:
        yield "台账有错误" if state is ReportState.FAULTY else str(state)
    if figures is None:
        return
    if figures.red:
        yield f"红色预警 {figures.red} 个"
    for name, share in (("按月联系率", figures.contact_rate), ("职责完成率", figures.duty_rate)):
        if share is not None and share < least:
            yield f"{name} {percent(share, 100 * least)}"
    waiting = figures.stock.seeking - figures.stock.paired
    if waiting:
        yield f"未结对 {waiting} 个"


def _gravity(unit: UnitProblems) -> tuple[object, ...]:
    figures = unit.figures or PeriodFigures()
    return -len(unit.words), unit.state not in _NOT_IN, -figures.red, -figures.yellow, unit.code


def some(words: Sequence[str], counter: str) -> str:
    """Return the words as `results.some` does, without spaces around the number, as in papers."""
    return results.some(words, counter).replace(" ", "")


# --- sentences ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProblemSentence:
    """A problem of the period, and what is required because of it."""

    problem: str
    todo: str


def problem_sentences(
    scope: Division, result: PeriodResult, problems: Sequence[UnitProblems]
) -> tuple[ProblemSentence, ...]:
    """Return the problems of a period, each with its requirement; none where there are none."""
    return tuple(
        sentence
        for found in (_reporting(problems, result.period.first.year), _flags(scope, result), _contacts(problems, result),
                      _duties(problems, result), _unpaired(problems))
        for sentence in found
    )  # fmt: skip


def _reporting(problems: Sequence[UnitProblems], year: int) -> Iterator[ProblemSentence]:
    by_code = sorted(problems, key=lambda unit: unit.code)
    if missing := [unit.name for unit in by_code if unit.state in _NOT_IN]:
        yield ProblemSentence(
            f"台账报送不到位。{some(missing, '个单位')}未报送{year}年度台账",
            "未报送台账的单位要立即补报，今后按时报送",
        )
    if faulty := [unit.name for unit in by_code if unit.state is ReportState.FAULTY]:
        yield ProblemSentence(
            f"台账质量不高。{some(faulty, '个单位')}报送的台账有错误",
            "台账有错误的单位要对照问题清单逐条改正，重新报送",
        )


def _flags(scope: Division, result: PeriodResult) -> Iterator[ProblemSentence]:
    red = [flag for flag in result.flags if flag.level is Alert.RED]
    if not red:
        return
    units = result.facts.ledger.unit_codes
    counted = Counter(unit_label(units.get(flag.file, ""), scope) for flag in red)
    where = some([f"{name}{n}个" for name, n in counted.most_common()], "个单位")
    rules = Counter(hit.name for flag in red for hit in flag.hits)
    why = "、".join(name for name, _ in rules.most_common(3))
    yield ProblemSentence(
        f"部分对象帮带成效不明显。期末红色预警{len(red)}个（{where}），主要是{why}",
        "红色预警对象由所在乡镇（街道）逐个约谈导师和对象，落实干预措施，处理情况记入预警名单",
    )


def _contacts(problems: Sequence[UnitProblems], result: PeriodResult) -> Iterator[ProblemSentence]:
    if behind := _behind(problems, result, lambda f: f.contact_rate):
        yield ProblemSentence(
            f"日常联系不经常。{behind}按月联系率低于{_least(result):g}%",
            "联系不经常的单位要督促导师每月至少联系对象一次，如实记录，不得事后补造",
        )


def _duties(problems: Sequence[UnitProblems], result: PeriodResult) -> Iterator[ProblemSentence]:
    if behind := _behind(problems, result, lambda f: f.duty_rate):
        yield ProblemSentence(
            f"职责落实有差距。{behind}到期职责完成率低于{_least(result):g}%",
            "逾期职责要逐项明确完成时限，由乡镇（街道）跟踪落实",
        )


def _unpaired(problems: Sequence[UnitProblems]) -> Iterator[ProblemSentence]:
    waiting = {
        unit.name: unit.figures.stock.seeking - unit.figures.stock.paired
        for unit in problems
        if unit.figures and unit.figures.stock.seeking > unit.figures.stock.paired
    }
    if waiting:
        listed = sorted(waiting, key=lambda name: (-waiting[name], name))
        where = some([f"{name}{waiting[name]}个" for name in listed], "个单位")
        yield ProblemSentence(
            f"部分对象尚未结对。{sum(waiting.values())}个对象尚无导师（{where}）",
            "未结对的对象要尽快安排导师，本单位没有合适人选的报县级统筹",
        )


def _least(result: PeriodResult) -> float:
    """Return 联系完成率下限 in percent."""
    return result.facts.settings.contact_rate


def _behind(
    problems: Sequence[UnitProblems],
    result: PeriodResult,
    share_of: Callable[[PeriodFigures], float | None],
) -> str:
    """Return the units whose share lies below 联系完成率下限, the lowest first."""
    least = _least(result)
    rated = [(share_of(unit.figures), unit.code, unit.name) for unit in problems if unit.figures]
    behind = sorted(each for each in rated if each[0] is not None and each[0] < least / 100)
    return some([f"{name}（{percent(share, least)}）" for share, _, name in behind], "个单位")
