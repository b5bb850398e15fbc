"""Handle the pairings whose period ends: `bangdai complete` and the button 期满处理.

A pairing ends soon when its 期满日期 is past or within `settings.ending_days` days while it is 帮带中.
Each of them gets a row in 期满考核, in which the clerk types 考核日期, 得分 and 结论. Where these stand,
等次, the statuses and the next period of a renewed pairing follow, and whoever passed and is not
renewed gets a certificate: 出师证书 for an individual who graduates, else 期满证书.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from addin.actions.decisions.consequences import Consequence, consequences, decision_updates
from addin.actions.ledger_set import LedgerSet, check_target, copy_ledger, identify, read_ledgers
from addin.actions.papers import issuing_unit, mentor_of
from validators.ledger import Ledger
from validators.relations import FinalCompletion, final_completions, mentee_places
from validators.settings import Settings
from validators.sheets import CompletionRow, OrganisationRow, PairingRow
from validators.vocabulary import Conclusion, PairingStatus, Rating
from workbooks.file_problems import refuse_existing
from workbooks.files import check_writable, replace_atomically
from workbooks.papers.content import FILE_KIND, CompletionCertificate
from workbooks.papers.workbook import write_completions
from workbooks.updates import SheetUpdate


@dataclass(frozen=True, slots=True)
class EndingPairings:
    """What the ends of pairings change in one ledger.

    Attributes:
        prepared: IDs of the pairings that get a row in 期满考核.
        proposals: What follows from the rows of 期满考核 that are filled in.
        remarks: What keeps pairings from being handled, in sentences.
    """

    prepared: tuple[str, ...]
    proposals: tuple[Consequence, ...]
    remarks: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Return what is prepared, what follows, and what is left to the clerk, a line each."""
        return [
            *(f"{code} 在“期满考核”新增一行" for code in self.prepared),
            *(proposal.sentence for proposal in self.proposals),
            *self.remarks,
        ]

    @property
    def updates(self) -> list[SheetUpdate]:
        """Return all changes of the workbook, one for each sheet."""
        key = CompletionRow.sheet.key
        rows: tuple[Mapping[str, object], ...] = tuple({"pairing_id": it} for it in self.prepared)
        updates = decision_updates(self.proposals)
        changed = next((update for update in updates if update.key == key), SheetUpdate(key))
        others = [update for update in updates if update is not changed]
        if not (rows or changed.cells):
            return others
        return [*others, replace(changed, append=rows)]


def ending_pairings(ledger: Ledger, settings: Settings, as_of: date) -> EndingPairings:
    """Return what is to be done about the pairings that end, as of a day."""
    finals = final_completions(ledger, settings, as_of)
    listed = {code for code in ledger.table(CompletionRow).column("pairing_id") if code}
    table = ledger.table(PairingRow)
    last = as_of + timedelta(days=settings.ending_days)
    prepared, remarks = [], []
    for row, (code, until, status) in enumerate(table.columns("pairing_id", "until", "status")):
        if status is not PairingStatus.RUNNING or until is None or until > last:
            continue
        final = finals.get(code or "")
        renewed = final is not None and final.renews(until, settings.period_months)
        if table.by_single_id.get(code) != row:
            number = table.place(row, "pairing_id").row
            remarks.append(f"结对台账第 {number} 行没有编号或编号重复，请先点“编号补全”或改正")
        elif code not in listed or renewed:
            prepared.append(code)
        elif final and until >= as_of and final.conclusion is not Conclusion.RENEW:
            remarks.append(f"{code} {until} 期满，期满后再点一次，状态随“{final.conclusion}”更新")
        elif final is None:
            remarks.append(f"{code} 在“期满考核”已有一行，请填写考核日期、得分和结论后再点一次")
    proposals = tuple(
        proposal
        for proposal in consequences(ledger, settings, as_of)
        if proposal.decided_in == CompletionRow.sheet.key
    )
    return EndingPairings(tuple(prepared), proposals, tuple(remarks))


# --- certificates ---


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of completion of one ledger, and why wanted pairings have none."""

    unit: str
    certificates: tuple[CompletionCertificate, ...]
    left_out: tuple[str, ...]

    def write(self, out: Path, as_of: date) -> None:
        """Write them as one workbook; only one of papers is replaced.

        Raises:
            WriteRefused: `out` cannot be written.
        """
        check_target(out, FILE_KIND)
        replace_atomically(
            out, lambda draft: write_completions(draft, self.unit, self.certificates, as_of)
        )


def certificates(
    ledger: Ledger, settings: Settings, as_of: date, pairings: Collection[str] = ()
) -> Certificates:
    """Return the certificates of the pairings assessed in the last `settings.ending_days` days.

    Args:
        ledger: Of one workbook.
        settings: What counts as passed.
        as_of: The day.
        pairings: IDs of the wanted pairings, whenever they were assessed; those if given.

    Raises:
        UsageError: There is no such pairing.
    """
    finals = final_completions(ledger, settings, as_of)
    known = ledger.table(PairingRow).by_single_id
    wanted = identify(pairings, dict.fromkeys(known, ""), "“结对台账”中没有结对", "J640402104-001")
    first = as_of - timedelta(days=settings.ending_days)
    codes = wanted or [code for code in known if code in finals and finals[code].day >= first]
    made, left_out = [], []
    for code in codes:
        problem = _no_certificate(finals.get(code))
        certificate = None if problem else _certificate(ledger, finals[code])
        if certificate:
            made.append(certificate)
        else:
            left_out.append(f"{code} 未生成证书：{problem or '该行或其对象的登记有错误'}")
    return Certificates(issuing_unit(ledger), tuple(made), tuple(left_out))


def _no_certificate(final: FinalCompletion | None) -> str:
    """Return why a pairing gets no certificate, "" where it gets one."""
    if final is None:
        return "期满考核未填写完整"
    if final.rating is Rating.UNQUALIFIED:
        return "等次是“不合格”"
    return "结论是“续帮”" if final.conclusion is Conclusion.RENEW else ""


def _certificate(ledger: Ledger, final: FinalCompletion) -> CompletionCertificate | None:
    table = ledger.table(PairingRow)
    pairing = table.record(table.by_single_id[final.pairing_id])
    place = mentee_places(ledger).get(pairing.mentee_id)
    name = place[0].column("name")[place[1]] if place else None
    if not (place and name and pairing.mentor_id and pairing.paired_on and pairing.until):
        return None
    organisation = place[0].model is OrganisationRow
    return CompletionCertificate(
        pairing_id=final.pairing_id,
        mentee=name,
        organisation=organisation,
        mentor=mentor_of(ledger, pairing).name,
        paired_on=pairing.paired_on,
        until=pairing.until,
        rating=final.rating,
        graduated=final.conclusion is Conclusion.GRADUATE and not organisation,
        issued_on=max(final.day, pairing.until),
    )


# --- the command ---


@dataclass(frozen=True, slots=True)
class CompleteResult:
    """What one handling of the ends did.

    Attributes:
        ledgers: The ledger.
        ending: What it changes.
        certificates: What is printed.
        out: The new ledger, None where nothing had to be changed.
        papers: The workbook of certificates, None where there are none.
    """

    ledgers: LedgerSet
    ending: EndingPairings
    certificates: Certificates
    out: Path | None
    papers: Path | None


def complete_pairings(
    path: Path,
    out: Path,
    *,
    as_of: date,
    papers: Path | None = None,
    pairings: Collection[str] = (),
    settings_file: Path | None = None,
) -> CompleteResult:
    """Write a copy of a ledger in which the ends of pairings are handled, and the certificates.

    Args:
        path: A ledger; it stays as it is.
        out: The copy.
        as_of: The day everything is judged by.
        papers: The workbook of certificates; next to `out` without one.
        pairings: IDs of the pairings to certify; those lately assessed if empty.
        settings_file: Settings that win over the ledger's own.

    Raises:
        UsageError: There is no readable ledger, `out` exists, or there is no such pairing.
        WriteRefused: A target cannot be written.
        UpdateRefused: The ledger cannot be copied sheet by sheet.
    """
    papers = papers or out.with_name(f"{out.stem}-期满证书.xlsx")
    refuse_existing(out)
    check_writable(out)
    check_target(papers, FILE_KIND)
    ledgers = read_ledgers(path, as_of=as_of, settings_file=settings_file)
    examined = ledgers.examined[0]
    ending = ending_pairings(examined.ledger, examined.settings, as_of)
    printed = certificates(examined.ledger, examined.settings, as_of, pairings)
    if updates := ending.updates:
        copy_ledger(ledgers, examined, out, updates)
    if printed.certificates:
        printed.write(papers, as_of)
    return CompleteResult(
        ledgers, ending, printed, out if updates else None, papers if printed.certificates else None
    )
