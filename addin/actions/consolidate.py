"""Consolidate a folder of ledgers into one workbook: `bangdai consolidate`.

1. Read and validate every file.
2. Choose one ledger of each unit, compare the chosen ones and add them up.
3. Compute the report sheets and write everything.

Where nothing changed since an earlier run none of that is done, nor are the modules loaded that do it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from addin import clock
from addin.actions import found_files
from addin.actions.consolidation.order import ConsolidateResult, Order, link_to
from addin.actions.parcels import BUNDLE
from addin.actions.parcels.earlier import EarlierRun, digest_of, find_earlier, keep_run, members_of
from addin.actions.parcels.shelf import Shelf, shelf_beside
from addin.actions.parcels.version import program_version
from validators.divisions import CITY, Division, by_code, find_unit
from validators.findings import Finding
from workbooks import files
from workbooks.backups import keep_edited
from workbooks.consolidated.restamp import restamp
from workbooks.file_locks import claim
from workbooks.ooxml.addresses import WORKSHEET_ROWS

if TYPE_CHECKING:
    from addin.actions.validate import Progress


def consolidate(  # noqa: PLR0913  # the command's options, by keyword only
    paths: Iterable[Path],
    out: Path,
    *,
    as_of: date,
    jobs: int = 1,
    settings_file: Path | None = None,
    previous: Path | None = None,
    scope: str | None = None,
    generated: datetime | None = None,
    cache: bool = False,
    bundle: Path | None = None,
    dask: str = "",
    most_rows: int = WORKSHEET_ROWS,
    progress: Progress | None = None,
) -> ConsolidateResult:
    """Read, validate, add up and write; a bad file never stops the others.

    Whatever `Order` has is said there. The ledgers are those in `paths`, of the city or county named
    by `scope`; consolidated workbooks among them are passed over. With `cache` what a later run need
    not do again is kept beside `out`, see `addin.actions.parcels.shelf`. They are read by `jobs` worker
    processes or the Dask cluster at the address `dask`, and then a dataset is written, too, see
    `addin.actions.parcels.dataset`. Equal inputs and equal times `generated` give equal sheets.

    Raises:
        UsageError: There is nothing to consolidate, or an option cannot be used.
        UnknownDivision: `scope` names no place.
        WriteRefused: `out` is not ours to replace, or cannot be written.
    """
    division = find_unit(scope) if scope else by_code()[CITY]
    named = {out, settings_file, previous, bundle}
    sources, others, notices = _sources(paths, named, division)
    moment = (generated or clock.now()).replace(tzinfo=None)
    superior = None
    if settings_file:
        from addin.actions.validate import superior_settings  # noqa: PLC0415 - few name a file

        superior = superior_settings(settings_file)
    order = Order(
        division, out, as_of, moment, sources, others, notices, superior, previous, bundle,
        most_rows, progress,
    )  # fmt: skip
    bundles = bool(bundle or order.carries)
    kept = shelf_beside(out, jobs, keeps=cache, bundles=bundles, cluster=dask)
    with claim(out), kept as shelf:
        files.refuse_foreign(out, files.CONSOLIDATED)
        files.check_writable(
            out, 2 * sum(path.stat().st_size for path in {s.path for s in sources})
        )
        keep_edited(out, moment)
        if dask:
            from addin.actions.parcels.dataset import check_dataset  # noqa: PLC0415 - see above

            check_dataset(out)
        key = _key(order, shelf) if shelf.keeps else ""
        if key and not (bundle or dask) and (earlier := _used_again(order, key, shelf)):
            return ConsolidateResult(out, division, earlier.told, earlier.load)
        from workbooks.workers import warm_up  # noqa: PLC0415 - see above

        warm_up("addin.actions.parcels.judged")
        from addin.actions.consolidation.written import consolidated  # noqa: PLC0415 - see above

        told, whole = consolidated(order, shelf, key)
    return ConsolidateResult(out, division, told, lambda: whole)


def _key(order: Order, shelf: Shelf) -> str:
    """Return a digest of everything a consolidation rests on but 生成时间, "" where not all can be read."""
    try:
        read = [
            (
                *source[1:],
                link_to(source, order.out),
                shelf.content(source.path),
                *shelf.saved_at(source.path),
            )
            for source in order.sources
        ]
        known = shelf.content(order.previous) if order.previous else ""
    except OSError:  # what reads it says what is the matter
        return ""
    opened = found_files.open_notices(order.sources)
    notices = [*opened, *found_files.unread_findings(order.others), *order.notices]
    settings = order.superior.model_dump_json() if order.superior else ""
    day, rows = order.as_of, order.most_rows
    return digest_of(
        [program_version(), order.scope.code, day, rows, settings, known, *read, *notices]
    )


def _used_again(order: Order, key: str, shelf: Shelf) -> EarlierRun | None:
    """Give the workbook of an earlier run of the same files the present time, if there is one."""
    out, now = order.out, order.generated
    earlier = find_earlier(shelf.folder, key, out)
    if earlier:
        before = earlier.generated
        files.replace_atomically(out, lambda draft: restamp(out, draft, before, now))
        keep_run(shelf.folder, key, earlier._replace(generated=now, members=members_of(out)))
        shelf.used.update(shelf.folder.iterdir())
    return earlier


def _sources(
    paths: Iterable[Path], named: Iterable[Path | None], scope: Division
) -> tuple[list[found_files.Source], list[found_files.Source], list[Finding]]:
    """Return the files that may be ledgers, those that are not read, and notices.

    Ledgers in bundles and counties' workbooks are among the first, and none of the files `named`
    among any.
    """
    workbooks, others = found_files.discover(paths)
    known = {path.resolve() for path in named if path}
    workbooks = [source for source in workbooks if source.path.resolve() not in known]
    sources = [source for source in workbooks if files.file_kind(source.path) != files.CONSOLIDATED]
    outputs = [source for source in workbooks if source not in sources]
    others = [other for other in others if other.path.resolve() not in known] + outputs
    notices: list[Finding] = []
    if outputs or any(other.path.suffix == BUNDLE for other in others):
        from addin.actions.parcels.carried import handed_on  # noqa: PLC0415 - few folders have one

        taken = [source.file for source in sources]
        inside, others, notices = handed_on(others, scope, taken)
        if inside:
            sources = sorted([*sources, *inside], key=lambda source: PurePosixPath(source.file))
    found_files.refuse_without(sources, others)
    return sources, others, notices
