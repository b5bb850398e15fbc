"""The arguments and answers of formulas as ranges of plain cells, whichever host calls.

Excel on the desktop hands over a single cell as a scalar, days as datetimes, empty cells as None and
error cells as numbers below -2 000 000 000; Excel on the web hands over days as serial numbers and
empty cells as 0 or "". Here every argument becomes a `Block` of cells.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import wraps
from numbers import Real
from typing import Annotated, Any, get_type_hints

import xlwings as xw

from addin.actions.formula_cells import Recipe
from validators.cells import Cell, FormulaError, letters
from validators.errors import BangdaiError, UsageError
from validators.normalise import squeeze
from validators.sheets import (
    AssessmentRow,
    CarriedLogRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    Row,
    SettingRow,
    SuggestionRow,
    UnitRow,
)
from workbooks.template.layout import HEADING_ROW, VALUE_COLUMN, form_row

# --- declaring a formula ---


class Argument(dict[str, Any]):
    """How an argument is handed over (`ndim` 2: rows of cells; error cells as texts), and its help.

    Attributes:
        fill: What 插入公式 writes there, as `Recipe.arguments` spells it.
        model: The sheet of which it must be a table; only rows of cells where it is `Row`.
    """

    def __init__(self, doc: str, fill: str, model: type[Row] = Row) -> None:
        super().__init__(doc=doc, ndim=2, err_to_str=True)
        self.fill = fill
        self.model = model


def whole_table(model: type[Row], note: str = "") -> Argument:
    """Describe an argument that is a whole ledger table; with a note it may be missing."""
    name, key = model.sheet.name, model.sheet.key
    doc = f"{name}整张表，连同标题行，如 tbl_{key}[#All]"
    return Argument(f"{doc}；{note}", f"{key}?", model) if note else Argument(doc, key, model)


def texts(field: str) -> Argument:
    """Describe an argument that is a column of texts to be normalised."""
    return Argument("需规范的单元格，可以为一列", f"@.{field}")


Mentors = Annotated[Any, Argument("导师编号所在的单元格，可以为一列", "@.mentor_id")]
Mentees = Annotated[Any, Argument("对象编号所在的单元格，可以为一列", "@.mentee_id")]
MentorsPool = Annotated[Any, whole_table(MentorRow)]
Individuals = Annotated[Any, whole_table(IndividualRow)]
Organisations = Annotated[Any, whole_table(OrganisationRow)]
Pairings = Annotated[Any, whole_table(PairingRow)]
SuggestionsTable = Annotated[Any, whole_table(SuggestionRow, "可以不填")]
Duties = Annotated[Any, whole_table(DutyRow)]
Log = Annotated[Any, whole_table(LogEntryRow)]
CarriedLog = Annotated[Any, whole_table(CarriedLogRow, "没有上年结转的可以不填")]
Assessments = Annotated[Any, whole_table(AssessmentRow)]
Conversions = Annotated[Any, whole_table(ConversionRow)]
Completions = Annotated[Any, whole_table(CompletionRow)]
Misconducts = Annotated[Any, whole_table(MisconductRow)]
CompletionsTable = Annotated[Any, whole_table(CompletionRow, "不填的不判断临近期满")]
SettingsTable = Annotated[Any, whole_table(SettingRow, "不填的按默认参数")]
AsOf = Annotated[
    Any, Argument("数据截至日期；不填的为今天。需随日期自动重算的填 TODAY()", "=TODAY()")
]
Year = Annotated[
    Any,
    Argument(
        "评选年度；不填的为数据截至日期的年份",
        f"={UnitRow.sheet.name}!${letters(VALUE_COLUMN)}${form_row(UnitRow, 'year')}",
    ),
]

Plain = str | int | float | datetime
Answer = Plain | list[list[Plain]]
"""What a sheet takes: one value, or rows of equal width."""

Formula = Callable[..., Answer]


def udf(
    summary: str, *, about: Sequence[type[Row]], dated: bool = False
) -> Callable[[Formula], Formula]:
    """Declare a function as a formula that Excel calls and 插入公式 writes.

    The function gets every argument as a `Given`; what it raises becomes a sentence. Its name is
    the formula's; its docstring and its arguments' annotations are the help in Excel, and say what
    is filled in. A result annotated `Annotated[Answer, 7]` has 7 columns.

    Args:
        summary: What it gives, in a few words.
        about: The sheets whose rows it can be about: the active one is taken, else the first.
        dated: Whether it gives days.
    """

    def declare(function: Formula) -> Formula:
        hints = get_type_hints(function, include_extras=True)
        (width,) = getattr(hints.pop("return"), "__metadata__", (1,))
        arguments = [argument for hint in hints.values() for argument in hint.__metadata__]
        formula: Formula = xw.func(_for_cells(function, arguments))
        formula.recipe = Recipe(  # type: ignore[attr-defined]
            function.__name__, summary, tuple(model.sheet.key for model in about),
            tuple(argument.fill for argument in arguments), width, dated,
        )  # fmt: skip
        return formula

    return declare


def _for_cells(function: Formula, arguments: Sequence[Argument]) -> Formula:
    """Number the arguments, and answer with a Chinese sentence where the function would raise."""
    signature = inspect.signature(function)

    @wraps(function)
    def formula(*args: Any, **kwargs: Any) -> Answer:
        try:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            values = enumerate(zip(arguments, bound.arguments.values(), strict=True), 1)
            return function(*(Given(at, argument.model, value) for at, (argument, value) in values))
        except BangdaiError as problem:
            return str(problem)
        except Exception as error:
            return f"无法计算（{type(error).__name__}）：请先点“录入校验”检查台账；仍未解决的，请联系维护人员"

    # xlwings looks the type up among those it writes, and knows no union.
    formula.__annotations__ = {**function.__annotations__, "return": Any}
    return formula


# --- cells ---

Rows = tuple[tuple[Cell | None, ...], ...]
"""A rectangle of cells, row by row; hashable, so that equal ranges are read once."""

_ERRORS = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
    -2146826245: "#GETTING_DATA",
    -2146826243: "#SPILL!",
    -2146826242: "#CONNECT!",
    -2146826241: "#BLOCKED!",
    -2146826240: "#UNKNOWN!",
    -2146826239: "#FIELD!",
    -2146826238: "#CALC!",
}  # xlwings makes texts of the first seven only
_ERROR_TEXTS = frozenset({*_ERRORS.values(), "#BUSY!"})


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells.

    Attributes:
        rows: At least one row; all of the same width.
        tells_blanks: Whether a 0 in it is surely typed: it comes from a host that hands over days as
            numbers, but not empty cells as 0.
    """

    rows: Rows
    tells_blanks: bool = False

    @property
    def height(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.rows[0])

    @property
    def single(self) -> bool:
        """Return whether it is one cell."""
        return self.height == self.width == 1

    def cells(self) -> Iterator[Cell | None]:
        """Yield the cells row by row."""
        for row in self.rows:
            yield from row


@dataclass(frozen=True, slots=True)
class Given:
    """An argument as it was handed over.

    Attributes:
        number: Its place among the formula's arguments, from 1.
        model: The sheet of which it must be a table; `Row` for other arguments.
        value: What the host handed over; None where it was left out.
        first_row: The worksheet row where a table begins.
    """

    number: int
    model: type[Row]
    value: object
    first_row: int = HEADING_ROW

    @property
    def block(self) -> Block:
        """Return its cells."""
        return block(self.value)


def block(value: object) -> Block:
    """Return what a host handed over, or a `Given` argument, as cells; a flat list is a column."""
    if isinstance(value, Given):
        value = value.value
    if isinstance(value, Block):
        return value
    if not isinstance(value, list | tuple):
        return Block(((_cell(value),),))
    rows = [
        tuple(map(_cell, row)) if isinstance(row, list | tuple) else (_cell(row),) for row in value
    ]
    width = max(map(len, rows), default=0)
    if not width:
        return Block(((None,),))
    if any(len(row) != width for row in rows):
        rows = [row + (None,) * (width - len(row)) for row in rows]
    return Block(tuple(rows))


def broadcast(
    first: Block, second: Block, answer: Callable[[Cell | None, Cell | None], Plain]
) -> Answer:
    """Answer for every pair of cells; a single row, column or cell goes with all of the other.

    Raises:
        UsageError: The blocks do not fit.
    """
    height, width = max(first.height, second.height), max(first.width, second.width)
    for cells in (first, second):
        if cells.height not in {1, height} or cells.width not in {1, width}:
            raise UsageError("第 1、2 个参数的行数或列数不一致", "请选同样大小的区域")
    rows = [
        [answer(_at(first, row, column), _at(second, row, column)) for column in range(width)]
        for row in range(height)
    ]
    return rows[0][0] if height == width == 1 else rows


def _at(cells: Block, row: int, column: int) -> Cell | None:
    return cells.rows[row if cells.height > 1 else 0][column if cells.width > 1 else 0]


def _cell(value: Any) -> Cell | None:
    return _BY_TYPE.get(type(value), _rare)(value)


def _text(value: str) -> Cell | None:
    if value[:1] == "#" and value in _ERROR_TEXTS:
        return FormulaError(value)
    return value or None


def _float(value: float) -> Cell:
    return int(value) if value.is_integer() else value


def _int(value: int) -> Cell:
    return FormulaError(_ERRORS[value]) if value in _ERRORS else value


def _moment(value: datetime) -> Cell:
    return value.date() if value.time() == time() else value.replace(tzinfo=None)


def _truth(value: bool) -> Cell:
    # As text: 1 and True are one key of a cache, and no column tells the word from the value.
    return "TRUE" if value else "FALSE"


def _rare(value: Any) -> Cell | None:
    """Return a cell of a host's own type: a COM time, a currency, a NumPy number."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value
    if isinstance(value, Real) or type(value).__name__ == "Decimal":
        return _float(float(value))
    return str(value) or None


_BY_TYPE: dict[type, Callable[[Any], Cell | None]] = {
    str: _text,
    float: _float,
    int: _int,
    bool: _truth,
    datetime: _moment,
    type(None): lambda _: None,
}


def plain(value: Any) -> Plain:
    """Return a value as a sheet takes it; "" for nothing, which None would show as 0."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)  # a word of a vocabulary becomes a plain text
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a wall date
    unchanged: Plain = value
    return unchanged


def id_of(cell: Cell | None) -> str:
    """Return an ID as rules compare it: what a dropdown puts behind it is left out."""
    return "" if cell is None else squeeze(str(cell)).upper().partition("|")[0]
