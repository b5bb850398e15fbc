"""Deliveries of ledgers: one of each unit is taken, and every expected unit gets a state."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any

from validators import schema
from validators.divisions import Division, by_code, children, full_name, unit_name, units
from validators.identity import Identity, place_name, unit_named_in
from validators.ledger import Ledger
from validators.sheets import AssessmentRow, LogEntryRow, UnitRow


class ReportState(StrEnum):
    """填报情况 of one unit."""

    REPORTED = "已报"
    MISSING = "未报"
    FAULTY = "有误"
    OTHER_VERSION = "版本不符"
    LAST_YEAR = "上年台账"
    DUPLICATE = "重复"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whom to call: 填报人 and the office phone, which stays unmasked."""

    name: str = ""
    office_phone: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One ledger file that could be read, as its 填报信息 says.

    Attributes:
        file: The workbook.
        digest: SHA-256 of its bytes.
        identity: What tells whose it is.
        county: Name, of its unit or as typed.
        township: Likewise.
        year: 年度, 0 where it is unreadable.
        reporter: Whom to call about it.
        reported_on: 填报时间.
        version: 模板版本.
        newest: The latest day its log or its assessments speak of, none in the future.
        saved: When it was last saved, and when the file was last changed; see `saved_at`.
        content: Returns equal texts for workbooks whose rows are equal.
    """

    file: str
    digest: str
    identity: Identity
    county: str
    township: str
    year: int
    reporter: Reporter
    reported_on: date | None
    version: str
    newest: date | None
    saved: tuple[datetime, ...]
    content: Callable[[], str] = field(compare=False, repr=False)

    @property
    def code(self) -> str:
        """Return the unit that sent it, "" where nobody can tell."""
        return self.identity.maker

    def dated(self, as_of: date) -> date | None:
        """Return 填报时间 unless it lies in the future."""
        return self.reported_on if self.reported_on and self.reported_on <= as_of else None


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """The state of one unit, or of one more file of it."""

    code: str
    county: str
    township: str
    state: ReportState
    file: str = ""
    reporter: Reporter = Reporter()
    reported_on: date | None = None
    errors: int = 0
    warnings: int = 0
    todo: str = ""
    is_further: bool = False

    @property
    def is_expected(self) -> bool:
        """Return whether it counts among 应报: a known unit's, and not a further file of it."""
        return bool(self.code) and not self.is_further

    @property
    def is_received(self) -> bool:
        """Return whether it counts among 已收: last year's ledger is none of this year's."""
        return self.is_expected and self.state not in {ReportState.MISSING, ReportState.LAST_YEAR}


def delivery_of(  # what is known of one file
    ledger: Ledger,
    identity: Identity,
    file: str,
    digest: str,
    as_of: date,
    saved: tuple[datetime, ...],
) -> Delivery:
    """Return what a ledger of one workbook says; blanks where it is unreadable."""
    form = next(iter(ledger.table(UnitRow).records()), None)  # its unreadable fields are None
    county, township = unit_name(identity.maker) if identity.maker else ("", "")
    return Delivery(
        file=file,
        digest=digest,
        identity=identity,
        county=county or getattr(form, "county", None) or "",
        township=township or getattr(form, "township", None) or "",
        year=getattr(form, "year", None) or 0,
        reporter=Reporter(
            getattr(form, "reporter", None) or "", getattr(form, "office_phone", None) or ""
        ),
        reported_on=getattr(form, "reported_on", None),
        version=getattr(form, "template_version", None) or "",
        newest=_newest(ledger, as_of),
        saved=saved,
        content=partial(content_of, ledger),
    )


def _newest(ledger: Ledger, as_of: date) -> date | None:
    """Return the latest day of the log and the assessments, up to a day."""
    days = (
        day
        for model, name in ((LogEntryRow, "date"), (AssessmentRow, "assessed_on"))
        for part in ledger.table(model).this_year().parts
        if name in part.columns
        for day in part.columns[name].values
    )
    return max((day for day in days if day and day <= as_of), default=None)


def content_of(ledger: Ledger) -> str:
    """Return equal texts for workbooks whose rows are equal."""
    digest = hashlib.sha256()
    for part in ledger.parts():
        for name, column in part.columns.items():
            cells = [column.cells.cell(row) for row in range(len(part))]
            digest.update(repr((part.key, name, cells)).encode())
    return digest.hexdigest()


# --- which of several counts ---


class Why(StrEnum):
    """Why a ledger is not taken."""

    COPY = "copy"
    OLDER = "older"
    LAST_YEAR = "last_year"
    BORROWED = "borrowed"
    UNKNOWN = "unknown"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A ledger that is not taken.

    Attributes:
        delivery: The ledger.
        why: The kind of reason.
        reason: The reason in Chinese; what becomes of the file may follow.
        todo: What to do.
    """

    delivery: Delivery
    why: Why
    reason: str
    todo: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The ledgers taken, one of each unit, by unit; and the others by file."""

    taken: list[Delivery]
    left_out: dict[str, LeftOut]


def choose(deliveries: Iterable[Delivery], as_of: date, year: int = 0) -> Choice:
    """Take one delivery of each unit; `year` is the 年度 wanted, that of the day for 0.

    1. A ledger of no known unit, or one that borrowed another unit's code, is no unit's.
    2. Of several of one unit those whose code, names and IDs agree come first.
    3. Of these the one of this 年度, then of the latest 填报时间 that is not in the future, then
       with the newest entry, then saved last is taken. What decides between two is the reason.
    4. Of equal ones whose rows are the same either is taken; where the rows differ, none.
    """
    by_unit: dict[str, list[Delivery]] = defaultdict(list)
    taken, left_out = list[Delivery](), dict[str, LeftOut]()
    for delivery in deliveries:
        if out := _not_a_units(delivery):
            left_out[delivery.file] = out
        else:
            by_unit[delivery.code].append(delivery)
    for group in by_unit.values():
        best = max(group, key=lambda one: (_rank(one, as_of, year), -len(one.file), one.file))
        outs = [_compared(one, best, as_of, year) for one in group if one is not best]
        if any(out.why is Why.UNDECIDED for out in outs):
            other = next(out.delivery for out in outs if out.why is Why.UNDECIDED)
            outs.append(_undecided(best, other))
        else:
            taken.append(best)
        left_out |= {out.delivery.file: out for out in outs}
    return Choice(sorted(taken, key=lambda one: (one.code, one.file)), left_out)


def _not_a_units(delivery: Delivery) -> LeftOut | None:
    identity = delivery.identity
    if identity.is_borrowed:
        return LeftOut(
            delivery, Why.BORROWED,
            f"填报信息填写的是{place_name(identity.named)}，区划代码属于{place_name(identity.code)}",
            "请填报单位核对单位名称、区划代码和各表编号后重新上报",
        )  # fmt: skip
    if not identity.unit:
        said = {identity.named or identity.filed, identity.numbered} - {""}
        names = "、".join(sorted(map(place_name, said)))
        doubt = f"名称和编号指向不同单位（{names}）" if names else "名称、编号、文件名均未写明"
        return LeftOut(
            delivery, Why.UNKNOWN,
            f"无法识别是哪个单位的台账：没有可用的区划代码，{doubt}",
            "请在“填报信息”填写县（区）、乡镇（街道）和 9 位区划代码后重新上报",
        )  # fmt: skip
    return None


def _rank(delivery: Delivery, as_of: date, year: int) -> tuple[Any, ...]:
    """Return what decides between deliveries of one unit, the greater the better."""
    return (
        -delivery.identity.doubt,
        _year_rank(delivery.year, year or as_of.year),
        delivery.dated(as_of) or date.min,
        delivery.newest or date.min,
        delivery.saved,
    )


def _year_rank(year: int, wanted: int) -> int:
    """Put the year wanted first, an unreadable one next, then earlier years, and later ones last."""
    return -year if year > wanted else 2 * year if year else 2 * wanted - 1


def _compared(one: Delivery, best: Delivery, as_of: date, year: int) -> LeftOut:
    """Say why `best` is taken instead of `one` of the same unit: by what they differ first."""
    ranks = zip(_rank(one, as_of, year), _rank(best, as_of, year), strict=True)
    at = next((n for n, (less, more) in enumerate(ranks) if less != more), None)
    if one.digest == best.digest or (at in {None, 4} and one.content() == best.content()):
        return LeftOut(one, Why.COPY, f"与“{best.file}”内容完全相同", "请确认后删除其中一份")
    if at is None:
        return _undecided(one, best)
    reason = f"与“{best.file}”是同一单位的台账，{_words(at, one, best, as_of)}"
    last_year = at == 1 and is_last_years(one, year or as_of.year)
    return LeftOut(
        one,
        Why.LAST_YEAR if last_year else Why.OLDER,
        reason,
        f"请确认“{best.file}”正确，删除本文件",
    )


def _words(at: int, one: Delivery, best: Delivery, as_of: date) -> str:
    """Say what part `at` of the ranks is in which `best` is better."""
    if at == 0:
        return _unsure(one.identity)
    if at == 1:
        return _year_words(one.year, as_of)
    if at == 2:
        return _date_words(one, best, as_of)
    same = "填报时间相同" if one.dated(as_of) else "均无可用的填报时间"
    if at == 3:
        newest = one.newest or "没有记录"
        return f"{same}，最新的记录较早（{newest}，另一份是 {best.newest}）"
    note = int(one.saved[0] == best.saved[0])
    mine, other = (f"{each.saved[note]:%Y-%m-%d %H:%M:%S}" for each in (one, best))
    what = ("文件记录的保存时间", "文件的修改时间")[note]
    return f"{same}、最新的记录也相同，{what}较早（{mine}，另一份是 {other}）"


def _year_words(year: int, as_of: date) -> str:
    if year > as_of.year:
        return f"本文件的年度 {year} 尚未开始"
    return f"本文件是 {year} 年度的" if year else "本文件未写明年度"


def _date_words(one: Delivery, best: Delivery, as_of: date) -> str:
    if one.dated(as_of):
        return f"填报时间较早（{one.reported_on}，另一份是 {best.reported_on}）"
    if one.reported_on:
        return f"本文件的填报时间 {one.reported_on} 晚于今天，无法采信"
    return "本文件没有可用的填报时间"


def _unsure(identity: Identity) -> str:
    """Say what is doubtful in an identity beside a certain one of the same unit."""
    if not identity.code:
        return f"本文件没有可用的区划代码（按{identity.grounds}识别），以写明代码的为准"
    says = {
        "区划代码": identity.code, "单位名称": identity.named, "编号": identity.numbered,
        "文件名": identity.filed,
    }  # fmt: skip
    what, unit = next((w, unit) for w, unit in says.items() if unit not in {"", identity.unit})
    return f"本文件的{what}是{place_name(unit)}的，以代码、名称、编号一致的为准"


def _undecided(one: Delivery, other: Delivery) -> LeftOut:
    return LeftOut(
        one, Why.UNDECIDED,
        f"与“{other.file}”是同一单位的台账，年度、填报时间、最新的记录和保存时间均相同而内容不同，无法确定先后",
        "请核对后只保留正确的一份",
    )  # fmt: skip


# --- whom a file is of, and the state of every unit ---


def expected_units(scope: Division) -> tuple[Division, ...]:
    """Return the townships of a city or county, in code order."""
    if scope.level == "county":
        return children().get(scope.code, ())
    return (scope,) if scope.level == "township" else units(scope.code)


def in_scope(code: str, scope: Division) -> bool:
    """Return whether a unit code lies in `scope`; an unknown one does."""
    return not code or code.startswith(scope.code)


def named_elsewhere(file: str, scope: Division) -> str:
    """Return the place outside `scope` a file's name speaks of, "" if there is none.

    Of a file that cannot be read nothing else tells whose it is.
    """
    if scope.name in file or unit_named_in(file, expected_units(scope)):
        return ""
    outside = [place for place in by_code().values() if not place.code.startswith(scope.code)]
    unit = unit_named_in(file, (place for place in outside if place.level == "township"))
    if unit:
        return full_name(unit)
    counties = [place for place in outside if place.level == "county" and place.name in file]
    return counties[0].name if len(counties) == 1 else ""


def statuses(  # everything that tells a unit's state
    scope: Division,
    choice: Choice,
    unreadable: Mapping[str, str],
    counts: Mapping[str, tuple[int, int]],
    reporters: Mapping[str, Reporter],
    year: int,
    unread: Mapping[str, str] = MappingProxyType({}),
    doubtful: Iterable[str] = (),
) -> list[UnitStatus]:
    """Return the state of every expected unit and of every other file, in unit order.

    Args:
        scope: The city or county that adds up.
        choice: The deliveries that are merged, and those that are not.
        unreadable: By file, why it cannot be read.
        counts: By file, how many errors and warnings it has.
        reporters: By unit code, whom an earlier consolidation knew; for units without a file.
        year: The 年度 the ledgers are wanted of.
        unread: By file, why it was not tried to read and what to do; a unit that has not reported
            is told of those that bear its name.
        doubtful: Those of `unread` that may hold a ledger; told even if they bear no unit's name.
    """
    expected = expected_units(scope)
    states = [_delivered(one, *counts.get(one.file, (0, 0)), year) for one in choice.taken]
    states += [_broken(file, why, expected, reporters) for file, why in unreadable.items()]
    known = {status.code for status in states}
    for out in choice.left_out.values():
        errors = counts.get(out.delivery.file, (0, 0))
        states.append(_left_out(out, *errors, further=out.delivery.code in known))
        known.add(out.delivery.code)
    sent: dict[str, list[str]] = defaultdict(list)
    for file, why in unread.items():
        if unit := unit_named_in(file, expected):
            sent[unit.code].append(_unrecognised(file, why))
    states = [_with_unread(status, sent) for status in states]
    states += [_absent(unit, reporters, sent) for unit in expected if unit.code not in known]
    states += [
        UnitStatus("", "", "", ReportState.FAULTY, file, todo=_unrecognised(file, unread[file]))
        for file in doubtful
        if not unit_named_in(file, expected) and not named_elsewhere(file, scope)
    ]
    return sorted(states, key=lambda s: (not s.code, s.code, s.is_further, s.file))


def _delivered(delivery: Delivery, errors: int, warnings: int, year: int) -> UnitStatus:
    state, todo = ReportState.REPORTED, ""
    if delivery.version and not schema.is_supported(delivery.version):
        state = ReportState.OTHER_VERSION
        todo = f"模板版本是 {delivery.version}，本工具支持到 {schema.TEMPLATE_VERSION}，请核对版本或升级本工具"
    if errors:
        state = ReportState.FAULTY
        todo = f"改正 {errors} 处错误后重新上报，位置见“问题清单”"
    if is_last_years(delivery, year):
        state = ReportState.LAST_YEAR
        todo = f"只收到 {delivery.year} 年度的台账（数据暂按该台账统计），{year} 年度台账尚未上报，请督促报送"
    return UnitStatus(
        delivery.code, delivery.county, delivery.township, state, delivery.file, delivery.reporter, delivery.reported_on,
        errors, warnings, todo,
    )  # fmt: skip


def is_last_years(delivery: Delivery, year: int) -> bool:
    """Return whether a ledger is one of an earlier 年度 than the one wanted."""
    return 0 < delivery.year < year


_STATES = {
    Why.COPY: ReportState.DUPLICATE,
    Why.OLDER: ReportState.DUPLICATE,
    Why.LAST_YEAR: ReportState.LAST_YEAR,
}


def _unrecognised(file: str, why: str) -> str:
    return f"收到无法识别的文件：“{file}”，{why}"


def _with_unread(status: UnitStatus, sent: Mapping[str, Sequence[str]]) -> UnitStatus:
    """Return a unit's state with the files told that may hold the ledger it still owes."""
    if status.state is not ReportState.LAST_YEAR or status.is_further:
        return status
    return replace(status, todo="；".join([status.todo, *sent.get(status.code, ())]))


def _left_out(out: LeftOut, errors: int, warnings: int, *, further: bool) -> UnitStatus:
    delivery, file = out.delivery, out.delivery.file
    unclear = out.why in {Why.UNKNOWN, Why.BORROWED}
    reason = _unrecognised(file, out.reason) if unclear else f"“{file}”{out.reason}"
    return UnitStatus(
        delivery.code, delivery.county, delivery.township,
        _STATES.get(out.why, ReportState.FAULTY), delivery.file, delivery.reporter,
        delivery.reported_on, errors, warnings, f"{reason}，未汇总本文件；{out.todo}",
        is_further=further and bool(delivery.code),
    )  # fmt: skip


def _broken(
    file: str, why: str, expected: Iterable[Division], reporters: Mapping[str, Reporter]
) -> UnitStatus:
    unit = unit_named_in(file, expected)
    code = unit.code if unit else ""
    county, township = unit_name(code) if code else ("", "")
    return UnitStatus(
        code, county, township, ReportState.FAULTY, file, reporters.get(code, Reporter()),
        errors=1, todo=f"{_unrecognised(file, why)}，请重新上报",
    )  # fmt: skip


def _absent(
    unit: Division, reporters: Mapping[str, Reporter], sent: Mapping[str, Sequence[str]]
) -> UnitStatus:
    county, township = unit_name(unit.code)
    got = "；".join(sent.get(unit.code, ())) or "尚未上报，请督促报送"
    return UnitStatus(
        unit.code, county, township, ReportState.MISSING,
        reporter=reporters.get(unit.code, Reporter()), todo=got,
    )  # fmt: skip
