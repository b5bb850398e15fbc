"""Rows are the same however many are printed at once, and heights however texts are measured."""

from __future__ import annotations

import zlib
from datetime import date
from pathlib import Path

from validators.cells import CellColumn, encode
from workbooks.bulk import HEIGHTS, Prototype, print_rows, row_lines
from workbooks.ooxml.cells import text_element

PROTOTYPE = Prototype(' spans="1:5"', {"A": "1", "B": "2"}, frozenset({"2"}))
WRAPS = {2: 10.0}
N_ROWS = 600
UNUSUAL = {
    3: "", 77: "甲&乙<丙>", 150: "一\n二", 151: " 走访", 300: "走访 ", 444: "_x0041_", 445: "响\a铃", 599: "　",
}  # fmt: skip
"""Texts that do not stand in XML as they are, by row."""


def the_rows() -> list[list[str | date | float | None]]:
    return [
        [
            f"R-{at}",
            date(2026, 1, 1 + at % 28) if at % 7 else None,
            "走访" * (at % 40) or at / 2,
            "固原市",
            UNUSUAL.get(at, f"入户 {at} 次"),
        ]
        for at in range(N_ROWS)
    ]


def printed(rows: list[list[str | date | float | None]], path: Path) -> bytes:
    columns = [encode(column) for column in zip(*rows, strict=True)]
    with path.open("ab") as stream:
        piece = print_rows(columns, PROTOTYPE, WRAPS, stream).piece
    return zlib.decompressobj(-15).decompress(piece.read())


def test_many_rows_are_printed_as_each_alone(tmp_path: Path) -> None:
    rows = the_rows()

    together = printed(rows, tmp_path / "1")

    alone = b"".join(printed([row], tmp_path / "2") for row in rows)
    assert together == alone
    assert together.count(b"<row ") == together.count(b"</row>") == N_ROWS


def test_unusual_texts_are_escaped_among_plain_ones(tmp_path: Path) -> None:
    xml = printed(the_rows(), tmp_path / "1").decode()

    last_cells = [row.rpartition("<c")[2] for row in xml.split("</row>")[:-1]]
    for at, text in UNUSUAL.items():
        inner = f' t="inlineStr"><is>{text_element(text)}</is></c>'
        assert last_cells[at] == (inner if text else "/>")
    assert sum("入户" in cell for cell in last_cells) == N_ROWS - len(UNUSUAL)


def test_texts_with_lines_of_their_own_are_as_tall_as_beside_plain_ones() -> None:
    texts: list[str] = ["走访" * 30, "abc" * 40, "短", "一\n二" * 12]

    def heights(cells: CellColumn) -> list[bytes]:
        lines = row_lines([cells], {0: 10.0})
        return [HEIGHTS[n_lines] for n_lines in lines] if lines is not None else []

    together = heights(encode(texts))

    assert together == [(heights(encode([text])) or [b""])[0] for text in texts]
