"""Generated sheets stay as they are where a sheet they rest on was not read."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from addin.actions.generated_sheets import (
    RESTS_ON,
    refuse_withheld,
    sheet_updates,
    unread_sheets,
    withheld,
)
from addin.actions.pair import suggestion_update
from addin.cli import cli
from addin.domain.pairing.suggest import suggest
from addin.domain.rollup import roll_up
from tests.workbooks.grids import write_grids
from validators.errors import UpdateRefused, UsageError
from validators.ledger import Ledger, Table
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import SHEETS, AwardRow, FlagRow, MisconductRow, Row, SheetKind, model_for
from validators.validation import validate
from workbooks import examples
from workbooks.ooxml.package import Package
from workbooks.ooxml.workbook_part import open_workbook
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.updates import SheetUpdate

AS_OF = examples.AS_OF
SAMPLE = Path(examples.__file__).parent / examples.FILLED
INPUTS = {model for models in RESTS_ON.values() for model in models}


def computed(ledger: Ledger) -> dict[str, str]:
    """Return everything computed of a ledger, by the generated sheet's key."""
    settings, file = Settings(), SAMPLE.name
    validate(ledger, RuleContext(AS_OF, settings))
    when = datetime(2026, 6, 30)
    updates = [*sheet_updates(roll_up(ledger, settings, AS_OF), file, AS_OF, when)]
    updates.append(suggestion_update(ledger, suggest(ledger, settings, AS_OF), file, AS_OF, when))
    return {
        update.key: f"{update.rows}{sorted(update.cells.items(), key=str)}" for update in updates
    }


def without(model: type[Row] | None) -> Ledger:
    ledger = read_ledger(SAMPLE).ledger
    tables = {
        key: Table(table.model, ()) if model and key == model.sheet.key else table
        for key, table in ledger.tables.items()
    }
    return replace(ledger, tables=tables)


def test_what_changes_without_a_sheet_is_declared_to_rest_on_it() -> None:
    whole = computed(without(None))
    for model in SHEETS:
        if model.sheet.kind is SheetKind.INPUT and not model.sheet.form and not model.sheet.joins:
            other = computed(without(model))
            changed = {key for key in whole if whole[key] != other[key]}
            declared = {of.sheet.key for of, inputs in RESTS_ON.items() if model in inputs}
            assert changed <= declared, model.sheet.name


def test_every_computed_sheet_says_what_it_rests_on() -> None:
    assert {model.sheet.key for model in RESTS_ON} == {*computed(without(None))}


def renamed(folder: Path, name: str) -> Path:
    """Return a copy of the sample one of whose tabs has another name."""
    path = folder / "a.xlsx"
    with zipfile.ZipFile(SAMPLE) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "xl/workbook.xml":
                data = data.replace(f'name="{name}"'.encode(), 'name="某表"'.encode())
            new.writestr(part, data)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    """Return the XML of every worksheet by its tab's name."""
    workbook = open_workbook(Package(path.read_bytes()))
    return {sheet.name: workbook.package.read(sheet.part, 1 << 26) for sheet in workbook.sheets}


def test_update_leaves_what_rests_on_an_unread_sheet_and_says_so_first(tmp_path: Path) -> None:
    path, out = renamed(tmp_path, "工作日志"), tmp_path / "b.xlsx"

    result = CliRunner().invoke(
        cli, ["update", str(path), "--out", str(out), "--as-of", "2026-06-30"],
        standalone_mode=False,
    )  # fmt: skip

    unread = unread_sheets(read_ledger(path).ledger)
    assert [model.sheet.name for model in unread] == ["工作日志"]
    assert result.return_value == 1
    first = result.output.splitlines()[0]
    assert "未更新" in first
    assert "工作日志" in first
    before, after = parts_of(path), parts_of(out)
    for key in withheld(unread):
        sheet = model_for(key).sheet.name
        assert f"“{sheet}”未更新" in result.output
        assert after[sheet] == before[sheet]
    assert AwardRow.sheet.key in withheld(unread)
    assert after["校验结果"] != before["校验结果"]


def test_update_passes_over_a_generated_sheet_that_was_deleted(tmp_path: Path) -> None:
    path, out = renamed(tmp_path, "成长档案"), tmp_path / "b.xlsx"

    result = CliRunner().invoke(
        cli, ["update", str(path), "--out", str(out), "--as-of", "2026-06-30"],
        standalone_mode=False,
    )  # fmt: skip

    before, after = parts_of(path), parts_of(out)
    assert result.return_value == 1
    assert "没有“成长档案”表" in result.output
    assert after.keys() == before.keys()
    assert after["某表"] == before["某表"]
    assert after["预警名单"] != before["预警名单"]


def test_a_button_refuses_what_rests_on_an_unread_sheet() -> None:
    ledger = without(MisconductRow)

    refuse_withheld(ledger, FlagRow)
    with pytest.raises(UsageError, match="负面情形"):
        refuse_withheld(ledger, AwardRow)


def test_a_whole_ledger_withholds_nothing() -> None:
    assert withheld(unread_sheets(read_ledger(SAMPLE).ledger)) == {}


def test_every_missing_sheet_of_results_is_named(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "a.xlsx", {})

    with pytest.raises(UpdateRefused, match="预警名单”“金牌导师"):
        update_workbook(path, tmp_path / "b.xlsx", [SheetUpdate("flag"), SheetUpdate("award")])
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize("command", ["flags", "awards"])
def test_what_is_judged_of_a_folder_names_every_file_that_was_not_read_whole(
    tmp_path: Path, command: str
) -> None:
    renamed(tmp_path, "工作日志")
    (tmp_path / "开城镇台账.docx").write_bytes(b"PK")

    result = CliRunner().invoke(
        cli, [command, str(tmp_path), "--json", "--as-of", "2026-06-30"], standalone_mode=False
    )

    files = json.loads(result.output)["files"]
    assert [file.partition("：")[0] for file in files] == ["开城镇台账.docx", "a.xlsx"]
    assert "“工作日志”（没有该工作表）未读取" in files[1]
    assert result.return_value == 1
