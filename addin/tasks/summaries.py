"""Roll one ledger up: `summarise(ledger)` counts its accepted rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from addin.tasks.assessed import assessments
from addin.tasks.contact_rows import contact_rows
from addin.tasks.figures import NO_SCORES, Figures, Summary
from addin.tasks.organisations import meets_closing_condition
from validators.findings import Finding
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    IndividualRow,
    LogRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import (
    ContactForm,
    MenteeStatus,
    MentorStatus,
    OrganisationStatus,
    PairingStatus,
)

__all__ = ["quarter_start", "summarise"]

_SEEKING = frozenset({"待结对", "帮带中"})


def summarise(
    ledger: Ledger, as_of: date, settings: Settings, findings: Iterable[Finding] = ()
) -> Summary:
    """Count the accepted rows of one workbook's ledger.

    Args:
        ledger: A ledger of one workbook after validation.
        as_of: The day everything is judged by.
        settings: For the closing condition.
        findings: What validation said of the workbook.
    """
    code = next((code for code in ledger.unit_codes.values() if code), "")
    levels = Counter(finding.level.value for finding in findings)
    return Summary(
        {
            code: Figures(
                mentors=sum(
                    s is MentorStatus.ACTIVE for (s,) in _rows(ledger, MentorRow, "status")
                ),
                **_mentees(ledger),
                **_contacts(ledger, as_of),
                **_aspects(ledger, as_of),
                **_organisations(ledger, settings),
                **_row_counts(ledger),
                assessments=_assessments(ledger, as_of),
                completions=_tally(ledger, CompletionRow, "rating"),
                conversions=_tally(ledger, ConversionRow, "to_stage"),
                findings=dict(sorted(levels.items())),
            )
        }
    )


def quarter_start(day: date) -> date:
    """Return the first day of the quarter of `day`."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _rows(ledger: Ledger, model: type[Row], *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield the values of accepted rows."""
    table = ledger.table(model)
    for taken, row in zip(table.accepted(), table.columns(*names), strict=True):
        if taken:
            yield row


def _tally(ledger: Ledger, model: type[Row], name: str) -> dict[str, int]:
    counted = Counter(str(value) for (value,) in _rows(ledger, model, name) if value is not None)
    return dict(sorted(counted.items()))


def _mentees(ledger: Ledger) -> dict[str, Any]:
    running = [
        (mentor, mentee)
        for mentor, mentee, status in _rows(ledger, PairingRow, "mentor_id", "mentee_id", "status")
        if status is PairingStatus.RUNNING
    ]
    paired = {mentee for _, mentee in running}
    figures: dict[str, Any] = {
        "pairings": len(running),
        "engaged": frozenset(mentor for mentor, _ in running),
    }
    models: tuple[tuple[str, type[Row], Any], ...] = (
        ("individuals", IndividualRow, MenteeStatus.LEFT),
        ("organisations", OrganisationRow, OrganisationStatus.LEFT),
    )
    for name, model, left in models:
        rows = list(_rows(ledger, model, "mentee_id", "status"))
        seeking = [mentee for mentee, status in rows if status in _SEEKING]
        figures[name] = sum(status is not left for _, status in rows)
        figures[f"seeking_{name}"] = len(seeking)
        figures[f"paired_{name}"] = sum(mentee in paired for mentee in seeking)
    return figures


def _contacts(ledger: Ledger, as_of: date) -> dict[str, Any]:
    log = ledger.table(LogRow)
    contacts = contact_rows(log, as_of)
    months: Counter[str] = Counter()
    for day, times in Counter(contacts.day.tolist()).items():
        months[f"{date.fromordinal(day):%Y-%m}"] += times
    of_entry = log.column("form")
    forms = Counter(of_entry[row] for row in contacts.row.tolist())
    return {
        "entries": sum(log.accepted()),
        "contacts": dict(sorted(months.items())),
        "online": forms[ContactForm.ONLINE],
        "offline": forms[ContactForm.OFFLINE],
    }


def _aspects(ledger: Ledger, as_of: date) -> dict[str, Any]:
    series = assessments(ledger, as_of)
    rated, before, after = ([0] * len(ASPECT_FIELDS) for _ in range(3))
    for model in (IndividualRow, OrganisationRow):
        for mentee, *baseline in _rows(ledger, model, "mentee_id", *ASPECT_FIELDS):
            newest_scores = series[mentee][-1].scores if mentee in series else NO_SCORES
            for i, (first, last) in enumerate(zip(baseline, newest_scores, strict=True)):
                if first and last:
                    rated[i] += 1
                    before[i] += first
                    after[i] += last
    return {"rated": tuple(rated), "before": tuple(before), "after": tuple(after)}


def _assessments(ledger: Ledger, as_of: date) -> int:
    first = quarter_start(as_of)
    return sum(first <= day <= as_of for (day,) in _rows(ledger, AssessmentRow, "assessed_on"))


def _organisations(ledger: Ledger, settings: Settings) -> dict[str, Any]:
    closable = closed = 0
    names = ("status", "inspection_score", "votes", "votes_against")
    for status, score, votes, against in _rows(ledger, OrganisationRow, *names):
        if status is OrganisationStatus.CLOSED:
            closed += 1
        elif status in _SEEKING:
            closable += bool(meets_closing_condition(score, votes, against, settings))
    return {"closable": closable, "closed": closed}


def _row_counts(ledger: Ledger) -> dict[str, Any]:
    parts = [part for table in ledger.tables.values() for part in table.parts]
    rejected, ignored = (sum(len(p.rejected) for p in parts), sum(p.ignored for p in parts))
    used = sum(map(len, parts))
    return {
        "rows": used + ignored,
        "accepted": used - rejected,
        "rejected": rejected,
        "ignored": ignored,
    }
