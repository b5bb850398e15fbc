"""Column checks: the distinct cells of one column against its field's type.

A column of 3,000 rows has a few hundred distinct cells, so each distinct cell is validated once
by a pydantic adapter derived from the model's field, and its outcome is shared by its rows.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, NamedTuple, Protocol, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from validators.cells import Cell, FormulaError, Shown, Uncalculated
from validators.columns import Column, Kind
from validators.fields import Canonical, Doubt
from validators.messages import PROBLEMS, kind_of
from validators.names import BLANK_WORDS, has_id_number, is_ditto
from validators.normalise import day, month, squeeze
from validators.vocabulary import Level

_FORMULA_KINDS = {FormulaError: "formula_error", Uncalculated: "formula_uncalculated"}

FORMAT_LOST = "date_format_lost"
"""The kind of problem that a column has as a whole: it has one finding, on its first cell."""

_BUNDLE = 16
"""Cells read at once; where one of them is wrong, the others are read again."""

_SURE_DIGITS = 11
"""A number of so many digits, a mobile phone, is shown as it is whatever its format."""

_REMEMBERED = 20_000
"""Distinct cells of one column kept in mind; a city's dates, names and words are fewer."""

_BLANK_FORMS: frozenset[Cell] = frozenset(
    f"{before}{word}{after}"
    for word in BLANK_WORDS
    for before in ("", " ")
    for after in ("", " ", "。")
)


class Problem(NamedTuple):
    """What is wrong (or odd) with one distinct cell."""

    kind: str
    context: dict[str, Any]

    @property
    def level(self) -> Level:
        """Return how severe it is; an optional column is spared some errors."""
        return Level.WARNING if self.context.get("spared") else PROBLEMS[self.kind].level

    @property
    def is_error(self) -> bool:
        """Return whether the cell's row is rejected."""
        return self.level is Level.ERROR


@dataclass(slots=True)
class CheckedValues:
    """The outcome for each distinct cell.

    Attributes:
        values: Normalised values, aligned with the cells; None where unreadable or blank.
        problems: Problems by index of the distinct cell.
    """

    values: list[Any]
    problems: dict[int, Problem] = field(default_factory=dict)


class Readings(Protocol):
    """What has values and problems as `CheckedValues` has."""

    values: list[Any]
    problems: dict[int, Problem]


def check_values(column: Column, cells: Sequence[Cell]) -> CheckedValues:
    """Validate and normalise the distinct `cells` of `column`."""
    if not cells:
        return CheckedValues([])
    canonical = _canonical(column)
    doubtful: Sequence[int] = canonical.others(cells) if canonical else range(len(cells))
    checked = CheckedValues([*canonical.values(cells)] if canonical else [*cells])
    if doubtful:
        _recall(column, cells, doubtful, checked)
    _drop_blanks(column, cells, doubtful, checked)
    read_serials(column, cells, checked)
    return checked


_FEWEST_SERIALS = 3
_SERIALS_PER_DAY = 10


def read_serials(
    column: Column, cells: Sequence[Cell], checked: Readings, fewest: int = _FEWEST_SERIALS
) -> None:
    """Read bare serial numbers as days where a whole column has lost its date format.

    Such a column has several of them and hardly another date; another program saved the file, and
    the clerk may have gone on typing since.

    Args:
        column: The column.
        cells: Its distinct cells.
        checked: What is known of them; changed.
        fewest: How many such numbers it takes.
    """
    serials = [i for i, problem in checked.problems.items() if problem.kind == "date_serial"]
    if len(serials) < fewest:
        return  # before counting days: hardly a column has any
    if len(serials) < _SERIALS_PER_DAY * sum(isinstance(cell, date) for cell in cells):
        return
    for i in serials:
        reading = checked.problems[i].context["likely"]
        checked.values[i] = likely_value(column, reading)
        checked.problems[i] = Problem(FORMAT_LOST, {"reading": reading, "odd": ""})


def likely_value(column: Column, reading: str) -> date:
    """Return the day a `likely` reading of a column of dates stands for."""
    return month(reading) if column.kind is Kind.MONTH else day(reading)


def _recall(
    column: Column, cells: Sequence[Cell], places: Sequence[int], checked: CheckedValues
) -> None:
    """Take what is known of cells read before, in this or another ledger, and read the rest."""
    known = _memory(column)
    if len(known) > _REMEMBERED:
        known.clear()
    keys = [(type(cells[i]), cells[i]) for i in places]
    new = [i for i, key in zip(places, keys, strict=True) if key not in known]
    for start in range(0, len(new), _BUNDLE):
        some = new[start : start + _BUNDLE]
        _read(column, [cells[i] for i in some], some, checked)
    if new:
        _note_normalised(column, cells, new, checked)
        for i in new:
            known[type(cells[i]), cells[i]] = (checked.values[i], checked.problems.get(i))
    if len(new) < len(places):
        for i, key in zip(places, keys, strict=True):
            checked.values[i], problem = known[key]
            if problem:
                checked.problems[i] = problem


@cache
def _memory(column: Column) -> dict[tuple[type, Cell], tuple[Any, Problem | None]]:  # noqa: ARG001  # one for each column
    return {}


def _read(column: Column, cells: list[Cell], places: Sequence[int], checked: CheckedValues) -> None:
    """Read `cells`, which stand at `places` among the distinct cells, into `checked`."""
    adapter = list_adapter(column)
    try:
        values = adapter.validate_python(cells)
    except ValidationError as bad:
        wrong = {int(error["loc"][0]): error for error in reversed(bad.errors(include_url=False))}
        for i, error in wrong.items():
            checked.values[places[i]] = None
            checked.problems[places[i]] = _refused(column, cells[i], error)
        right = [i for i in range(len(cells)) if i not in wrong]
        places = [places[i] for i in right]
        values = adapter.validate_python([cells[i] for i in right])
    for place, value in zip(places, values, strict=True):
        checked.values[place] = value


def _refused(column: Column, cell: Cell, error: ErrorDetails) -> Problem:
    """Return the problem of a cell without a value."""
    kind = _FORMULA_KINDS.get(type(cell)) or kind_of(error["type"])
    if is_ditto(cell):
        kind = "ditto"
    elif has_id_number(cell):
        kind = "id_number_only"
    return Problem(kind, {**error.get("ctx", {}), **_spared(column, kind)})


def _spared(column: Column, kind: str) -> dict[str, Any]:
    return {"spared": True} if PROBLEMS[kind].spares and not column.required else {}


@cache
def _doubt(column: Column) -> Callable[[Cell, Any], str] | None:
    """Return what the type knows of values that can be used but leave a doubt."""
    known = (*column.metadata, *get_args(_without_none(column.annotation)))
    return next((item.kind_of for item in known if isinstance(item, Doubt)), None)


@cache
def _canonical(column: Column) -> Canonical | None:
    """Return what the type knows of cells in canonical form."""
    known = (*column.metadata, *get_args(_without_none(column.annotation)))
    return next((item for item in known if isinstance(item, Canonical)), None)


@cache
def list_adapter(column: Column) -> TypeAdapter[list[Any]]:
    """Return what reads cells of a column."""
    plain = _without_none(column.annotation)
    return _adapter_of(Annotated[(plain, *column.metadata)] if column.metadata else plain)


@cache
def _adapter_of(typed: Any) -> TypeAdapter[list[Any]]:
    """Return one adapter for all columns of a type: to make one takes as long as a column."""
    return TypeAdapter(list[typed])


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    return next(arm for arm in get_args(annotation) if arm is not type(None))


def _drop_blanks(
    column: Column, cells: Sequence[Cell], places: Sequence[int], checked: CheckedValues
) -> None:
    """Make nothing of white space, and of blank words in optional columns."""
    blank = [i for i in places if checked.values[i] == "" or _is_white(cells[i])]
    if not column.required:
        blank += [cells.index(form) for form in _BLANK_FORMS.intersection(cells)]
    for i in blank:
        checked.values[i] = None
        checked.problems[i] = Problem("missing" if column.required else "blank_word", {})


def _is_white(cell: Cell) -> bool:
    return isinstance(cell, str) and (cell.isspace() or (len(cell) <= 2 and not squeeze(cell)))


def _note_normalised(
    column: Column, cells: Sequence[Cell], places: Sequence[int], checked: CheckedValues
) -> None:
    doubt = _doubt(column)
    for i in places:
        cell, value = cells[i], checked.values[i]
        if value is None:
            continue
        kind = doubt(cell, value) if doubt else ""
        if not isinstance(cell, str) and isinstance(value, str) and len(value) < _SURE_DIGITS:
            kind = kind or "not_text"  # what it looks like is for its format to say
        if kind or (value is not cell and not _same(column, cell, value)):
            context = {"reading": shown(column, value), "odd": _odd_characters(cell)}
            if column.kind is Kind.DAY and isinstance(cell, str):
                context["form"] = "日期是文字格式"
            if kind and PROBLEMS[kind].spares:
                checked.values[i], context = None, _spared(column, kind)
            checked.problems[i] = Problem(kind or "normalised", context)


def _same(column: Column, cell: Cell, value: Any) -> bool:
    if column.kind is Kind.MONTH and isinstance(cell, date):
        return True
    if isinstance(cell, Shown):
        return bool(cell.number == value) and not isinstance(value, str)
    if isinstance(cell, datetime):
        return bool(cell.date() == value) and cell.time() == time()
    if isinstance(value, tuple):
        return isinstance(cell, str) and _without_names(cell) == "、".join(value)
    if isinstance(cell, str) and "｜" in cell:
        return bool(_without_names(cell) == value)
    return bool(cell == value) and isinstance(cell, str) == isinstance(value, str)


def _without_names(cell: str) -> str:
    """Return the codes of cells as the dropdowns fill them: `J…-017｜梁某→朱某` → `J…-017`."""
    return "、".join(part.partition("｜")[0] for part in cell.split("、"))


def shown(column: Column, value: Any) -> str:
    """Return a normalised value as the sheet shows it."""
    if isinstance(value, date):
        return value.strftime("%Y-%m") if column.kind is Kind.MONTH else value.isoformat()
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _odd_characters(cell: Cell) -> str:
    if not isinstance(cell, str) or cell.isprintable():
        return ""
    odd = sorted({c for c in cell if not c.isprintable()})
    return f"（含不可见字符 {'、'.join(f'U+{ord(c):04X}' for c in odd)}）"
