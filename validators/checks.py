"""Column checks: the distinct cells of one column against its field's type.

A column of 3,000 rows has a few hundred distinct cells, so each distinct cell is validated once
by a pydantic adapter derived from the model's field, and its outcome is shared by its rows.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from validators.cells import Cell, FormulaError, Uncalculated
from validators.columns import Column, Kind
from validators.messages import PROBLEMS, kind_of
from validators.normalise import squeeze
from validators.vocabulary import Level

__all__ = ["BLANK_WORDS", "CheckedValues", "Problem", "check_values", "shown"]

_FORMULA_KINDS = {FormulaError: "formula_error", Uncalculated: "formula_uncalculated"}

BLANK_WORDS = frozenset({"无", "没有", "暂无", "—", "——", "-", "--", "/", "\\", "空"})
"""Typed words that mean an empty cell, in optional columns only."""


class Problem(NamedTuple):
    """What is wrong (or odd) with one distinct cell."""

    kind: str
    context: dict[str, Any]

    @property
    def is_error(self) -> bool:
        """Return whether the cell's row is rejected."""
        return PROBLEMS[self.kind].level is Level.ERROR


@dataclass(slots=True)
class CheckedValues:
    """The outcome for each distinct cell.

    Attributes:
        values: Normalised values, aligned with the cells; None where unreadable or blank.
        problems: Problems by index of the distinct cell.
    """

    values: list[Any]
    problems: dict[int, Problem] = field(default_factory=dict)


def check_values(column: Column, cells: Sequence[Cell]) -> CheckedValues:
    """Validate and normalise the distinct `cells` of `column`.

    Args:
        column: The column they stand in.
        cells: Distinct non-empty cells.
    """
    adapter = _list_adapter(column)
    try:
        checked = CheckedValues(adapter.validate_python(list(cells)))
    except ValidationError as bad:
        checked = _check_one_by_one(column, cells, bad)
    _drop_blanks(column, cells, checked)
    if checked.values != cells:
        _note_normalised(column, cells, checked)
    return checked


def _check_one_by_one(column: Column, cells: Sequence[Cell], bad: ValidationError) -> CheckedValues:
    problems: dict[int, Problem] = {}
    for error in bad.errors(include_url=False):
        index = int(error["loc"][0])
        kind = _FORMULA_KINDS.get(type(cells[index])) or kind_of(error["type"])
        problems.setdefault(index, Problem(kind, dict(error.get("ctx", {}))))
    good = [i for i in range(len(cells)) if i not in problems]
    values: list[Any] = [None] * len(cells)
    for i, value in zip(
        good, _list_adapter(column).validate_python([cells[i] for i in good]), strict=True
    ):
        values[i] = value
    return CheckedValues(values, problems)


@cache
def _list_adapter(column: Column) -> TypeAdapter[list[Any]]:
    plain = _without_none(column.annotation)
    typed: Any = Annotated[(plain, *column.metadata)] if column.metadata else plain
    return TypeAdapter(list[typed])


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    return next(arm for arm in get_args(annotation) if arm is not type(None))


def _drop_blanks(column: Column, cells: Sequence[Cell], checked: CheckedValues) -> None:
    """Make nothing of white space, and of blank words in optional columns."""
    short = [i for i, cell in enumerate(cells) if isinstance(cell, str) and len(cell) <= 4]
    empty = [i for i, value in enumerate(checked.values) if value in ("", ())]  # white space
    for i in {*short, *empty, *checked.problems}:
        cell = cells[i]
        if not isinstance(cell, str):
            continue
        plain = squeeze(cell) if len(cell) <= 4 else cell.strip()
        if not plain or (plain in BLANK_WORDS and not column.required):
            checked.values[i] = None
            kind = "missing" if column.required else "blank_word"
            checked.problems[i] = Problem(kind, {})


def _note_normalised(column: Column, cells: Sequence[Cell], checked: CheckedValues) -> None:
    for i, (cell, value) in enumerate(zip(cells, checked.values, strict=True)):
        if i not in checked.problems and value is not None and not _same(column, cell, value):
            context = {"reading": shown(column, value), "odd": _odd_characters(cell)}
            checked.problems[i] = Problem("normalised", context)


def _same(column: Column, cell: Cell, value: Any) -> bool:
    if column.kind is Kind.MONTH and isinstance(cell, date):
        return True
    if isinstance(cell, datetime):
        return bool(cell.date() == value) and cell.time() == time()
    if isinstance(value, tuple):
        return cell == "、".join(value)
    return bool(cell == value) and isinstance(cell, str) == isinstance(value, str)


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
    if not isinstance(cell, str):
        return ""
    odd = sorted(
        {c for c in cell if not c.isprintable() or c in "\u200b\u200c\u200d\ufeff\xa0\u2060"}
    )
    return f"（含看不见的字符 {'、'.join(f'U+{ord(c):04X}' for c in odd)}）" if odd else ""
