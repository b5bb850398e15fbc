"""The samples' planted truth, written before the cells were spoilt, against what is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.actions.found_files import discover
from addin.actions.validate import Examination, examine
from validators.checks import shown
from validators.findings import Finding, Report
from validators.ledger import SheetPart
from validators.sheets import columns_by_field, model_for
from workbooks.samples import write_samples
from workbooks.samples.planting import FLAWS

AS_OF = date(2026, 6, 30)
SEEDS = (3, 11)

Cell = tuple[str, str, str]


@dataclass(frozen=True)
class Case:
    folder: Path
    truth: dict[str, Any]
    examination: Examination
    report: Report


@pytest.fixture(scope="module", params=SEEDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp(f"samples{request.param}")
    write_samples(
        folder, townships=10, log_rows=400, error_rate=0.05, seed=request.param, as_of=AS_OF
    )
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    sources, _ = discover([folder])
    examination = examine(sources, as_of=AS_OF)
    return Case(folder, truth, examination, examination.report())


def serious(report: Report) -> dict[Cell, Finding]:
    return {(f.file, f.sheet, f.cell): f for f in report.findings if f.level != "notice"}


def test_every_planted_error_is_found_at_its_cell_with_its_code_and_level(case: Case) -> None:
    found = serious(case.report)

    wrong = [
        (error, found.get((error["file"], error["sheet"], error["cell"])))
        for error in case.truth["errors"]
        if (hit := found.get((error["file"], error["sheet"], error["cell"]))) is None
        or (hit.code, hit.level) != (error["code"], error["level"])
    ]

    assert len(case.truth["errors"]) > 100
    assert wrong == []


def test_no_clean_cell_has_an_error_or_a_warning(case: Case) -> None:
    planted = {(e["file"], e["sheet"], e["cell"]) for e in case.truth["errors"]}

    assert [finding for cell, finding in serious(case.report).items() if cell not in planted] == []


def test_at_least_forty_kinds_of_error_are_planted(case: Case) -> None:
    kinds = {error["kind"] for error in case.truth["errors"]}

    assert len(kinds) >= 40
    # what spoils whole sheets, and 免计时段 that excuse a month, are no flaws of a row
    assert {flaw.kind for flaw in FLAWS} | {"exempt month"} >= {
        e["kind"]
        for e in case.truth["errors"]
        if "heading" not in e["code"] and "sheet" not in e["code"]
    }


def test_every_clean_row_is_read_exactly(case: Case) -> None:
    read = {key: values for part in _parts(case) for key, values in _rows(part)}
    lines = (case.folder / "truth_rows.jsonl").read_text(encoding="utf-8").splitlines()

    wrong = []
    for line in lines:
        row = json.loads(line)
        got = read.get((row["file"], row["sheet"], row["row"]))
        if got != row["values"]:
            wrong.append((row, got))

    assert len(lines) > 4_000
    assert wrong == []


def test_rows_in_are_accepted_rejected_or_ignored(case: Case) -> None:
    assert all(c.rows == c.accepted + c.rejected + c.ignored for c in case.report.sheets)
    assert sum(c.rejected for c in case.report.sheets) > 100


def _parts(case: Case) -> Iterator[SheetPart]:
    for one in case.examination.examined:
        for table in one.ledger.tables.values():
            yield from table.parts


def _rows(part: SheetPart) -> Iterator[tuple[tuple[str, str, int], dict[str, Any]]]:
    columns = columns_by_field(model_for(part.key))
    decoded = {name: column.decoded() for name, column in part.columns.items()}
    for index, row in enumerate(part.rows):
        values = {name: _plain(columns[name], values[index]) for name, values in decoded.items()}
        yield (part.file, part.sheet, row), {n: v for n, v in values.items() if v is not None}


def _plain(column: Any, value: Any) -> Any:
    if isinstance(value, tuple):
        return [str(part) for part in value]
    return shown(column, value) if isinstance(value, date) else value
