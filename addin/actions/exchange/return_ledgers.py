"""Return ledgers to be corrected: `bangdai return` and the button 退回问题.

Each township gets a copy of its own file with the cells marked as 录入校验 marks them and 校验结果
filled; everything else in it is as it was. The superior gets 退回清单 with a sentence to send to each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from addin import clock
from addin.actions.generated_sheets import check_update
from addin.actions.ledger_set import LedgerSet, check_target, read_ledgers
from addin.actions.validate import ExaminedLedger, Progress
from addin.domain.deliveries import Delivery
from validators.errors import BangdaiError
from validators.findings import OPEN, Finding
from validators.sheets import FindingRow
from validators.vocabulary import Level
from workbooks.consolidated.content import Grid, Heading, Stamp, text_heading
from workbooks.consolidated.tables import write_listing
from workbooks.file_problems import make_folder, refuse_existing
from workbooks.files import replace_atomically
from workbooks.masking import mask_text
from workbooks.patch.ledger_copy import update_workbook

FILE_KIND = "退回清单"
"""Value of the document property `帮带文件类型`."""

_LEVELS = [*Level]
_RETURNED, _SOUND, _FAILED = "已退回", "无需退回", "未退回"
_COLOURS = {_RETURNED: "#FFE699", _FAILED: "#F8CBAD"}


@dataclass(frozen=True, slots=True)
class ReturnedLedger:
    """What became of one file.

    Attributes:
        file: Its name, as findings give it.
        delivery: Whose it is, None of a file that is no readable ledger.
        wrong: By sheet, how many cells must be corrected.
        doubtful: By sheet, how many other cells are to be checked.
        others: Findings, notices left out, that are of no cell.
        problem: Why it could not be returned, "" otherwise.
        remarks: What is to be said of the copy.
    """

    file: str
    delivery: Delivery | None
    wrong: Counter[str]
    doubtful: Counter[str]
    others: int = 0
    problem: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Return whether it was returned, in Chinese."""
        if self.problem:
            return _FAILED
        return _RETURNED if self.wrong or self.doubtful or self.others else _SOUND

    @property
    def place(self) -> str:
        """Return whose it is, the file's name where nobody can tell."""
        known = self.delivery
        return f"{known.county}{known.township}" if known and known.code else mask_text(self.file)

    @property
    def message(self) -> str:
        """Return the sentence for the township's group, "" where nothing is returned."""
        if self.state != _RETURNED:
            return ""
        what = []
        if self.wrong:
            what.append(f"{_counted(self.wrong)}需要改正")
        if self.doubtful:
            what.append(f"{_counted(self.doubtful)}请核对")
        if self.others:
            what.append(f"另有 {self.others} 条问题见“校验结果”表")
        name = mask_text(Path(self.file).with_suffix(".xlsx").name)
        return (
            f"{self.place}：上报的台账已校验，{'，'.join(what)}。请打开退回的“{name}”，"
            "按单元格批注改正，点“录入校验”确认没有错误后重新上报。"
        )


def _counted(cells: Counter[str]) -> str:
    return "、".join(f"“{sheet}”{count} 处" for sheet, count in cells.items())


@dataclass(frozen=True, slots=True)
class ReturnResult:
    """What was returned.

    Attributes:
        ledgers: The ledgers.
        files: What became of each file, the returned ones first.
        out: The folder with the copies.
        listing: 退回清单.
    """

    ledgers: LedgerSet
    files: tuple[ReturnedLedger, ...]
    out: Path
    listing: Path

    @property
    def exit_code(self) -> int:
        """Return 2 where a file could not be read or returned, 1 where one was returned, else 0."""
        states = {each.state for each in self.files}
        if self.ledgers.report.unreadable or _FAILED in states:
            return 2
        return int(_RETURNED in states)

    def count(self, state: str) -> int:
        """Return how many files are in a state."""
        return sum(each.state == state for each in self.files)

    @property
    def total(self) -> str:
        """Return how many files were returned and how many not, in Chinese."""
        failed = self.count(_FAILED)
        return (
            f"退回 {self.count(_RETURNED)} 份，无需退回 {self.count(_SOUND)} 份"
            f"{f'，未退回 {failed} 份' if failed else ''}；原台账未改动。"
        )


def return_ledgers(
    path: Path,
    out: Path,
    *,
    as_of: date,
    settings_file: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    generated: datetime | None = None,
) -> ReturnResult:
    """Write a marked copy of every ledger with errors or warnings, and 退回清单, into a folder.

    Args:
        path: A ledger, or a folder of them; they stay as they are.
        out: The folder, made if it does not exist; no ledger in it is overwritten.
        as_of: What dates are judged by.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes.
        progress: Told of every file read.
        generated: 生成时间; now if None.

    Raises:
        UsageError: There is no ledger, or a copy exists already; nothing is written then.
        WriteRefused: 退回清单 cannot be written.
    """
    ledgers = read_ledgers(
        path, as_of=as_of, settings_file=settings_file, jobs=jobs, progress=progress
    )
    stamp = Stamp(as_of, (generated or clock.now()).replace(tzinfo=None))
    planned = [_planned(ledgers, one) for one in ledgers.examined]
    targets = {one.file: out / Path(one.file).with_suffix(".xlsx") for one, _ in planned}
    for each, _ in planned:
        if each.state == _RETURNED:
            refuse_existing(targets[each.file])
    listing = out / f"{FILE_KIND}.xlsx"
    make_folder(out)
    check_target(listing, FILE_KIND)
    examined = {one.file: one for one in ledgers.examined}
    files = [
        _returned(ledgers, examined[each.file], findings, targets[each.file], each, stamp)
        for each, findings in planned
    ]
    files += _not_examined(ledgers)
    files.sort(key=lambda each: [_RETURNED, _FAILED, _SOUND].index(each.state))
    title = "导师帮带台账退回清单"
    grid = _grid(title, files)
    replace_atomically(listing, lambda draft: write_listing(draft, FILE_KIND, title, [grid], stamp))
    return ReturnResult(ledgers, tuple(files), out, listing)


def _planned(
    ledgers: LedgerSet, examined: ExaminedLedger
) -> tuple[ReturnedLedger, Sequence[Finding]]:
    """Return what is wrong in a ledger, and the findings on it."""
    findings = [f for f in ledgers.report.findings if f.file == examined.file]
    by_cell: dict[tuple[str, str], list[int]] = {}
    tabs = {part.sheet: at for at, part in enumerate(examined.ledger.parts())}
    for finding in sorted(findings, key=lambda finding: tabs.get(finding.sheet, -1)):
        if finding.cell:
            level = _LEVELS.index(finding.level)
            by_cell.setdefault((finding.sheet, finding.cell), []).append(level)
    wrong, doubtful, _ = (
        Counter(sheet for (sheet, _), found in by_cell.items() if min(found) == at)
        for at in range(len(_LEVELS))
    )
    others = sum(not f.cell and f.level is not Level.NOTICE for f in findings)
    delivery = examined.delivery(ledgers.as_of)
    remarks = tuple(f"{f.message}，{f.suggestion}" for f in findings if f.code == OPEN)
    planned = ReturnedLedger(examined.file, delivery, wrong, doubtful, others, remarks=remarks)
    return planned, findings


def _returned(
    ledgers: LedgerSet,
    examined: ExaminedLedger,
    findings: Sequence[Finding],
    target: Path,
    planned: ReturnedLedger,
    stamp: Stamp,
) -> ReturnedLedger:
    """Write the copy of a ledger that has something to correct."""
    if planned.state != _RETURNED:
        return planned
    update = check_update(examined.ledger, findings, examined.file, ledgers.as_of, stamp.generated)
    updates = [] if FindingRow.sheet.key in examined.absent else [update]
    source = ledgers.sources[examined.file].path
    make_folder(target.parent)
    try:
        report = update_workbook(source, target, updates, digest=examined.digest, marks=findings)
    except BangdaiError as problem:
        return replace(planned, problem=str(problem))
    return replace(planned, remarks=(*planned.remarks, *report.remarks))


def _not_examined(ledgers: LedgerSet) -> Iterable[ReturnedLedger]:
    """Yield the files that are no ledger taken: unreadable, of last year, one more of a unit."""
    examined = {one.file for one in ledgers.examined}
    for finding in ledgers.report.findings:
        if finding.file not in examined and not finding.sheet and finding.level is not Level.NOTICE:
            problem = f"{finding.message}。{finding.suggestion}"
            yield ReturnedLedger(finding.file, None, Counter(), Counter(), problem=problem)


def _grid(title: str, files: Sequence[ReturnedLedger]) -> Grid:
    headings = (
        Heading("序号", 5), text_heading("县(区)", 8), text_heading("乡镇(街道)", 11), text_heading("情况", 9),
        Heading("需改正", 7), Heading("请核对", 7), text_heading("填报人", 8), text_heading("办公电话", 14),
        text_heading("文件", 18), text_heading("可发到微信群的通知", 40),
    )  # fmt: skip
    rows = []
    for number, each in enumerate(files, 1):
        known = each.delivery
        place = (known.county, known.township) if known else ("", "")
        reporter = (known.reporter.name, known.reporter.office_phone) if known else ("", "")
        said = "；".join(filter(None, [each.message, mask_text(each.problem), *each.remarks]))
        rows.append(
            (
                number, *place, each.state, each.wrong.total(), each.doubtful.total(),
                *reporter, mask_text(each.file), said,
            )
        )  # fmt: skip
    note = "退回的台账和本清单在同一文件夹，请将通知和台账一并发给乡镇"
    return Grid(FILE_KIND, title, note, headings, rows, "情况", _COLOURS, frozen=3)
