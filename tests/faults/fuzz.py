"""Feed arbitrary bytes to the reader and to every column's check.

    python -m tests.faults.fuzz 600          # seconds; guided by coverage, needs the package atheris

A workbook is read, or refused as `UnreadableWorkbook`; a cell has a value or a problem. Anything else
that is raised is a fault. The tests feed the same `feed` by hypothesis for a few seconds.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from tests.workbooks.raw.hostile import book_of, package, parts, worksheet
from validators.checks import check_values
from validators.columns import Column
from validators.errors import UnreadableWorkbook
from validators.sheets import SHEETS, columns_by_field
from workbooks.raw.book import read_bytes

COLUMNS: list[Column] = [c for model in SHEETS for c in columns_by_field(model).values()]
SHARED = "<si><t>张三</t></si><si><t>2026-05-03</t></si>"
SEEDS = (
    b"\x00<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1'><v>46145</v></c></row>",
    b"\x00<row r='2'><c r='C2' t='inlineStr'><is><t>x</t></is></c><c t='e'><v>#N/A</v></c></row>",
    b"\x01" + book_of("<row r='1'><c r='A1'><v>1</v></c></row>"),
    b"\x02\x05" + "王大山、李小山".encode(),
    b"\x02\x09" + "2026年5月3日".encode(),
    b"\x03\x05" + struct.pack("<d", 20260503.0),
    b"\x04<numFmts><numFmt numFmtId='170' formatCode='yyyy-mm'/></numFmts>",
)


def feed(data: bytes) -> None:
    """Feed one input: its first byte says to what.

    Raises:
        AssertionError: What came out contradicts itself; any other exception is a fault as well.
    """
    kind, rest = data[:1], data[1:]
    if kind == b"\x00":
        _read(_with("xl/worksheets/sheet1.xml", worksheet(rest.decode("utf-8", "replace"))))
    elif kind == b"\x01":
        _read(rest)
    elif kind == b"\x02" and rest:
        _check(
            rest[0],
            rest[1:]
            .decode("utf-8", "surrogateescape")
            .encode("utf-8", "replace")
            .decode("utf-8", "replace"),
        )
    elif kind == b"\x03" and len(rest) > 8:
        _check(rest[0], struct.unpack("<d", rest[1:9])[0])
    elif kind == b"\x04":
        styles = '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        _read(_with("xl/styles.xml", styles + rest.decode("utf-8", "replace")))


def _with(part: str, text: str) -> bytes:
    cell = "<row r='1'><c r='A1' s='0'><v>46145</v></c></row>"
    return package({**parts(worksheet(cell), shared=SHARED), part: text})


def _read(data: bytes) -> None:
    try:
        book = read_bytes(data, "台账.xlsx")
    except UnreadableWorkbook:
        return
    for sheet in book.sheets:
        assert {len(column.codes) for column in sheet.columns} <= {sheet.n_rows}
        for column in sheet.columns:
            assert all(-1 <= code < len(column.values) for code in column.codes)


def _check(which: int, cell: str | float) -> None:
    column = COLUMNS[which % len(COLUMNS)]
    checked = check_values(column, [cell])
    assert len(checked.values) == 1
    if checked.values[0] is None:
        assert checked.problems, (column.heading, cell)


def main() -> None:
    """Fuzz for as many seconds as the command line says, guided by coverage."""
    import atheris  # noqa: PLC0415 - only the long run needs it

    corpus = Path(sys.argv[2] if len(sys.argv) > 2 else "/tmp/fuzz-corpus")
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed{number}").write_bytes(seed)
    for name in [name for name in sys.modules if name.startswith(("validators.", "workbooks."))]:
        module = sys.modules[name]
        for value in list(vars(module).values()):
            if (
                callable(value)
                and getattr(value, "__module__", "") == name
                and hasattr(value, "__code__")
            ):
                atheris.instrument_func(value)
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={sys.argv[1]}",
            "-timeout=20",
            "-max_len=20000",
        ],
        feed,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
