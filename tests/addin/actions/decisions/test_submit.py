"""What is sent: the clerk's ledger with the day and with values, under a name nobody has yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from addin.actions.decisions.submit import SubmitResult, submit_ledger, write_submission
from addin.actions.ledger_set import read_ledgers
from tests.addin.actions.decisions.decided_ledger import decided_rows
from tests.addin.actions.decisions.sheet_values import changed_values
from validators.divisions import find_unit
from validators.sheets import UnitRow
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
NAME = "开城镇2026年台账（2026-06-30上报）"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger with one odd spelling and one error."""
    rows = decided_rows()
    rows["mentor"][0]["name"] = "马 志远"
    rows["individual"][0]["gender"] = "甲"
    path = tmp_path_factory.mktemp("sent") / "台账.xlsx"
    write_ledger(path, find_unit("开城镇"), 2026, rows=rows, as_of=AS_OF)
    return path


def send(source: Path, folder: Path, *, sends: bool = True, tidies: bool = True) -> SubmitResult:
    return submit_ledger(
        source, folder, as_of=AS_OF, sends=lambda _: sends, tidies=lambda _: tidies
    )


def test_the_copy_differs_in_the_day_and_the_spelling(source: Path, tmp_path: Path) -> None:
    result = send(source, tmp_path)

    assert result.out == tmp_path / f"{NAME}.xlsx"
    place = read_ledgers(source, as_of=AS_OF).ledger.table(UnitRow).place(0, "reported_on")
    changed = changed_values(source, result.out)
    lines = {cell: changed.pop(cell) for cell in [*changed] if cell[1] == "A2"}
    assert changed == {("填报信息", place.cell): AS_OF, ("导师库", "B4"): "马志远"}
    assert len(lines) > 5
    assert {line.rpartition("：")[2] for line in lines.values()} == {"2026-06-30"}
    assert result.tidied == 1
    assert result.exit_code == 1, "it was sent with an error"


def test_a_second_copy_of_a_day_never_replaces_the_first(source: Path, tmp_path: Path) -> None:
    first = send(source, tmp_path, tidies=False)
    assert first.out is not None
    before = first.out.read_bytes()

    second = send(source, tmp_path, tidies=False)

    assert second.out == tmp_path / f"{NAME}（2）.xlsx"
    assert first.out.read_bytes() == before


def test_errors_are_told_first_and_a_no_sends_nothing(source: Path, tmp_path: Path) -> None:
    told: list[Any] = []

    def refuses(submission: Any) -> bool:
        told.extend(submission.errors)
        return False

    result = submit_ledger(
        source, tmp_path / "上报", as_of=AS_OF, sends=refuses, tidies=lambda _: True
    )

    assert result.out is None
    assert {finding.cell for finding in told} == {"C4", "E4"}
    assert not (tmp_path / "上报").exists()


@pytest.mark.parametrize("spelling", ["BD_DATE", "bd_date", "CN.BANGDAI.FORMULAS.BDDATE"])
def test_formulas_become_values_however_a_spreadsheet_spells_them(
    spelling: str, source: Path, tmp_path: Path
) -> None:
    row = f'<row r="9000"><c r="A9000"><f>{spelling}("5.3")</f><v>46145</v></c></row></sheetData>'
    with ZipFile(source) as old, ZipFile(tmp_path / "公式.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", row.encode())
            new.writestr(name, content)

    written = write_submission(tmp_path / "公式.xlsx", tmp_path / "上报.xlsx", AS_OF)

    assert (written.cells, written.left) == (1, ())
