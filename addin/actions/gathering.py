"""Choose the ledgers to merge, and add them up: the second step of a consolidation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from addin.actions.examining import Examination, Examined
from addin.actions.sources import file_finding
from addin.tasks.figures import Summary, merge
from addin.tasks.reporting import (
    Contact,
    Delivery,
    UnitStatus,
    choose,
    delivery_of,
    in_scope,
    statuses,
)
from addin.tasks.summaries import summarise
from validators.divisions import Division
from validators.findings import Finding, Report
from validators.settings import Settings
from validators.vocabulary import Level

__all__ = ["Gathered", "gather"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is merged and what is known of the rest.

    Attributes:
        examined: The ledgers that are merged, in unit order.
        report: Findings on them and on the files left out; row accounts of the merged ones.
        summary: Figures by unit.
        states: The state of every unit.
    """

    examined: list[Examined]
    report: Report
    summary: Summary
    states: list[UnitStatus]


def gather(
    scope: Division,
    examination: Examination,
    superior: Settings | None = None,
    contacts: Mapping[str, Contact] | None = None,
) -> Gathered:
    """Take one ledger of each unit in `scope`, compare them and add them up.

    Args:
        scope: The city or county that adds up.
        examination: All files; its row rejections grow by what comparing finds.
        superior: Settings that win over each ledger's own.
        contacts: By unit code, whom an earlier consolidation knew.
    """
    examined = {one.file: one for one in examination.examined}
    deliveries = {file: delivery_of(one.ledger, file, one.digest) for file, one in examined.items()}
    taken, superseded = choose(one for one in deliveries.values() if in_scope(one.code, scope))
    merged = [examined[one.file] for one in taken]
    said = [*_superseded(deliveries, superseded), *_outside(deliveries.values(), scope)]
    notices = [*examination.notices, *said]
    report = replace(examination, examined=merged, notices=notices).report(superior)
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(finding.file, []).append(finding)
    states = statuses(
        scope,
        taken,
        {file: (deliveries[file], best) for file, best in superseded.items()},
        {finding.file: finding.message for finding in examination.unreadable},
        {file: _levels(found) for file, found in by_file.items()},
        contacts or {},
    )
    summary = merge(
        summarise(one.ledger, report.as_of, one.settings, by_file.get(one.file, ()))
        for one in merged
    )
    return Gathered(merged, report, summary, states)


def _superseded(
    deliveries: Mapping[str, Delivery], superseded: Mapping[str, Delivery]
) -> Iterable[Finding]:
    for file, best in superseded.items():
        reason = deliveries[file].left_out_for(best)
        yield file_finding(
            file, "file.superseded", Level.WARNING,
            f"与“{best.file}”{reason}，没有汇总本文件", "请确认采用的一份正确，删去另一份",
        )  # fmt: skip


def _outside(deliveries: Iterable[Delivery], scope: Division) -> Iterable[Finding]:
    for one in deliveries:
        if not in_scope(one.code, scope):
            yield file_finding(
                one.file, "file.out_of_scope", Level.WARNING,
                f"{one.county}{one.township}不属于{scope.name}，没有汇总本文件",
                "请核对汇总范围或区划代码",
            )  # fmt: skip


def _levels(findings: Iterable[Finding]) -> tuple[int, int]:
    counted = Counter(finding.level for finding in findings)
    return counted[Level.ERROR], counted[Level.WARNING]
