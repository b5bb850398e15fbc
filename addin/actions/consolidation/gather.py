"""Choose one ledger of each unit, compare the chosen ones and add them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

from addin.actions.found_files import file_finding
from addin.actions.validate import Examination, ExaminedLedger, left_out_finding
from addin.domain import deliveries
from addin.domain.summaries import Summary, merge, summarise, with_findings
from validators.divisions import Division
from validators.findings import NOT_READ, Finding, Report
from validators.normalise import squeeze
from validators.settings import Settings
from validators.sheets import UnitRow
from validators.vocabulary import Level


@dataclass(frozen=True)
class ConsolidationInput:
    """What is merged and what is known of the rest.

    Attributes:
        examined: The ledgers that are merged, in unit order.
        report: Findings on them and on the files left out; row accounts of the merged ones.
        states: The state of every unit.
    """

    examined: list[ExaminedLedger]
    report: Report
    states: list[deliveries.UnitStatus]

    @cached_property
    def summary(self) -> Summary:
        """Return the figures by unit; all cells of the ledgers must be there."""
        as_of = self.report.as_of
        return self.added_up(summarise(one.ledger, as_of, one.settings) for one in self.examined)

    def added_up(self, summaries: Iterable[Summary]) -> Summary:
        """Return the figures by unit.

        Args:
            summaries: Of the ledgers, in order, findings not counted.
        """
        levels = _levels(self.report.findings)
        return merge(
            with_findings(
                summary, {level.value: n for level, n in levels.get(one.file, Counter()).items()}
            )
            for one, summary in zip(self.examined, summaries, strict=True)
        )


def gather(
    scope: Division,
    examination: Examination,
    superior: Settings | None = None,
    reporters: Mapping[str, deliveries.Reporter] | None = None,
    year: int | None = None,
) -> ConsolidationInput:
    """Choose one ledger of each unit in `scope` and compare them.

    Args:
        scope: The city or county that adds up.
        examination: All files; its row rejections grow by what comparing finds.
        superior: Settings that win over each ledger's own.
        reporters: By unit code, whom an earlier consolidation knew.
        year: The 年度 a report is of, for which later ledgers do not count; that of the day if None.
    """
    examined = {ledger.file: ledger for ledger in examination.examined}
    delivered = [ledger.delivery(examination.as_of) for ledger in examination.examined]
    inside = [one for one in delivered if deliveries.in_scope(one.code, scope)]
    later = [one for one in inside if year and one.year > year]
    wanted = year or examination.as_of.year
    choice = deliveries.choose(
        (one for one in inside if one not in later), examination.as_of, wanted
    )
    merged = [examined[delivery.file] for delivery in choice.taken]
    elsewhere = {
        finding.file: place
        for finding in examination.unreadable
        if (place := deliveries.named_elsewhere(finding.file, scope))
    }
    unreadable = [each for each in examination.unreadable if each.file not in elsewhere]
    outputs = [each for each in unreadable if each.code == "file.other_kind"]
    unreadable = [each for each in unreadable if each not in outputs]
    notices = [
        *(each._replace(level=Level.WARNING, code=NOT_READ) for each in outputs),
        *(each for each in examination.notices if each.file not in elsewhere),
        *_unreadable_outside(elsewhere, scope),
        *_left_out(choice, examined),
        *_outside(delivered, scope),
        *_other_years(choice, later, wanted),
    ]
    own = replace(examination, examined=merged, unreadable=unreadable, notices=notices)
    report = own.report(superior)
    states = deliveries.statuses(
        scope,
        choice,
        {finding.file: _why_unread(finding) for finding in unreadable},
        {
            file: (levels[Level.ERROR], levels[Level.WARNING])
            for file, levels in _levels(report.findings).items()
        },
        reporters or {},
        wanted,
        {
            f.file: f"{f.message.replace('未读取：', '是', 1)}，{f.suggestion}"
            for f in notices
            if f.code == NOT_READ
        },
        [f.file for f in examination.notices if f.code == NOT_READ and f.level is Level.WARNING],
    )
    return ConsolidationInput(merged, report, states)


def _left_out(
    choice: deliveries.Choice, examined: Mapping[str, ExaminedLedger]
) -> Iterable[Finding]:
    """Yield why files are left out, and of one with another unit's code what is wrong on its form."""
    for file, out in choice.left_out.items():
        yield left_out_finding(out, "file.superseded", "未汇总本文件")
        if out.why is deliveries.Why.BORROWED:
            named = {UnitRow.sheet.name}
            yield from (f for f in examined[file].findings if squeeze(f.sheet) in named)


def _other_years(
    choice: deliveries.Choice, later: Iterable[deliveries.Delivery], year: int
) -> Iterable[Finding]:
    for delivery in choice.taken:
        if deliveries.is_last_years(delivery, year):
            yield file_finding(
                delivery.file, "file.last_year", Level.WARNING,
                f"是 {delivery.year} 年度的台账，{year} 年度台账尚未上报，数据暂按该台账统计",
                f"请督促报送 {year} 年度的台账",
            )  # fmt: skip
    for delivery in later:
        yield file_finding(
            delivery.file, "file.later_year", Level.WARNING,
            f"是 {delivery.year} 年度的台账，不作为 {year} 年度的数据，未计入",
            f"请提供 {year} 年度的台账",
        )  # fmt: skip


def _outside(delivered: Iterable[deliveries.Delivery], scope: Division) -> Iterable[Finding]:
    for delivery in delivered:
        if not deliveries.in_scope(delivery.code, scope):
            yield file_finding(
                delivery.file, "file.out_of_scope", Level.WARNING,
                f"{delivery.county}{delivery.township}不属于{scope.name}，未汇总本文件",
                "请核对汇总范围或区划代码",
            )  # fmt: skip


def _unreadable_outside(elsewhere: Mapping[str, str], scope: Division) -> Iterable[Finding]:
    for file, place in elsewhere.items():
        yield file_finding(
            file, "file.out_of_scope", Level.WARNING,
            f"文件无法打开，文件名为{place}，不属于{scope.name}，未计入",
            "请核对汇总范围或文件名",
        )  # fmt: skip


def _why_unread(finding: Finding) -> str:
    """Return why a file cannot be read; of what is no ledger also how to get one."""
    return (
        f"{finding.message}，{finding.suggestion}"
        if finding.code == "file.not_ledger"
        else finding.message
    )


def _levels(findings: Iterable[Finding]) -> dict[str, Counter[Level]]:
    """Return how many findings of each level every file has."""
    levels: dict[str, Counter[Level]] = {}
    for (file, level), count in Counter(map(attrgetter("file", "level"), findings)).items():
        levels.setdefault(file, Counter())[level] = count
    return levels
