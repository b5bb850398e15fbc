from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from validators.cells import Cell, FormulaError, Shown
from workbooks.live.reading import as_formatted, cell_of


def same(found: object, expected: object) -> bool:
    return type(found) is type(expected) and found == expected


def utc(*parts: int) -> dt.datetime:
    """Return a moment as pywin32 gives it: said to be UTC, meant as it stands."""
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc, arg-type]


class CellError(str):
    """An error's text as the LibreOffice engine gives it."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        ("", None),
        (" ", " "),
        ("007", "007"),
        ("#N/A", "#N/A"),
        (3.0, 3),
        (-2.5, -2.5),
        (640402198005012345.0, 640402198005012352),
        (True, True),
        (False, False),
        (Decimal("120"), 120),
        (Decimal("12.5"), 12.5),
        (-2146826246, FormulaError("#N/A")),
        (-2146826281, FormulaError("#DIV/0!")),
        (-2146826265, FormulaError("#REF!")),
        (-2146826259, FormulaError("#NAME?")),
        (-2146826273, FormulaError("#VALUE!")),
        (-2146826243, FormulaError("#SPILL!")),
        (CellError("#NUM!"), FormulaError("#NUM!")),
        (utc(2026, 3, 5), dt.date(2026, 3, 5)),
        (utc(2026, 3, 5, 14, 30), dt.datetime(2026, 3, 5, 14, 30)),
        (dt.datetime(2026, 3, 5), dt.date(2026, 3, 5)),
        (utc(1905, 7, 18, 14, 24), Shown(2026.6)),
        (utc(1900, 2, 27), Shown(59)),
        (utc(1900, 2, 28), Shown(60)),
        (utc(1899, 12, 30, 9, 15), dt.time(9, 15)),
    ],
    ids=repr,
)
def test_a_value_from_a_spreadsheet_is_the_cell_of_its_file(
    value: object, cell: Cell | None
) -> None:
    assert same(cell_of(value), cell)


class Formats:
    """The number format of each row, and how often one was asked for."""

    def __init__(self, codes: dict[int, str]) -> None:
        self.codes = codes
        self.asked = 0

    def __call__(self, first: int, last: int) -> str | None:
        self.asked += 1
        codes = {self.codes.get(row, "General") for row in range(first, last + 1)}
        return codes.pop() if len(codes) == 1 else None


@pytest.mark.parametrize("count", [10, 1000])
def test_a_column_of_times_asks_once_for_its_format(count: int) -> None:
    formats = Formats(dict.fromkeys(range(1, count + 1), "h:mm"))

    found = as_formatted(range(1, count + 1), [0.375] * count, formats)

    assert found == [dt.time(9)] * count
    assert formats.asked == 1


def test_only_what_is_formatted_as_a_time_becomes_one() -> None:
    formats = Formats({2: "h:mm", 3: "hh:mm:ss", 5: "0%", 6: "[h]:mm"})

    found = as_formatted([1, 2, 3, 5, 6, 9], [0.5] * 6, formats)

    assert found == [0.5, dt.time(12), dt.time(12), Shown(0.5, "50%"), dt.time(12), 0.5]


def test_numbers_in_between_do_not_matter_to_a_format_asked_for() -> None:
    formats = Formats({4: "h:mm", 9: "h:mm"})

    assert as_formatted([4, 9], [0.25, 0.75], formats) == [dt.time(6), dt.time(18)]


def test_a_column_that_changes_its_format_all_the_time_is_given_up() -> None:
    formats = Formats(dict.fromkeys(range(1, 3000, 2), "h:mm"))

    found = as_formatted(range(1, 3001), [0.5] * 3000, formats)

    assert formats.asked == 100
    assert len(found) == 3000
