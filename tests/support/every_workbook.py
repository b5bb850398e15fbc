"""Workbooks of every kind the product writes, for what must hold in each of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from addin.actions.cards import write_cards
from addin.actions.consolidate import consolidate
from addin.actions.imports.import_files import import_files
from addin.actions.new.start import start_ledger
from addin.actions.reports.remind import write_reminders
from addin.actions.reports.report import report_period
from addin.actions.update import update_ledgers
from addin.domain.reports.period import parse_period
from tests.workbooks.papers.papers import township
from validators.columns import Fill, Kind
from validators.divisions import by_code
from validators.sheets import columns_by_field, model_for
from workbooks import examples
from workbooks.papers.workbook import write_papers
from workbooks.reader import read_ledger
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF, MADE = examples.AS_OF, examples.GENERATED
TOWN, NEIGHBOUR, ELSEWHERE = "640402104", "640402100", "640422100"
LEDGERS = ("空白", "一行", "首行", "样例", "长文字", "更新", "更新长文字", "结转", "导入")
OTHERS = (
    "汇总一个乡镇",
    "汇总原州区",
    "汇总固原市",
    "档案卡",
    "结对材料",
    "导入-导入对照",
    "半年报",
    "提醒文本",
)
SECONDARY = ("duty", "log", "assessment", "completion", "conversion", "exchange")
"""What is filled in later: of them 首行 has the first row alone."""

_LONG = (
    "，经镇党委会议（2026年第3次）研究，围绕“三会一课”、产业到户和矛盾纠纷化解等工作，按照"
    "J640402104-003号结对协议逐项交接，Excel台账同步更新；"
)
_ROSTER = (
    "姓名,性别,出生年月,政治面貌,单位,职务,专业特长,联系电话\n"
    "马志远,男,1976.5,中共党员,开城镇人民政府,党委副书记,产业发展,13900000001\n"
    "白建军,男,1981-03,中共党员,冯庄村委会,党支部书记,基层治理,13900000002\n"
)


def write_every_workbook(folder: Path) -> None:
    """Write `LEDGERS` and `OTHERS` as .xlsx files into `folder`."""
    rows, at = clean_rows(TOWN, seed=3, as_of=AS_OF, log_rows=120), by_code()
    _write(folder / "空白.xlsx", TOWN, None)
    _write(folder / "一行.xlsx", TOWN, {key: of_sheet[:1] for key, of_sheet in rows.items()})
    first = {key: of_sheet[:1] if key in SECONDARY else of_sheet for key, of_sheet in rows.items()}
    _write(folder / "首行.xlsx", TOWN, first)
    shutil.copy(Path(examples.__file__).parent / examples.FILLED, folder / "样例.xlsx")
    _write(folder / "长文字.xlsx", TOWN, long_rows(rows))
    for source, target in (("样例", "更新"), ("长文字", "更新长文字")):
        update_ledgers(
            folder / f"{source}.xlsx", folder / f"{target}.xlsx", as_of=AS_OF, generated=MADE
        )
    last = read_ledger(folder / "样例.xlsx").ledger
    start_ledger(TOWN, folder / "结转.xlsx", year=2027, as_of=AS_OF, last=last)
    roster = folder / "导师名册.csv"
    roster.write_text(_ROSTER, encoding="utf-8")
    import_files([roster], folder / "导入.xlsx", unit=at[TOWN].name, as_of=AS_OF, generated=MADE)
    for scope, codes in (
        ("汇总一个乡镇", (TOWN,)),
        ("汇总原州区", (TOWN, NEIGHBOUR)),
        ("汇总固原市", (TOWN, NEIGHBOUR, ELSEWHERE)),
    ):
        _consolidate(folder, scope, codes)
    write_cards(folder / "更新长文字.xlsx", folder / "档案卡.xlsx", as_of=AS_OF)
    write_papers(folder / "结对材料.xlsx", township())
    ledgers, half = folder / "汇总固原市的台账", parse_period(f"{AS_OF.year}H1")
    report_period(ledgers, folder / "半年报.xlsx", half, as_of=AS_OF, generated=MADE)
    write_reminders(ledgers, folder / "提醒文本.xlsx", as_of=AS_OF, generated=MADE)


def long_rows(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return rows whose free texts are as long as clerks write them: names, posts and reasons."""
    return {
        key: [{field: _longer(key, field, value) for field, value in row.items()} for row in sheet]
        for key, sheet in rows.items()
    }


def _longer(key: str, field: str, value: object) -> object:
    column = columns_by_field(model_for(key)).get(field)
    free = column and column.kind is Kind.TEXT and column.fill is Fill.CLERK
    if not free or type(value) is not str or column.choices or column.refers or column.mask:
        return value
    if key in {"unit", "setting", "duty_template"} or field.endswith(("_id", "_number", "village")):
        return value
    if field in {"name", "secretary"}:
        return (
            f"{value}（二）" if key == "organisation" and field == "name" else f"{value}·买买提江"
        )
    longest = 40 if field == "item" else min(len(value) + 300, int(column.width * 8))
    return (value + _LONG * 9)[:longest]


def _write(path: Path, code: str, rows: dict[str, list[dict[str, Any]]] | None) -> None:
    write_ledger(path, by_code()[code], AS_OF.year, rows=rows, as_of=AS_OF)


def _consolidate(folder: Path, scope: str, codes: tuple[str, ...]) -> None:
    ledgers = folder / f"{scope}的台账"
    ledgers.mkdir()
    for number, code in enumerate(codes):
        rows = clean_rows(code, seed=number, as_of=AS_OF, log_rows=60)
        _write(ledgers / f"{by_code()[code].name}.xlsx", code, rows if number else long_rows(rows))
    consolidate([ledgers], folder / f"{scope}.xlsx", as_of=AS_OF, generated=MADE)
