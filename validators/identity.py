"""The identity of ledgers: whose a workbook is, and which of its IDs are another unit's.

Four things say whose it is: the code on the form, the names on the form, the IDs of its rows and
the file's name. An ID belongs to the unit whose code it carries: what another unit's ledger claims
under it is kept apart from the owner's rows where ledgers are merged.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from validators.cells import CellColumn
from validators.divisions import (
    Division,
    by_code,
    full_name,
    is_unit,
    townships,
    townships_called,
    unit_name,
)
from validators.sheets import (
    ExchangeRow,
    MentorRow,
    PairingRow,
    UnitRow,
    columns_by_field,
    model_for,
)

if TYPE_CHECKING:
    from validators.ledger import Ledger, SheetPart, TypedColumn


UNIT_DIGITS = 9


def unit_of(code: str) -> str:
    """Return the 9-digit unit code an ID carries: D640402104-001 → 640402104."""
    return code.rpartition("-")[0][-UNIT_DIGITS:]


def same_unit(code: str, unit: str) -> bool:
    """Return whether an ID carries the 9-digit code of `unit`; an unknown unit fits every ID."""
    return not unit or unit_of(code) == unit


# --- whose ledger it is ---


@dataclass(frozen=True, slots=True)
class Identity:
    """What each thing says of whose ledger a workbook is; 9-digit codes, "" where it says nothing.

    Attributes:
        code: The code on the form, if it is a unit's.
        named: The unit of 县(区) and 乡镇(街道) on the form.
        numbered: The unit more than half of the rows' IDs carry.
        filed: The township the file's name speaks of.
    """

    code: str = ""
    named: str = ""
    numbered: str = ""
    filed: str = ""

    @property
    def unit(self) -> str:
        """Return the unit whose ledger it is, "" where nobody can tell."""
        if self.code:
            renamed = self.named not in {"", self.code}
            return self.named if renamed and self.numbered == self.named else self.code
        said = {self.named or self.filed, self.numbered} - {""}
        return said.pop() if len(said) == 1 else ""

    @property
    def is_borrowed(self) -> bool:
        """Return whether its code is another unit's than the one its form names.

        Where the rows' IDs are the named one's too, the code is merely mistyped; where IDs and the
        file's name are as the code, the name is.
        """
        if not (self.code and self.named) or self.named in {self.code, self.unit}:
            return False
        return {self.numbered, self.filed} != {self.code}

    @property
    def maker(self) -> str:
        """Return the unit that sent it: of a borrowed code the one the form names."""
        return self.named if self.is_borrowed else self.unit

    @property
    def doubt(self) -> int:
        """Return how much speaks against its unit, 0 where all agree; a file's name says least."""
        weights = ((self.named, 2), (self.numbered, 2), (self.filed, 1))
        against = sum(weight for said, weight in weights if said not in {"", self.unit})
        return against + 2 * (self.code != self.unit)

    @property
    def grounds(self) -> str:
        """Return what tells the unit of a workbook whose form has no code, in Chinese."""
        words = {
            "乡镇（街道）名称": self.named,
            "文件名": "" if self.named else self.filed,
            "编号": self.numbered,
        }
        return "和".join(word for word, unit in words.items() if unit)


def identity_of(ledger: Ledger) -> Identity:
    """Return whose ledger one of a single workbook is."""
    parts = [*ledger.parts()]
    return identity_of_parts(parts, next(iter(ledger.unit_codes), ""))


def identity_of_parts(parts: Sequence[SheetPart], file: str) -> Identity:
    """Return whose ledger a workbook is, from the parts of its sheets and its name."""
    code, county, township = _on_form(parts)
    code = code if is_unit(code) else ""
    return Identity(code, _named(county, township, code), _numbered(parts), filed_unit(file))


def unit_on_form(parts: Sequence[SheetPart], file: str) -> str:
    """Return the unit of a workbook, looking at its IDs only where its form leaves a doubt.

    A code that is no unit's is returned as it was typed where nothing else tells the unit.
    """
    code, county, township = _on_form(parts)
    if is_unit(code) and _named(county, township, code) in {"", code}:
        return code
    return identity_of_parts(parts, file).unit or code


def _on_form(parts: Iterable[SheetPart]) -> tuple[str, str, str]:
    form = next((part for part in parts if part.key == UnitRow.sheet.key), None)
    values = ("code", "county", "township")
    return tuple(_first(form.columns.get(name)) if form else "" for name in values)  # type: ignore[return-value]


def _first(column: TypedColumn | None) -> str:
    return next(iter(column.decoded()), None) or "" if column else ""


def _named(county: str, township: str, code: str) -> str:
    """Return the unit of the names on a form; `code` decides between townships of one name."""
    called = townships_called(township)
    there = [unit for unit in called if by_code()[unit.parent_code].name == county] or called
    codes = [unit.code for unit in there]
    return code if code in codes else codes[0] if len(codes) == 1 else ""


def _numbered(parts: Iterable[SheetPart]) -> str:
    """Return the unit more than half of the IDs carry; posts sent down are the superior's."""
    counts: Counter[str] = Counter()
    for part in parts:
        sheet = model_for(part.key).sheet
        column = part.columns.get(sheet.id_field)
        if column and part.key != ExchangeRow.sheet.key:
            start = len(sheet.id_prefix)
            unit = itemgetter(slice(start, start + UNIT_DIGITS))
            counts.update(map(unit, filter(None, column.values)))
    (most, count), *_ = counts.most_common(1) or [("", 0)]
    return most if 2 * count > counts.total() and is_unit(most) else ""


def filed_unit(file: str) -> str:
    """Return the township a file's name speaks of, else the nearest folder that names one."""
    for name in reversed(PurePosixPath(file).parts):
        if unit := unit_named_in(name, townships(), file):
            return unit.code
    return ""


def unit_named_in(text: str, among: Iterable[Division], whole: str = "") -> Division | None:
    """Return the township a text speaks of, None if there is none or several.

    Args:
        text: A file's name.
        among: The townships it may be.
        whole: Where a county's name is looked for that decides between several; `text` if empty.
    """
    found = [unit for unit in among if unit.name in text]
    named = [u for u in found if not any(u.name != v.name and u.name in v.name for v in found)]
    if len(named) > 1:
        whole = whole or text
        counties = {unit: by_code()[unit.parent_code].name for unit in named}
        named = [unit for unit in named if full_name(unit) in whole or counties[unit] in whole]
    return named[0] if len(named) == 1 else None


def place_name(unit: str) -> str:
    """Return the name of a unit with its county in front."""
    return "".join(unit_name(unit))


# --- other units' IDs ---


def with_claims_apart(part: SheetPart, unit: str, delivered: Collection[str]) -> SheetPart:
    """Return a worksheet whose rows cannot be taken for those of other units.

    IDs that carry another unit's code, of its own rows and of rows that must stand in the same
    workbook, are replaced by ones that nobody else has; so is the mentor of such a pairing. What
    was typed stays in the cells.

    Args:
        part: The worksheet; it shares its rows and what is rejected of them with the result.
        unit: Whose workbook it is; nothing is replaced where that is unknown.
        delivered: The units whose ledgers are merged.
    """
    if not is_unit(unit) or part.key == ExchangeRow.sheet.key:
        return part
    columns = {}
    keep = delivered if part.key == MentorRow.sheet.key else None
    for field in _isolated_fields(part.key):
        if column := part.columns.get(field):
            values = _apart(column.values, unit, keep)
            if values is not column.values:
                columns[field] = replace(column, values=values)
    if columns and part.key == PairingRow.sheet.key and (mentors := part.columns.get("mentor_id")):
        claims = {
            row
            for column in columns.values()
            for row, _ in column.rows_with(i for i, v in enumerate(column.values) if is_claim(v))
        }
        columns["mentor_id"] = _rows_apart(mentors, claims, unit)
    return replace(part, columns={**part.columns, **columns}) if columns else part


def _rows_apart(column: TypedColumn, rows: Iterable[int], unit: str) -> TypedColumn:
    """Return a column in which only some rows mean none of other units' mentors."""
    codes = array("i", column.cells.codes)
    typed, values, problems = list(column.cells.values), list(column.values), dict(column.problems)
    moved: dict[int, int] = {}
    for row in rows:
        old = codes[row]
        if old < 0 or not values[old]:
            continue
        if old not in moved:
            moved[old] = len(values)
            values.append(_claim(values[old], unit))
            typed.append(typed[old])
            if old in problems:
                problems[moved[old]] = problems[old]
        codes[row] = moved[old]
    return replace(column, cells=CellColumn(typed, codes), values=values, problems=problems)


def _apart(values: list[Any], unit: str, delivered: Collection[str] | None) -> list[Any]:
    """Return the values of a column with other units' IDs replaced; the list itself without any.

    A mentor nobody `delivered` is left: pairings of this workbook and others may mean that one.
    """
    own = f"{unit}-"
    foreign = [
        at
        for at, value in enumerate(values)
        if value
        and (own not in value if isinstance(value, str) else any(own not in v for v in value))
    ]
    if delivered is not None:
        foreign = [at for at in foreign if unit_of(values[at]) in delivered]
    if not foreign:
        return values
    changed = list(values)
    for at in foreign:
        value = values[at]
        several = isinstance(value, tuple)
        changed[at] = tuple(_claim(v, unit) for v in value) if several else _claim(value, unit)
    return changed


def _isolated_fields(key: str) -> Iterator[str]:
    model = model_for(key)
    for field, column in columns_by_field(model).items():
        own = field in {model.sheet.id_field, "mentee_id"}
        if own or (column.refers and not column.refers.elsewhere):
            yield field


def _claim(code: str, unit: str) -> str:
    if same_unit(code, unit):
        return code
    stem, _, number = code.rpartition("-")
    return f"{stem[:-9]}{unit}-{stem[-9:]}{number}"


def is_claim(code: str | None) -> bool:
    """Return whether an ID is one that `with_claims_apart` made: its number begins with a unit."""
    if not code or "-" in code[-1 - UNIT_DIGITS :]:
        return False
    number = code.rpartition("-")[2]
    return len(number) > UNIT_DIGITS and is_unit(number[:UNIT_DIGITS])


def as_claimed(code: str) -> str:
    """Return an ID as the clerk typed it."""
    stem, _, number = code.rpartition("-")
    return f"{stem[:-9]}{number[:9]}-{number[9:]}" if is_claim(code) else code


def claims_as_typed(column: TypedColumn) -> TypedColumn:
    """Return a column of IDs as the clerk typed them; the column itself where no ID was replaced."""
    values = column.values
    claims = [
        at
        for at, value in enumerate(values)
        if value and (is_claim(value) if isinstance(value, str) else any(map(is_claim, value)))
    ]
    if not claims:
        return column
    changed = list(values)
    for at in claims:
        value = values[at]
        several = isinstance(value, tuple)
        changed[at] = tuple(map(as_claimed, value)) if several else as_claimed(value)
    return replace(column, values=changed)
