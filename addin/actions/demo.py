"""Sample ledgers with duties as `confirm` makes them, a demonstration with them, shipped examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from addin.actions.consolidate import consolidate
from addin.actions.found_files import discover
from addin.actions.update import update_ledgers
from addin.actions.validate import Progress, examine
from addin.domain.duties import new_duties
from validators.divisions import by_code
from validators.errors import UsageError
from validators.settings import read_settings
from validators.sheets import DutyTemplateRow, IndividualRow, OrganisationRow, PairingRow
from validators.vocabulary import Level
from workbooks import examples
from workbooks.file_problems import make_folder
from workbooks.files import scratch_folder
from workbooks.samples import STYLES, SampleTruth, write_samples
from workbooks.template.workbook import write_ledger

TOWNSHIPS = 12
LOG_ROWS = 600


def make_samples(out: Path, **options: Any) -> SampleTruth:
    """Write sample ledgers as `workbooks.samples.write_samples` does, with the product's duties.

    Raises:
        UsageError: There is no such style.
        WriteRefused: The folder cannot be made.
    """
    if options.get("style", 1) not in STYLES:
        raise UsageError("样例编号不存在", f"可选 {'、'.join(map(str, STYLES))}")
    make_folder(out)
    return write_samples(out, duties=confirmed_duties, **options)


def confirmed_duties(
    pairing: Mapping[str, Any],
    mentee: Mapping[str, Any],
    templates: Sequence[Mapping[str, Any]],
    settings: Sequence[tuple[str, str]],
) -> list[dict[str, Any]]:
    """Return the duties `bangdai confirm` gives a new pairing, field → value, without IDs.

    Args:
        pairing: Its row, field → value.
        mentee: The row of its mentee.
        templates: Rows of 职责模板.
        settings: Name and value of 参数.
    """
    individual = str(mentee["mentee_id"]).startswith("G")
    model = IndividualRow if individual else OrganisationRow
    rows = new_duties(
        PairingRow.model_construct(**pairing),
        model.model_construct(**mentee),
        [_template(tuple(sorted(template.items()))) for template in templates],
        read_settings(settings)[0],
        str,
    )
    return [{name: value for name, value in row.items() if name != "duty_id"} for row in rows]


@cache
def _template(values: tuple[tuple[str, Any], ...]) -> DutyTemplateRow:
    return DutyTemplateRow.model_validate(dict(values))


def write_examples(folder: Path) -> None:
    """Write the examples into `folder`: the blank ledger, the filled ones, their county's workbook.

    The filled ones are as 一键更新 leaves them. Equal code gives equal bytes.
    """
    blank = by_code()[examples.TOWNSHIPS[0].unit_code]
    write_ledger(folder / examples.BLANK, blank, examples.AS_OF.year, as_of=examples.AS_OF)
    filled = [folder / township.file for township in examples.TOWNSHIPS]
    with scratch_folder() as drafts:
        for township, target in zip(examples.TOWNSHIPS, filled, strict=True):
            unit, draft = by_code()[township.unit_code], drafts / township.file
            write_ledger(
                draft, unit, examples.AS_OF.year, rows=township.rows(), as_of=examples.AS_OF
            )
            target.unlink(missing_ok=True)
            update_ledgers(draft, target, as_of=examples.AS_OF, generated=examples.GENERATED)
    consolidate(
        filled, folder / examples.COUNTY, as_of=examples.AS_OF, scope=examples.COUNTY_NAME,
        generated=examples.GENERATED,
    )  # fmt: skip


def demonstrate(
    out: Path,
    as_of: date,
    say: Callable[[str], None],
    progress: Callable[[str], AbstractContextManager[Progress]],
) -> int:
    """Write samples into `out`, validate and consolidate them, and say where the results are.

    Returns:
        0: the planted errors are what the demonstration shows.
    """
    ledgers, consolidated = out / "样例台账", out / "固原市汇总.xlsx"
    make_folder(ledgers)
    with progress("生成样例台账") as step:
        write_samples(
            ledgers, townships=TOWNSHIPS, log_rows=LOG_ROWS, error_rate=0.03, seed=7,
            as_of=as_of, jobs=2, progress=step,
        )  # fmt: skip
    say(f"1. 已生成 {TOWNSHIPS} 个乡镇的样例台账（人员虚构，含预设错误）：{ledgers}")
    sources, _ = discover([ledgers])
    with progress("校验台账") as step:
        report = examine(sources, as_of=as_of, jobs=2, progress=step, whole=False).report()
    counts = "，".join(f"{level.label} {report.count(level)} 条" for level in Level)
    say(f"2. 已校验：{counts}。查看明细请运行 bangdai validate {ledgers}")
    with progress("汇总台账") as step:
        consolidate([ledgers], consolidated, as_of=as_of, jobs=2, progress=step)
    say(f"3. 已汇总：{consolidated}")
    say("请用 Excel、WPS 或 LibreOffice 打开上述文件查看结果。")
    return 0
