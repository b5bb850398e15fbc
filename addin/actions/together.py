"""One ledger out of what a user named: a file, or a folder of townships taken as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from addin.actions.examining import Examined, Progress, examine
from addin.actions.sources import Source, discover
from addin.actions.superior import superior_settings
from validators.errors import UsageError
from validators.findings import Report
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import Level
from workbooks.files import file_kind
from workbooks.template.layout import FILE_KIND

__all__ = ["Together", "ledger_sources", "read_together"]


@dataclass(frozen=True, slots=True)
class Together:
    """The ledgers a command works on, one of each unit, compared with each other.

    Attributes:
        examined: The readable ledgers, one of each unit.
        sources: Their files, by the name findings give them.
        ledger: Their rows together; those an error cites are rejected.
        settings: What everything is computed by: the superior's, else a single ledger's own.
        own_settings: By file, what each ledger says itself; empty where a superior's win.
        report: Findings on them and on the files left out.
    """

    examined: tuple[Examined, ...]
    sources: dict[str, Source]
    ledger: Ledger
    settings: Settings
    own_settings: dict[str, Settings]
    report: Report

    @property
    def file_findings(self) -> list[str]:
        """Return a sentence for every file that was left out or is doubtful."""
        return [
            f"{found.file}：{found.message}。{found.suggestion}".rstrip("。") + "。"
            for found in self.report.findings
            if not found.sheet and found.level is not Level.NOTICE
        ]


def ledger_sources(paths: Iterable[Path]) -> list[Source]:
    """Return the files that may be ledgers: our own outputs of other kinds are passed over.

    Raises:
        UsageError: There are none.
    """
    found, _ = discover(paths)
    sources = [one for one in found if file_kind(one.path) in {None, FILE_KIND}]
    if not sources:
        raise UsageError("没有找到台账文件", "请给出乡镇台账，或放台账的文件夹")
    return sources


def read_together(
    path: Path,
    *,
    as_of: date,
    settings_file: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Together:
    """Read, validate and compare the ledger or the ledgers at `path`.

    Args:
        path: A ledger or a folder of them.
        as_of: What dates are judged by.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes.
        progress: Told of every file done.

    Raises:
        UsageError: There is no ledger, or none can be read.
    """
    sources = ledger_sources([path])
    superior = superior_settings(settings_file) if settings_file else None
    examination = examine(sources, as_of=as_of, superior=superior, jobs=jobs, progress=progress)
    if not examination.examined:
        first = examination.unreadable[0]
        raise UsageError(f"{first.file}：{first.message}", first.suggestion)
    report = examination.report(superior)
    examined = tuple(examination.chosen())
    own = examined[0].settings if len(examined) == 1 else Settings()
    return Together(
        examined,
        {one.file: one for one in sources},
        Ledger.merged(one.ledger for one in examined),
        superior or own,
        {} if superior else {one.file: one.settings for one in examined},
        report,
    )
