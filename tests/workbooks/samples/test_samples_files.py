"""The written files, read back cell by cell with openpyxl and nothing of ours."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import from_excel

from validators.columns import Kind
from validators.settings import settings_list
from validators.sheets import SHEETS, columns_by_field
from workbooks.samples import SampleTruth, clean_rows, write_samples
from workbooks.samples.records import SETTINGS

AS_OF = date(2026, 6, 17)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleTruth]:
    out = tmp_path_factory.mktemp("samples")
    truth = write_samples(
        out, townships=3, log_rows=300, error_rate=0.08, seed=7, as_of=AS_OF, jobs=1
    )
    return out, truth


@pytest.fixture(scope="module")
def books(delivery: tuple[Path, SampleTruth]) -> dict[str, tuple[Any, Any]]:
    return {
        path.name: (openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path))
        for path in sorted(delivery[0].glob("*.xlsx"))
    }


def _squeezed(cell: Any) -> str:
    text = unicodedata.normalize("NFKC", str(cell)).replace("\u200b", "")
    return re.sub(r"[•‧・·]", "", "".join(text.split()))


def _digits(cell: Any) -> list[int]:
    if isinstance(cell, datetime | date):
        return [cell.year, cell.month, cell.day]
    if isinstance(cell, int) and 10_000 < cell < 80_000:  # a Chinese format openpyxl does not know
        return _digits(from_excel(cell))
    text = _squeezed(cell)
    if re.fullmatch(r"\d{6}(\d{2})?", text):
        text = "-".join(filter(None, (text[:4], text[4:6], text[6:])))
    return [int(part) for part in re.findall(r"\d+", text)]


def _same(cell: Any, value: Any, kind: Kind, field: str) -> bool:
    if kind in {Kind.DAY, Kind.MONTH}:
        parts = [int(part) for part in value.split("-")]
        return _digits(cell)[: len(parts)] == parts
    if isinstance(value, int | float):
        number = re.match(r"-?[\d,.]+", _squeezed(cell))
        return number is not None and float(number.group().replace(",", "")) == value
    if isinstance(value, list):
        parts = [part.partition("|")[0] for part in re.split("、|,", _squeezed(cell))]
        return parts == [_squeezed(part) for part in value]
    if field == "village":
        return _squeezed(cell).replace("村委会", "村") == value
    return _squeezed(cell).partition("|")[0] == _squeezed(value) or str(cell) == value


def _columns(sheet: Any, model: Any) -> dict[str, int]:
    """Return field → column of the heading row, found by the most known headings."""
    names = {
        heading: field
        for field, column in columns_by_field(model).items()
        for heading in (*column.synonyms, column.heading)
    }
    rows = [
        {names[c.value]: c.column for c in reversed(row) if c.value in names}
        for row in sheet.iter_rows(min_row=1, max_row=8)
    ]
    return max(rows, key=len)


def _merged(sheet: Any, row: int, column: int) -> Any:
    for span in sheet.merged_cells.ranges:
        if span.min_row <= row <= span.max_row and span.min_col <= column <= span.max_col:
            return sheet.cell(span.min_row, span.min_col).value
    return sheet.cell(row, column).value


def test_every_clean_row_holds_its_values_wherever_the_clerk_put_them(
    delivery: tuple[Path, SampleTruth], books: dict[str, tuple[Any, Any]]
) -> None:
    models = {model.sheet.name: model for model in SHEETS}
    maps: dict[tuple[str, str], dict[str, int]] = {}
    wrong = []
    lines = (delivery[0] / "truth_rows.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        row = json.loads(line)
        model = models[row["sheet"]]
        if model.sheet.form:
            continue
        sheet = books[row["file"]][0][row["sheet"]]
        key = (row["file"], row["sheet"])
        columns = maps.setdefault(key, _columns(sheet, model))
        for field, value in row["values"].items():
            cell = _merged(sheet, row["row"], columns[field])
            kind = columns_by_field(model)[field].kind
            if cell is None or not _same(cell, value, kind, field):
                wrong.append((row["file"], row["sheet"], row["row"], field, cell, value))

    assert wrong == []
    assert len(lines) == delivery[1].rows - delivery[1].flawed


_SHOWS: dict[str, Callable[[Any, Any], bool]] = {
    "missing": lambda value, _: value is None,
    "undated": lambda value, _: value is None,
    "formula_error": lambda value, _: str(value).startswith("#"),
    "formula_uncalculated": lambda value, formula: value is None and str(formula)[0] == "=",
    "date_number": lambda value, _: isinstance(value, int) and value > 190000,
    "date_serial": lambda value, _: isinstance(value, int) and 20000 < value < 80000,
    "digits_lost": lambda value, _: isinstance(value, int) and value >= 10**15,
    "control_character": lambda value, _: bool(re.search(r"[\x07\x0b\x1f]", str(value))),
    "future": lambda value, _: value.date() > AS_OF,
    "date_unreadable": lambda value, _: isinstance(value, str),
    "date_ambiguous": lambda value, _: isinstance(value, str | float),
    "date_out_of_range": lambda value, _: not 1900 <= int(value[:4]) <= 2100,
    "number_not_integer": lambda value, _: float(value) % 1 != 0,
    "out_of_range": lambda value, _: isinstance(value, int | float),
    "number_unreadable": lambda value, _: isinstance(value, str),
}


def test_every_cell_of_the_truth_holds_its_corruption(
    delivery: tuple[Path, SampleTruth], books: dict[str, tuple[Any, Any]]
) -> None:
    wrong = []
    for error in delivery[1].errors:
        if not error["cell"]:
            assert error["sheet"] not in books[error["file"]][0].sheetnames
            continue
        value, formula = (
            book[error["sheet"]][error["cell"]].value for book in books[error["file"]]
        )
        if isinstance(value, str):
            value = re.sub(r"_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), value)
        shows = _SHOWS.get(error["code"].rpartition(".")[2])
        if shows and not (shows(value, formula)):
            wrong.append((error, value))

    assert wrong == []
    assert len({(e["file"], e["sheet"], e["cell"]) for e in delivery[1].errors}) == len(
        delivery[1].errors
    )


def test_the_share_of_spoilt_rows_is_the_error_rate(delivery: tuple[Path, SampleTruth]) -> None:
    truth = delivery[1]

    assert truth.flawed / truth.rows == pytest.approx(0.08, abs=0.01)
    assert all(error["level"] in {"error", "warning"} for error in truth.errors)


def test_the_truth_on_disk_is_the_truth_returned(delivery: tuple[Path, SampleTruth]) -> None:
    content = json.loads((delivery[0] / "truth.json").read_text(encoding="utf-8"))

    assert content["errors"] == delivery[1].errors
    assert content["struggling"] == delivery[1].struggling
    assert content["copied"] == delivery[1].copied
    assert content["as_of"] == "2026-06-17"


def test_the_same_arguments_give_the_same_bytes_whatever_the_number_of_processes(
    delivery: tuple[Path, SampleTruth], tmp_path: Path
) -> None:
    again = tmp_path / "again"
    write_samples(again, townships=3, log_rows=300, error_rate=0.08, seed=7, as_of=AS_OF, jobs=2)

    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        for folder in (delivery[0], again)
    )

    assert first == second


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one, two = (
        clean_rows("640402104", seed=seed, as_of=AS_OF, log_rows=200)["mentor"][0]["name"]
        for seed in (1, 2)
    )

    assert one != two


def test_copied_entries_name_two_entries_whose_texts_are_close(
    delivery: tuple[Path, SampleTruth], books: dict[str, tuple[Any, Any]]
) -> None:
    model = next(model for model in SHEETS if model.sheet.key == "log")
    texts: dict[tuple[str, str], str] = {}
    for file, (book, _) in books.items():
        sheet = book["工作日志"]
        columns = _columns(sheet, model)
        for row in range(1, sheet.max_row + 1):
            code = _squeezed(sheet.cell(row, columns["log_id"]).value)
            texts[file, code] = str(sheet.cell(row, columns["content"]).value)

    kinds = Counter(copy["kind"] for copy in delivery[1].copied)
    for copy in delivery[1].copied:
        source = texts[copy["source_file"], copy["source_log_id"]]
        if copy["kind"] in {"exact", "cross-township"}:
            assert texts[copy["file"], copy["log_id"]] == source
        else:
            assert texts[copy["file"], copy["log_id"]] != source

    assert set(kinds) == {"exact", "names-changed", "dates-numbers-changed", "cross-township"}


def test_no_stored_package_carries_a_time(delivery: tuple[Path, SampleTruth]) -> None:
    for path in delivery[0].glob("*.xlsx"):
        with zipfile.ZipFile(path) as package:
            assert {info.date_time[0] for info in package.infolist()} == {1980}


def test_the_settings_of_the_samples_are_the_defaults() -> None:
    defaults = {setting.name: setting.value for setting in settings_list()}

    assert {name: value for name, value, _ in SETTINGS} == {
        name: defaults[name] for name, _, _ in SETTINGS
    }


def test_samples_know_sheets_words_and_places_only() -> None:
    allowed = {"sheets", "vocabulary", "divisions", "columns", "schema"}
    folder = Path(__file__).parents[3] / "workbooks" / "samples"

    imported = {
        name
        for path in folder.glob("*.py")
        for name in re.findall(r"from validators\.(\w+)", path.read_text(encoding="utf-8"))
    }
    bare = [
        path.name
        for path in folder.glob("*.py")
        if re.search(
            r"^\s*(import validators|from validators import)", path.read_text("utf-8"), re.M
        )
    ]

    assert imported <= allowed
    assert bare == []
