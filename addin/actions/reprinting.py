"""The papers of pairings that stand in 结对台账, once more: `bangdai papers`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin.actions.appointing import Term, appointments
from addin.actions.pairing_papers import Agreed, papers_on
from addin.actions.together import Together, read_together
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.rules.relations import mentee_places
from validators.sheets import DutyRow, PairingRow
from workbooks.files import check_writable, refuse_foreign, replace_atomically
from workbooks.printed.content import FILE_KIND, Duty
from workbooks.printed.writer import write_papers

__all__ = ["Reprinted", "latest_pairings", "print_papers", "reprint"]

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Reprinted:
    """What was written.

    Attributes:
        pairings: IDs of the pairings with papers.
        left_out: Why wanted pairings have none, in sentences.
        out: The workbook.
    """

    pairings: tuple[str, ...]
    left_out: tuple[str, ...]
    out: Path

    @property
    def exit_code(self) -> int:
        """Return 1 if a wanted pairing has no papers, else 0."""
        return 1 if self.left_out else 0


def reprint(path: Path, out: Path, *, as_of: date, pairings: Collection[str] = ()) -> Reprinted:
    """Write the papers of pairings of the ledger in a file; see `print_papers`.

    Raises:
        UsageError: As `print_papers`; the ledger cannot be read.
        WriteRefused: `out` cannot be written.
    """
    _check(out)
    return print_papers(read_together(path, as_of=as_of), out, as_of=as_of, pairings=pairings)


def print_papers(
    together: Together, out: Path, *, as_of: date, pairings: Collection[str] = ()
) -> Reprinted:
    """Write certificates, agreements and the ceremony list of pairings as one workbook.

    Made right after a confirmation they are those the confirmation itself writes; only the name of
    another township's mentor is then known no more.

    Args:
        together: One ledger.
        out: The workbook; only one of papers is replaced.
        as_of: The day of the papers.
        pairings: IDs of the wanted pairings; those of the latest 结对日期 if empty.

    Raises:
        UsageError: There are several ledgers, no such pairing, or none papers can be made of.
        WriteRefused: `out` cannot be written.
    """
    if len(together.examined) != 1:
        raise UsageError("聘书与协议一次只为一个乡镇的台账制作", "请给出一个台账文件")
    _check(out)
    ledger, settings = together.ledger, together.settings
    wanted = list(dict.fromkeys(code.strip().upper() for code in pairings))
    wanted = wanted or latest_pairings(ledger)
    _refuse_unknown(ledger, wanted)
    agreed = _agreed(ledger, set(wanted))
    left_out = tuple(_left_out(wanted, {one.pairing_id for one in agreed}))
    if not agreed:
        raise UsageError(
            "；".join(left_out) or "“结对台账”里还没有结对", "请先确认结对，或改正校验结果中的错误"
        )
    given = tuple(
        appointments(ledger, [Term(one.mentor_id, one.paired_on, one.until) for one in agreed])
    )
    papers = papers_on(ledger, settings, agreed, given, as_of)
    replace_atomically(out, lambda draft: write_papers(draft, papers))
    return Reprinted(tuple(one.pairing_id for one in agreed), left_out, out)


def latest_pairings(ledger: Ledger) -> list[str]:
    """Return the IDs of the pairings made on the latest 结对日期, in the order of the sheet."""
    table = ledger.table(PairingRow)
    days = {
        code: day
        for code, day, taken in zip(
            table.column("pairing_id"), table.column("paired_on"), table.accepted(), strict=True
        )
        if taken and code and day
    }
    last = max(days.values(), default=None)
    return [code for code, day in days.items() if day == last]


def _check(out: Path) -> None:
    refuse_foreign(out, FILE_KIND)
    check_writable(out)


def _refuse_unknown(ledger: Ledger, wanted: Collection[str]) -> None:
    known = ledger.table(PairingRow).by_id
    unknown = [code for code in wanted if code not in known]
    if unknown:
        more = f"等 {len(unknown)} 个" if len(unknown) > _NAMED else ""
        raise UsageError(
            f"“结对台账”里没有结对 {'、'.join(unknown[:_NAMED])}{more}",
            "请核对编号，如 J640402104-001",
        )


def _left_out(wanted: Collection[str], made: Collection[str]) -> Iterator[str]:
    for code in wanted:
        if code not in made:
            yield f"结对 {code} 没有出材料，该行或其对象的登记有错误，或编号重复"


def _agreed(ledger: Ledger, wanted: Collection[str]) -> list[Agreed]:
    """Return the wanted pairings whose rows can be used, in the order of the sheet."""
    table, mentees, duties = ledger.table(PairingRow), mentee_places(ledger), _duties(ledger)
    taken = table.accepted()
    found = []
    for code, index in table.by_single_id.items():
        row = table.record(index)
        if code in wanted and taken[index] and _is_taken(mentees.get(row.mentee_id)):
            found.append(
                Agreed(
                    code, row.mentor_id, row.mentor_name, row.mentee_id, row.mode, row.path,
                    row.paired_on, row.until, tuple(duties[code]), row.ceremony_on,
                )
            )  # fmt: skip
    return found


def _is_taken(place: tuple[Table[Any], int] | None) -> bool:
    return place is not None and place[0].accepted()[place[1]]


def _duties(ledger: Ledger) -> dict[str, list[Duty]]:
    """Return the duties of every pairing, in the order of the sheet."""
    table = ledger.table(DutyRow)
    found: dict[str, list[Duty]] = defaultdict(list)
    for row, taken in zip(table.records(), table.accepted(), strict=True):
        if taken:
            found[row.pairing_id].append(
                Duty(row.side, row.item, row.aspect, row.target, row.due_on)
            )
    return found
