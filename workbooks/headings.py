"""Find a sheet's heading rows and map the columns below each to fields, by name and synonym.

A sheet is one table or several blocks, each under its own heading row: a clerk pastes rows from
another list together with its headings, and the columns stand in another order from there on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import BaseModel
from rapidfuzz import fuzz, process

from validators.cells import letters
from validators.columns import FIRST_VERSION, Fill, Kind
from validators.names import is_ditto
from validators.normalise import squeeze
from validators.schema import may_lack
from validators.sheets import columns_by_field
from workbooks.raw.book import RawSheet

SERIAL_HEADINGS = frozenset({"序号", "序", "编次", "No", "NO", "no"})
"""Columns that number the rows; a row with nothing else is not in use."""

Texts = tuple[tuple[int, str], ...]

_LONGEST_HEADING = 40
_DROPPED = str.maketrans("", "", "*★☆●▲※:()[]【】〔〕<>《》 \n\r\t")
_BRACKETS = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
_MARKS = re.compile(
    r"^(?:[\"“'‘]|\d{1,2}[.、．]?|必填项?|选填项?|可选)|(?:必[填选]项?|选填项?|可选|得分|[→↓⇩▼\"”'’、,;。]|[a-z]{3,})$",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(r"^[^\w*(（\[【〔<《]+|^[①-⑳]")
"""What is put in front of a heading, such as ☎ or ①."""
_WORD = re.compile(r"[^\W\d_]")
_JOINED = re.compile(r"[及和与、/+&]")
_BESIDE_UNIT = re.compile(r"[\W\d_]|单位|必填|选填")


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing to say of the headings.

    `kind` is missing, absent, duplicate, renamed, unknown, joined (two columns in one), unit (in
    another unit than ours), unitless, or beside (another table to the right; `pasted` where it may
    hold rows of this one).
    """

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
        lacking: Required fields it lacks, so that no row can be accepted.
        beside: Worksheet columns of other tables beside it.
    """

    row: int = 0
    first_row: int = 1
    fields: dict[str, int] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)

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


@lru_cache(maxsize=8192)
def field_named(model: type[BaseModel], text: str) -> str:
    """Return the field a heading names, "" for none.

    Hints typed with it do not matter: 日期（必填）, *日期, 3.日期, or 内容 with （100字以内） on a second
    line. Of a number whose own heading says its unit they do: 时长（分钟） is not 时长(小时).
    """
    names = _names(model)
    if len(text) > _LONGEST_HEADING or (text.isascii() and not _has_ascii_name(model)):
        return ""
    key = heading_key(text)
    if name := names.get(key):
        return name
    # letters alone hold no hint but a word before or behind
    for form in (_MARKS.sub("", key),) if text.isalpha() else _without_hints(text):
        name = names.get(form, "")
        if name and name not in _units(model):
            return name
    plain = squeeze(text)
    measured = ((n, _rest(plain, bare), unit) for n, (bare, unit) in _units(model).items())
    return next(
        (name for name, rest, unit in measured if rest and rest in (unit, _SHORT.get(unit))), ""
    )


@cache
def _has_ascii_name(model: type[BaseModel]) -> bool:
    return any(map(str.isascii, _names(model)))


def _without_hints(text: str) -> Iterator[str]:
    if bare := _SYMBOLS.sub("", text.strip()):
        yield heading_key(bare)
        text = bare
    line = next((line for line in text.splitlines() if line.strip()), "")
    yield heading_key(line)
    plain = _BRACKETS.sub("", squeeze(text))
    yield heading_key(plain)
    yield heading_key(_MARKS.sub("", heading_key(plain)))
    yield heading_key(_MARKS.sub("", heading_key(_BRACKETS.sub("", squeeze(line)))))


_SHORT = {"小时": "h", "万元": "万"}


@cache
def _units(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Return the name and the unit of every number whose heading says its unit, by field."""
    found = ((n, c, _BRACKETS.search(c.heading)) for n, c in columns_by_field(model).items())
    return {
        name: (column.heading[: unit.start()], unit[0][1:-1])
        for name, column, unit in found
        if unit and column.kind in {Kind.INTEGER, Kind.DECIMAL}
    }


def _rest(plain: str, bare: str) -> str | None:
    """Return what a heading says beside a name, as of the unit; None where it says no such name."""
    before, found, rest = plain.partition(bare)
    around = [_BESIDE_UNIT.sub("", part).casefold() for part in (before, rest)]
    return around[1] if found and not around[0] else None


@cache
def _first_characters(model: type[BaseModel]) -> frozenset[str]:
    """Return what a heading can begin with: nearly no other text does, which saves a closer look."""
    names = {name[0] for name in _names(model)}
    return frozenset(
        names
        | {
            *"①②③④⑤⑥⑦⑧⑨☎✉✆☏◆◇■□●○△▲◎→·•#*＊★☆●▲※（(【[〔〈<《 \u3000\xa0\n\r\t必选可0123456789０１２３４５６７８９"
        }
    )


class Block(NamedTuple):
    """The rows of a sheet under one heading row.

    Attributes:
        headings: Where its columns are.
        first: 1-based first row that may belong to it. Above the first heading row of a sheet rows
            may stand, too: of a table sorted together with its headings.
        last: 1-based last row, inclusive.
    """

    headings: HeadingMap
    first: int
    last: int


def map_headings(
    sheet: RawSheet, model: type[BaseModel], version: str = FIRST_VERSION
) -> HeadingMap:
    """Map the columns of the first block of `sheet` to the fields of `model`; see `map_blocks`."""
    blocks = map_blocks(sheet, model, version)
    return blocks[0].headings if blocks else HeadingMap()


def map_blocks(
    sheet: RawSheet, model: type[BaseModel], version: str = FIRST_VERSION
) -> list[Block]:
    """Return the blocks of `sheet`, with the columns of each mapped to the fields of `model`.

    A heading row is one most of whose cells name fields; a second one next to it (merged group
    headings) fills the columns it leaves open. Headings repeated as they were, on a later page for
    example, begin no block.

    Args:
        sheet: The worksheet.
        model: The model of its rows.
        version: The version of the template the ledger was made from: columns that came later may
            be missing. Of a sheet by itself nobody knows the version, so it may be the first one.

    Returns:
        The blocks from top to bottom; none where there is no heading row.
    """
    found = _found(sheet, model)
    blocks: list[Block] = []
    for row in _heading_rows(sheet, model, found):
        own = _texts(sheet, row)
        above, below = found.get(row - 1, ()), found.get(row + 1, ())
        heading_map = _mapped(model, version, row, above, own, below)
        if blocks and not _begins_block(sheet, model, blocks[-1].headings, heading_map):
            continue
        if blocks:
            blocks[-1] = blocks[-1]._replace(last=row - 1)
        blocks.append(Block(heading_map, heading_map.first_row if blocks else 1, sheet.n_rows))
    return blocks


def _found(sheet: RawSheet, model: type[BaseModel]) -> dict[int, Texts]:
    """Return by 1-based row the cells that name a field, where there are any."""
    named: dict[int, set[int]] = {}
    for index, code in sheet.texts.starting(
        _first_characters(model).__contains__, _LONGEST_HEADING
    ):
        if field_named(model, str(sheet.columns[index].values[code]).strip()):
            named.setdefault(index, set()).add(code)
    found: dict[int, list[tuple[int, str]]] = {}
    for index, codes in sorted(named.items()):
        column = sheet.columns[index]
        for row, code in column.rows_with(codes):
            found.setdefault(row + 1, []).append((index + 1, str(column.values[code]).strip()))
    return {row: tuple(found[row]) for row in sorted(found)}


def _heading_rows(
    sheet: RawSheet, model: type[BaseModel], found: dict[int, Texts]
) -> Iterator[int]:
    """Yield the heading rows; of neighbours that complete each other the fuller one."""
    scores = {
        row: len({field_named(model, text) for _, text in texts}) for row, texts in found.items()
    }
    likely = [row for row, score in scores.items() if score >= 2 and _is_heading(sheet, row, found)]
    for row in likely:
        fuller = (n for n in (row - 1, row + 1) if n in likely and _complete(model, found, row, n))
        if all((scores[n], -n) < (scores[row], -row) for n in fuller):
            yield row


def _is_heading(sheet: RawSheet, row: int, found: dict[int, Texts]) -> bool:
    filled = sum(column.codes[row - 1] >= 0 for column in sheet.columns if column.values)
    return 3 * len(found[row]) >= filled


def _complete(model: type[BaseModel], found: dict[int, Texts], row: int, other: int) -> bool:
    """Return whether two rows name different fields, as the two rows of one heading do."""
    one, two = ({field_named(model, text) for _, text in found[n]} for n in (row, other))
    return len(one & two) < 2


def _begins_block(
    sheet: RawSheet, model: type[BaseModel], before: HeadingMap, after: HeadingMap
) -> bool:
    """Return whether a further heading row gives the columns another meaning.

    A row of other headings among which a few happen to be ours heads a table of its own.
    """
    columns = columns_by_field(model)
    required = [name for name, column in columns.items() if column.required]
    if 2 * sum(name in after.fields for name in required) < len(required):
        return False
    known = {at: name for name, at in before.fields.items()}
    cells = dict(_texts(sheet, after.row))
    return any(known.get(at) != name for name, at in after.fields.items()) or any(
        at in known and heading_key(text) != heading_key(before.headings[at])
        for at, text in cells.items()
        if not field_named(model, text) and not _is_damaged(text)
    )


def _is_damaged(text: str) -> bool:
    """Tell whether a cell among headings can be none: a number, a formula's text, a ditto mark."""
    return is_ditto(text) or text[0] in "=+-@" or not _WORD.search(text)


@lru_cache(maxsize=512)
def _mapped(
    model: type[BaseModel], version: str, row: int, above: Texts, own: Texts, below: Texts
) -> HeadingMap:
    """Return the map for a heading row and what its neighbours name; one for all of a template."""
    heading_map = HeadingMap(row, row + 1, headings=dict(own))
    _fill_from_neighbours(heading_map, {row - 1: dict(above), row + 1: dict(below)}, model)
    _set_tables_beside_apart(heading_map, model)
    unknown = _assign(heading_map, model)
    _tell_missing(heading_map, model, unknown, version)
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
    heading_map: HeadingMap, rows: dict[int, dict[int, str]], model: type[BaseModel]
) -> None:
    taken = {field_named(model, text) for text in heading_map.headings.values()}
    for number in (heading_map.row + 1, heading_map.row - 1):
        extra = {
            column: text
            for column, text in rows.get(number, {}).items()
            if (name := field_named(model, text)) and name not in taken
        }
        replaceable = {c for c in extra if not field_named(model, heading_map.headings.get(c, ""))}
        if len(replaceable) >= 2 or (number < heading_map.row and replaceable):
            heading_map.headings |= {c: extra[c] for c in replaceable}
            heading_map.first_row = max(heading_map.first_row, number + 1)


def _assign(heading_map: HeadingMap, model: type[BaseModel]) -> dict[int, str]:
    """Give every field its column; return the headings that name no field, by column."""
    columns = columns_by_field(model)
    exact = {heading_key(c.heading): name for name, c in columns.items()}
    ranked = sorted(
        heading_map.headings, key=lambda c: (heading_key(heading_map.headings[c]) not in exact, c)
    )
    unknown: dict[int, str] = {}
    for column in ranked:
        typed = heading_map.headings[column]
        name = field_named(model, typed)
        known = {name: at for at, name in unknown.items()} if not name else heading_map.fields
        if (name or typed) in known:
            other = known[name or typed]
            hint = f"{letters(other)} 列“{heading_map.headings[other]}”"
            heading_map.tell(
                "duplicate", column, columns[name].heading if name else typed, typed, hint
            )
        elif not name:
            unknown[column] = typed
        else:
            heading_map.fields[name] = column
            if heading_key(typed) not in {heading_key(columns[name].heading), ""}:
                heading_map.tell("renamed", column, columns[name].heading, typed)
    return unknown


def _set_tables_beside_apart(heading_map: HeadingMap, model: type[BaseModel]) -> None:
    """Leave out the headings of other tables beside this one, and say so once of each.

    Such a table has two headings or more, stands apart by a column without one, and names no field
    or one that this table has.
    """
    runs: list[list[int]] = []
    for at in sorted(heading_map.headings):
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    fields = [{field_named(model, heading_map.headings[at]) for at in run} - {""} for run in runs]
    required = {name for name, column in columns_by_field(model).items() if column.required}
    widest = max(range(len(runs)), key=lambda n: (len(fields[n]), -n))
    for run, named in zip(runs, fields, strict=True):
        other = run is not runs[widest] and (not named or named & fields[widest])
        if other and len(run) > 1:
            heading_map.beside += run
            typed = "、".join(heading_map.headings.pop(at) for at in run)
            rows = 2 * len(named & required) >= max(len(required), 2)
            heading_map.tell(
                "pasted" if rows else "beside",
                run[0],
                typed,
                typed,
                f"{letters(run[0])}–{letters(run[-1])} 列",
            )


def _tell_missing(
    heading_map: HeadingMap, model: type[BaseModel], unknown: dict[int, str], version: str
) -> None:
    first = min(heading_map.headings)
    said = {
        *dict(_joined(heading_map, model, unknown)),
        *_in_other_units(heading_map, model, unknown),
    }
    for name, column in columns_by_field(model).items():
        if name in heading_map.fields or column.fill is Fill.LOOKUP:
            continue
        if may_lack(version, column.since):
            heading_map.newer.append(column.heading)
            continue
        if column.fill is Fill.COMPUTED:
            continue
        if column.required:
            heading_map.lacking.append(name)
        if name in said:
            continue
        near = process.extractOne(column.heading, unknown, scorer=fuzz.ratio, score_cutoff=60)
        hint = f"{letters(near[2])} 列“{near[0]}”" if near else ""
        kind = "missing" if column.required else "absent"
        heading_map.tell(kind, first, column.heading, hint=hint)
    for at, typed in unknown.items():
        if typed not in SERIAL_HEADINGS:
            heading_map.tell("unknown", at, typed, typed)


def _joined(
    heading_map: HeadingMap, model: type[BaseModel], unknown: dict[int, str]
) -> Iterator[tuple[str, int]]:
    """Yield the fields that stand together in one column, such as 工作单位及职务, and say so once.

    The heading is taken out of `unknown`.
    """
    columns = columns_by_field(model)
    for at, typed in [*unknown.items()]:
        fields = [name for name in _split(model, typed) if name not in heading_map.fields]
        if len(fields) == 2:
            del unknown[at]
            headings = "”“".join(columns[name].heading for name in fields)
            heading_map.tell("joined", at, headings, typed)
            yield from ((name, at) for name in fields)


def _in_other_units(
    heading_map: HeadingMap, model: type[BaseModel], unknown: dict[int, str]
) -> Iterator[str]:
    """Yield the fields that stand in a column of another unit, such as 时长（分钟）, and say so once.

    The heading is taken out of `unknown`.
    """
    for name, (bare, unit) in _units(model).items():
        for at, typed in [*unknown.items()]:
            rest = _rest(_BRACKETS.sub("", squeeze(typed)), bare)
            if name not in heading_map.fields and rest == "":
                del unknown[at]
                kind = "unit" if _rest(squeeze(typed), bare) else "unitless"
                heading_map.tell(kind, at, f"{bare}({unit})", typed)
                yield name
                break


def _split(model: type[BaseModel], typed: str) -> tuple[str, ...]:
    """Return the two fields a heading names together, none where it does not."""
    text = squeeze(typed)
    cuts = [(match.start(), match.end()) for match in _JOINED.finditer(text)]
    cuts += [(at, at) for at in range(2, len(text) - 1)]
    for end, start in cuts:
        pair = field_named(model, text[:end]), field_named(model, text[start:])
        if all(pair) and pair[0] != pair[1]:
            return pair
    return ()
