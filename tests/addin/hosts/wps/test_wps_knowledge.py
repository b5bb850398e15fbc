"""What the engine believes of a workbook: never other than a new click would be told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from addin.hosts.wps import operations as op
from addin.hosts.wps.channel import Channel
from addin.hosts.wps.engine import pressed_book
from addin.hosts.wps.host import WpsHost
from tests.support.wps_answers import Message
from tests.support.wps_memory import MemoryAnswers
from workbooks.ooxml.addresses import Rectangle

SHEETS, ROWS = 3, 12


class Told:
    """The conversation of a click, answered at once.

    Args:
        answers: Answers operations.

    Attributes:
        done: The names of all operations.
    """

    window = "窗口一"

    def __init__(self, answers: MemoryAnswers) -> None:
        self.answers = answers
        self.done: list[str] = []

    def ask(self, operations: Sequence[op.Operation]) -> list[Message]:
        self.done += [operation.op for operation in operations]
        return self.answers([operation.to_json() for operation in operations])


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with a table on every sheet."""
    path, book = tmp_path_factory.mktemp("known") / "表.xlsx", Workbook()
    for number in range(SHEETS):
        sheet = book.create_sheet(f"表{number}")
        for row in [("甲", "乙"), ("一", 1), ("二", 2), ("三", 3)]:
            sheet.append(row)
        sheet.add_table(Table(displayName=f"t{number}", ref="A1:B4"))
    del book["Sheet"]
    book.save(path)
    return path


def clicked(answers: MemoryAnswers) -> tuple[xw.Book, Channel, Told]:
    told = Told(answers)
    channel = Channel(told)  # type: ignore[arg-type]
    return pressed_book(channel, answers.click, {"version": "12", "spills": True}), channel, told


def known_of(book: xw.Book, channel: Channel) -> dict[str, Any]:
    """Return all that a button may ask of the sheets."""
    visible = {
        sheet.name: sheet.visible for sheet in book.sheets
    }  # before it is told with the rest
    return {
        name: (
            facts, visible[name], book.sheets[name].used_range.address,
            [(table.name, table.range.address) for table in book.sheets[name].tables],
            book.sheets[name].range((1, 1), (ROWS, 3)).raw_value,
            book.sheets[name].range((1, 1), (ROWS, 3)).number_format,
            book.sheets[name].range((1, 1), (ROWS, 3)).merge_cells,
        )
        for name, facts in WpsHost(channel).facts(book).items()
    }  # fmt: skip


Step = tuple[str, int, int]
steps = st.tuples(
    st.sampled_from(["write", "format", "resize", "hide", "show", "add", "rename", "delete", "clerk"]),
    st.integers(0, SHEETS - 1),
    st.integers(5, ROWS),
)  # fmt: skip


def done(number: int, step: Step, book: xw.Book, channel: Channel, answers: MemoryAnswers) -> None:
    """Do one step as a button does, or have the clerk do it while a question stands."""
    what, at, row = step
    sheet = book.sheets[at % len(book.sheets)]
    match what:
        case "write":
            sheet.range((row, 3)).value = "新"
        case "format":
            sheet.range((row, 2)).number_format = "0.00"
        case "resize" if len(sheet.tables):
            sheet.tables[0].resize(sheet.range((1, 1), (row, 2)))
        case "hide" | "show":
            sheet.visible = what == "show"
        case "add":
            book.sheets.add(f"新{number}", after=book.sheets[-1])
        case "rename":
            sheet.name = f"改{number}"
        case "delete" if len(book.sheets) > 1:
            sheet.delete()
        case "clerk":
            behind = answers.book.sheets[at % len(answers.book.sheets)]
            behind.Visible = 0 if behind.Visible == -1 else -1
            behind.cells[row, 4] = ("补", None)
            channel.ask(op.Alert(text="", title="", buttons="ok", critical=False))


@settings(deadline=None)
@given(st.lists(steps, max_size=8))
def test_whatever_is_done_the_engine_believes_what_a_new_click_is_told(
    tables: Path, taken: list[Step]
) -> None:
    answers = MemoryAnswers(tables)
    book, channel, _ = clicked(answers)
    assert known_of(book, channel) == known_of(*clicked(answers)[:2])
    for number, step in enumerate(taken):
        done(number, step, book, channel, answers)

        assert known_of(book, channel) == known_of(*clicked(answers)[:2]), step


def test_tabs_are_asked_for_once_whatever_is_written(tables: Path) -> None:
    book, channel, told = clicked(answers := MemoryAnswers(tables))
    for at, sheet in enumerate(book.sheets):
        sheet.range("C5").value = "新"
        sheet.visible = sheet.visible != -1
        assert sheet.visible == 0
        book.sheets.add(f"新{at}", after=book.sheets[-1])

    assert [sheet.visible for sheet in book.sheets] == [0, 0, 0, -1, -1, -1]
    assert told.done.count("facts") == 1
    assert Rectangle.parse(book.sheets[0].used_range.address.replace("$", "")).bottom == 5
    assert known_of(book, channel) == known_of(*clicked(answers)[:2])
