"""Deliveries of ledgers: one of each unit is taken, and every expected unit gets a state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from validators import schema
from validators.divisions import Division, by_code, children, full_name, unit_name, units
from validators.ledger import Ledger
from validators.sheets import UnitRow


class ReportState(StrEnum):
    """填报情况 of one unit."""

    REPORTED = "已报"
    MISSING = "未报"
    FAULTY = "有误"
    OTHER_VERSION = "版本不符"
    DUPLICATE = "重复"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whom to call: 填报人 and the office phone, which stays unmasked."""

    name: str = ""
    office_phone: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One ledger file that could be read, as its 填报信息 says."""

    file: str
    digest: str
    code: str
    county: str
    township: str
    year: int
    reporter: Reporter
    reported_on: date | None
    version: str

    @property
    def rank(self) -> tuple[int, date, str]:
        """Return what decides between two deliveries of one unit: the greater one is taken."""
        return self.year, self.reported_on or date.min, self.file

    def left_out_for(self, best: Delivery) -> str:
        """Say why `best` is taken instead, to follow 与“…”."""
        return "内容完全相同" if self.digest == best.digest else "是同一单位的台账，填报时间较早"


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

    @property
    def is_expected(self) -> bool:
        """Return whether it counts among 应报: a known unit's, and not a further file of it."""
        return bool(self.code) and self.state is not ReportState.DUPLICATE


def delivery_of(ledger: Ledger, file: str, digest: str) -> Delivery:
    """Return what the form of a ledger of one workbook says; blanks where it is unreadable."""
    form = next(iter(ledger.table(UnitRow).records()), None)  # its unreadable fields are None
    code = getattr(form, "code", None) or ""
    county, township = unit_name(code) if code else ("", "")
    return Delivery(
        file=file,
        digest=digest,
        code=code if county else "",
        county=county or getattr(form, "county", None) or "",
        township=township or getattr(form, "township", None) or "",
        year=getattr(form, "year", None) or 0,
        reporter=Reporter(
            getattr(form, "reporter", None) or "", getattr(form, "office_phone", None) or ""
        ),
        reported_on=getattr(form, "reported_on", None),
        version=getattr(form, "template_version", None) or "",
    )


def choose(deliveries: Iterable[Delivery]) -> tuple[list[Delivery], dict[str, Delivery]]:
    """Take one delivery of each unit: the latest 年度, then 填报时间, then file name.

    Deliveries without a known unit are all taken.

    Returns:
        Those taken, by unit and file; and for each file left out the delivery taken instead.
    """
    by_unit: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_unit[delivery.code or f"?{delivery.file}"].append(delivery)
    taken: list[Delivery] = []
    superseded: dict[str, Delivery] = {}
    for group in by_unit.values():
        best = max(group, key=lambda delivery: delivery.rank)
        taken.append(best)
        superseded |= {delivery.file: best for delivery in group if delivery is not best}
    return sorted(taken, key=_by_unit), superseded


def _by_unit(delivery: Delivery) -> tuple[bool, str, str]:
    return not delivery.code, delivery.code, delivery.file


def expected_units(scope: Division) -> tuple[Division, ...]:
    """Return the townships of a city or county, in code order."""
    if scope.level == "county":
        return children().get(scope.code, ())
    return (scope,) if scope.level == "township" else units(scope.code)


def in_scope(code: str, scope: Division) -> bool:
    """Return whether a unit code lies in `scope`; an unknown one does."""
    return not code or code.startswith(scope.code)


def named_unit(file: str, expected: Iterable[Division]) -> Division | None:
    """Return the township a file's name speaks of, None if there is none or several."""
    named = [unit for unit in expected if unit.name in file]
    if len(named) > 1:
        counties = {unit: by_code()[unit.parent_code].name for unit in named}
        named = [unit for unit in named if full_name(unit) in file or counties[unit] in file]
    return named[0] if len(named) == 1 else None


def named_elsewhere(file: str, scope: Division) -> str:
    """Return the place outside `scope` a file's name speaks of, "" if there is none.

    Of a file that cannot be read nothing else tells whose it is.
    """
    if scope.name in file or named_unit(file, expected_units(scope)):
        return ""
    outside = [place for place in by_code().values() if not place.code.startswith(scope.code)]
    unit = named_unit(file, (place for place in outside if place.level == "township"))
    if unit:
        return full_name(unit)
    counties = [place for place in outside if place.level == "county" and place.name in file]
    return counties[0].name if len(counties) == 1 else ""


def statuses(
    scope: Division,
    taken: Sequence[Delivery],
    superseded: Mapping[str, tuple[Delivery, Delivery]],
    unreadable: Mapping[str, str],
    counts: Mapping[str, tuple[int, int]],
    reporters: Mapping[str, Reporter],
) -> list[UnitStatus]:
    """Return the state of every expected unit and of every other file, in unit order.

    Args:
        scope: The city or county that adds up.
        taken: The deliveries that are merged.
        superseded: By file, a delivery left out and the one taken instead.
        unreadable: By file, why it cannot be read.
        counts: By file, how many errors and warnings it has.
        reporters: By unit code, whom an earlier consolidation knew; for units without a file.
    """
    expected = expected_units(scope)
    states = [_delivered(delivery, *counts.get(delivery.file, (0, 0))) for delivery in taken]
    states += [_left_out(delivery, best) for delivery, best in superseded.values()]
    states += [_broken(file, why, expected, reporters) for file, why in unreadable.items()]
    known = {status.code for status in states}
    states += [_absent(unit, reporters) for unit in expected if unit.code not in known]
    return sorted(states, key=lambda s: (not s.code, s.code, s.state == "重复", s.file))


def _delivered(delivery: Delivery, errors: int, warnings: int) -> UnitStatus:
    state, todo = ReportState.REPORTED, ""
    if delivery.version and not schema.is_supported(delivery.version):
        state = ReportState.OTHER_VERSION
        todo = f"模板版本是 {delivery.version}，本工具只认到 {schema.TEMPLATE_VERSION}，请核对版本或升级本工具"
    if errors:
        state = ReportState.FAULTY
        todo = f"改正 {errors} 处错误后重新上报，位置见“问题清单”"
    if not delivery.code:
        state = ReportState.FAULTY
        todo = "“填报信息”的区划代码认不出是哪个单位，请核对后重新上报"
    return UnitStatus(
        delivery.code, delivery.county, delivery.township, state, delivery.file, delivery.reporter, delivery.reported_on,
        errors, warnings, todo,
    )  # fmt: skip


def _left_out(delivery: Delivery, best: Delivery) -> UnitStatus:
    same = "内容与它完全相同" if delivery.digest == best.digest else "它的填报时间较晚"
    todo = f"已采用“{best.file}”（{same}），请确认后删去本文件"
    return UnitStatus(
        delivery.code, delivery.county, delivery.township, ReportState.DUPLICATE, delivery.file,
        delivery.reporter, delivery.reported_on, todo=todo,
    )  # fmt: skip


def _broken(
    file: str, why: str, expected: Iterable[Division], reporters: Mapping[str, Reporter]
) -> UnitStatus:
    unit = named_unit(file, expected)
    code = unit.code if unit else ""
    county, township = unit_name(code) if code else ("", "")
    return UnitStatus(
        code, county, township, ReportState.FAULTY, file, reporters.get(code, Reporter()),
        errors=1, todo=f"{why}，请重新上报",
    )  # fmt: skip


def _absent(unit: Division, reporters: Mapping[str, Reporter]) -> UnitStatus:
    county, township = unit_name(unit.code)
    return UnitStatus(
        unit.code, county, township, ReportState.MISSING,
        reporter=reporters.get(unit.code, Reporter()), todo="没有收到台账，请催报",
    )  # fmt: skip
