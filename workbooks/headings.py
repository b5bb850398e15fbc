"""Find a sheet's heading row and map its columns to fields, by name and synonym."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

from pydantic import BaseModel
from rapidfuzz import fuzz, process

from validators.cells import letters
from validators.columns import FIRST_VERSION, Fill
from validators.normalise import squeeze
from validators.schema import may_lack
from validators.sheets import columns_by_field
from workbooks.raw.book import RawSheet

FROM_FILE, CHECK_STATE = "来源文件", "校验状态"
"""Headings in front of every merged sheet of a consolidated workbook, and of no ledger's."""

SERIAL_HEADINGS = frozenset({"序号", "序", "编次", "No", "NO", "no"})
"""Columns that number the rows; a row with nothing else is not in use."""

Texts = tuple[tuple[int, str], ...]

_SEARCHED_ROWS = 40
_LONGEST_HEADING = 40
_ENOUGH = 0.6  # of a sheet's headings in one row: nothing below can be a better heading row
_DROPPED = str.maketrans("", "", "*★:()[]【】 \n\r\t")


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing to say of the headings: `kind` is missing, absent, duplicate, renamed, unknown."""

    kind: str
    row: int
    column: int
    heading: str
    typed: str = ""
    hint: str = ""


@dataclass(slots=True)
class HeadingMap:
    """Where a sheet's table begins; shared by all sheets with these headings, so never changed.

    Attributes:
        row: 1-based row of the headings, 0 where none were found.
        first_row: 1-based first row below the headings.
        fields: 1-based worksheet column of each field found.
        headings: Heading as typed, by worksheet column; unknown columns too.
        oddities: What to disclose.
        newer: Headings of the columns it lacks because they came after its version.
    """

    row: int = 0
    first_row: int = 1
    fields: dict[str, int] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)

    def tell(self, kind: str, column: int, heading: str, typed: str = "", hint: str = "") -> None:
        """Note an oddity of the heading in a worksheet column."""
        self.oddities.append(Oddity(kind, self.row, column, heading, typed, hint))


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """Return the comparison form of a heading: NFKC, without spaces, brackets and stars."""
    return squeeze(text).translate(_DROPPED)


@cache
def _names(model: type[BaseModel]) -> dict[str, str]:
    columns = columns_by_field(model)
    names = {heading_key(c.heading): name for name, c in columns.items()}
    for name, column in columns.items():
        for synonym in column.synonyms:
            names.setdefault(heading_key(synonym), name)
    return names


def map_headings(
    sheet: RawSheet, model: type[BaseModel], version: str = FIRST_VERSION
) -> HeadingMap:
    """Map the columns of `sheet` to the fields of `model`.

    The heading row is the one among the first 40 that names most fields; a second heading row
    above or below it (merged group headings) fills the columns it leaves open.

    Args:
        sheet: The worksheet.
        model: The model of its rows.
        version: The version of the template the ledger was made from: columns that came later may
            be missing. Of a sheet by itself nobody knows the version, so it may be the first one.
    """
    names = _names(model)
    every = len({*names.values()})
    rows: list[Texts] = []
    scores: list[int] = []
    for number in range(1, min(sheet.n_rows, _SEARCHED_ROWS) + 1):
        rows.append(_texts(sheet, number))
        scores.append(len({names[heading_key(text)] for _, text in _named(rows[-1], names)}))
        if scores[-1] == every:
            break  # nothing is left for another row to name
        if number > 1 and scores[-2] > _ENOUGH * len(model.model_fields):
            break  # the row below is read too: it may be a second heading row
    best = max(range(len(scores)), key=lambda n: (scores[n], -n), default=-1)
    if best < 0 or scores[best] < min(2, len(names)):
        return HeadingMap()
    above = _named(rows[best - 1], names) if best else ()
    below = _named(rows[best + 1], names) if best + 1 < len(rows) else ()
    return _mapped(model, version, best + 1, above, rows[best], below)


def _named(texts: Texts, names: dict[str, str]) -> Texts:
    """Return the texts that name a field."""
    return tuple((at, text) for at, text in texts if heading_key(text) in names)


@lru_cache(maxsize=512)
def _mapped(
    model: type[BaseModel], version: str, row: int, above: Texts, own: Texts, below: Texts
) -> HeadingMap:
    """Return the map for a heading row and what its neighbours name; one for all of a template."""
    names = _names(model)
    heading_map = HeadingMap(row, row + 1, headings=dict(own))
    _fill_from_neighbours(heading_map, {row - 1: dict(above), row + 1: dict(below)}, names)
    _tell_missing(heading_map, model, _assign(heading_map, model, names), version)
    return heading_map


def _texts(sheet: RawSheet, number: int) -> Texts:
    """Return the 1-based column and the text of the short texts in a row."""
    texts = []
    for at, column in enumerate(sheet.columns, 1):
        code = column.codes[number - 1]
        if code >= 0 and isinstance(cell := column.values[code], str):
            text = cell.strip()
            if 0 < len(text) <= _LONGEST_HEADING:
                texts.append((at, text))
    return tuple(texts)


def _fill_from_neighbours(
    heading_map: HeadingMap, rows: dict[int, dict[int, str]], names: dict[str, str]
) -> None:
    taken = {names.get(heading_key(text)) for text in heading_map.headings.values()}
    for number in (heading_map.row + 1, heading_map.row - 1):
        extra = {
            column: text
            for column, text in rows.get(number, {}).items()
            if (name := names.get(heading_key(text))) and name not in taken
        }
        replaceable = {
            c for c in extra if heading_key(heading_map.headings.get(c, "")) not in names
        }
        if len(replaceable) >= 2 or (number < heading_map.row and replaceable):
            heading_map.headings |= {c: extra[c] for c in replaceable}
            heading_map.first_row = max(heading_map.first_row, number + 1)


def _assign(
    heading_map: HeadingMap, model: type[BaseModel], names: dict[str, str]
) -> dict[int, str]:
    """Give every field its column; return the headings that name no field, by column."""
    columns = columns_by_field(model)
    exact = {heading_key(c.heading): name for name, c in columns.items()}
    ranked = sorted(
        heading_map.headings, key=lambda c: (heading_key(heading_map.headings[c]) not in exact, c)
    )
    unknown: dict[int, str] = {}
    for column in ranked:
        typed = heading_map.headings[column]
        name = names.get(heading_key(typed))
        if name is None and typed in unknown.values():
            heading_map.tell("duplicate", column, typed, typed)
        elif name is None:
            unknown[column] = typed
        elif name in heading_map.fields:
            heading_map.tell("duplicate", column, columns[name].heading, typed)
        else:
            heading_map.fields[name] = column
            if heading_key(typed) != heading_key(columns[name].heading):
                heading_map.tell("renamed", column, columns[name].heading, typed)
    return unknown


def _tell_missing(
    heading_map: HeadingMap, model: type[BaseModel], unknown: dict[int, str], version: str
) -> None:
    first = min(heading_map.headings)
    for name, column in columns_by_field(model).items():
        if name in heading_map.fields or column.fill is Fill.LOOKUP:
            continue
        if may_lack(version, column.since):
            heading_map.newer.append(column.heading)
            continue
        if column.fill is Fill.COMPUTED:
            continue
        near = process.extractOne(column.heading, unknown, scorer=fuzz.ratio, score_cutoff=60)
        hint = f"{letters(near[2])} 列“{near[0]}”" if near else ""
        kind = "missing" if column.required else "absent"
        heading_map.tell(kind, first, column.heading, hint=hint)
    for at, typed in unknown.items():
        if typed not in SERIAL_HEADINGS:
            heading_map.tell("unknown", at, typed, typed)
