"""Formulas with the tables of an open workbook, and the cells that hold our formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from validators.cells import letters
from validators.errors import UsageError
from validators.sheets import Row, columns_by_field, model_for
from workbooks.headings import heading_key
from workbooks.ooxml.addresses import Rectangle, rectangles

# SECTION How each formula is filled in: which of the ledger's tables are its arguments.


@dataclass(frozen=True)
class Recipe:
    """How a formula is filled in.

    Attributes:
        name: The formula.
        help: What it gives, in a few words.
        subjects: Keys of the sheets it may be about: the active one, else the first.
        arguments: `key` is a whole table, `key.field` a column, `key:rows` the rows alone,
            `key:headings` the heading row, `key:sheet` the tab's name as text and `key:first` the
            row below the headings; `@` is the subject's key, `?` after it lets a table be missing.
            What begins with = is written as it is.
        width: Columns it fills.
        dated: Whether it gives days.
    """

    name: str
    help: str
    subjects: tuple[str, ...]
    arguments: tuple[str, ...]
    width: int = 1
    dated: bool = False

    def subject(self, active: str) -> str:
        """Return the key of the sheet it is about while `active` is in front."""
        return active if active in self.subjects else self.subjects[0]

    def keys(self, active: str) -> tuple[str, ...]:
        """Return the keys of the sheets it is filled in with."""
        subject = self.subject(active)
        words = [one.replace("@", subject) for one in self.arguments if one[0] != "="]
        return tuple(dict.fromkeys([subject, *(re.split(r"[.:?]", word)[0] for word in words)]))


_TODAY = "=TODAY()"
_PEOPLE = ("individual", "organisation")
_POOL = ("mentor", *_PEOPLE, "pairing", "suggestion?", "setting?", _TODAY)
_RECORDS = ("pairing", "duty", "log", "assessment")
_CHECKED = (
    "log", "mentor", "individual", "organisation", "pairing", "duty", "assessment", "conversion",
    "completion", "misconduct", "exchange", "duty_template", "setting",
)  # fmt: skip

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "BD_CHECK", "逐行检查", _CHECKED,
        ("@:rows", "@:headings", "@:sheet", "setting?", _TODAY, "@:first"),
    ),
    Recipe(
        "BD_MATCH", "匹配分", ("suggestion",),
        ("@.mentor_id", "@.mentee_id", *_POOL),
    ),
    Recipe(
        "BD_WHY", "匹配理由", ("suggestion",),
        ("@.mentor_id", "@.mentee_id", *_POOL),
    ),
    Recipe("BD_SUGGEST", "推荐导师", _PEOPLE, ("@.mentee_id", "=3", *_POOL), width=3),
    Recipe(
        "BD_DUTY", "职责完成次数", ("duty",),
        ("@.duty_id", "duty", "log", "pairing", "setting?", _TODAY),
    ),
    Recipe(
        "BD_GROWTH", "成长变化", _PEOPLE,
        ("@.mentee_id", *_PEOPLE, "assessment", "setting?", _TODAY), width=7,
    ),
    Recipe(
        "BD_RISK", "预警", _PEOPLE,
        ("@.mentee_id", *_PEOPLE, "mentor", *_RECORDS, "setting?", _TODAY, "completion?"),
        width=4,
    ),
    Recipe(
        "BD_GOLD", "金牌得分", ("mentor",),
        ("@.mentor_id", "mentor", *_PEOPLE, *_RECORDS, "conversion", "completion", "misconduct",
         "setting?", _TODAY),
        width=6,
    ),
    Recipe("BD_DATE", "规范日期", ("log",), ("@.date",), dated=True),
    Recipe("BD_NAME", "规范姓名", ("mentor", "individual"), ("@.name",)),
    Recipe("BD_PLACE", "规范地名", ("mentor", *_PEOPLE), ("@.village",)),
)  # fmt: skip
"""One of each formula, in the order the clerk is asked."""


def question() -> str:
    """Return what the clerk is asked; Excel shows at most 255 characters."""
    listed = "  ".join(
        f"{number} {one.name[3:]} {one.help}" for number, one in enumerate(RECIPES, 1)
    )
    return f"插入哪个公式？请填序号或名称：\n{listed}"


def chosen(answer: str) -> Recipe:
    """Return the formula a clerk named by its number or its name, with or without BD_.

    Raises:
        UsageError: There is none.
    """
    word = heading_key(answer).upper()
    for number, one in enumerate(RECIPES, 1):
        if word in {str(number), one.name, one.name[3:], one.help}:
            return one
    raise UsageError(f"没有“{answer}”这个公式", f"可填 1 至 {len(RECIPES)}，如 1")


# SECTION Formulas with the tables of an open workbook, and the cells that hold our formulas.
#:
#: Formulas are written as Excel on the desktop and on the web take them: structured references, array
#: formulas over the whole block, so that Excel 2016 shows every row.

LONGEST_ARRAY_FORMULA = 255
"""Characters Excel takes where a program writes an array formula."""

_OURS = re.compile(r"\bBD_[A-Z]+\s*\(", re.IGNORECASE)
_FAILED = ("#", "导师帮带没有启动")
"""What a cell begins with that shows no result: an error, or the wrapper's word that Python is out."""


@dataclass(frozen=True)
class Found:
    """A ledger table in the open workbook.

    Attributes:
        name: The table's name.
        sheet: The tab's name.
        headings: Its headings from left to right.
        rows: How many rows it has below them.
    """

    name: str
    sheet: str
    headings: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Insertion:
    """A formula with its arguments, and the block it fills."""

    formula: str
    height: int
    width: int


def insertion(recipe: Recipe, tables: Mapping[str, Found], active: str) -> Insertion:
    """Fill a formula in.

    Args:
        recipe: The formula.
        tables: The workbook's tables by sheet key.
        active: Key of the sheet in front, "" for another one.

    Raises:
        UsageError: A table or a column is missing, or the formula gets too long.
    """
    subject = recipe.subject(active)
    words = [_written(one.replace("@", subject), tables) for one in recipe.arguments]
    while not words[-1]:
        words.pop()
    formula = f"={recipe.name}({','.join(words)})"
    if len(formula) > LONGEST_ARRAY_FORMULA:
        raise UsageError(
            f"公式有 {len(formula)} 个字符，超过 Excel 的上限 {LONGEST_ARRAY_FORMULA} 个",
            "请把表格的名称改回模板的（如 tbl_log）",
        )
    return Insertion(formula, max(1, tables[subject].rows), recipe.width)


def _written(word: str, tables: Mapping[str, Found]) -> str:
    if word.startswith("="):
        return word[1:]
    key, mark, detail = re.fullmatch(r"(\w+)([.:?]?)(\w*)", word).groups()  # type: ignore[union-attr]
    found = tables.get(key)
    if found is None and mark == "?":
        return ""
    if found is None:
        name = model_for(key).sheet.name
        raise UsageError(
            f"没有找到工作表“{name}”，或其中的数据不是表格",
            f"请选中“{name}”的标题行和数据，按 Ctrl+T 转为表格再点；缺这张表的，请从模板中补上",
        )
    if mark == ".":
        return f"{found.name}[{_column(found, model_for(key), detail)}]"
    if mark == ":":
        return {
            "rows": found.name,
            "headings": f"{found.name}[#Headers]",
            "sheet": f'"{model_for(key).sheet.name}"',
            "first": f"ROW({found.name}[#Headers])+1",
        }[detail]
    return f"{found.name}[#All]"


def _column(found: Found, model: type[Row], field: str) -> str:
    """Return a column's heading as a structured reference takes it."""
    column = columns_by_field(model)[field]
    names = {heading_key(name) for name in (column.heading, *column.synonyms)}
    for heading in found.headings:
        if heading_key(heading) in names:
            escaped = re.sub(r"(['\[\]#@])", r"'\1", heading)
            return escaped if re.fullmatch(r"\w+", heading) else f"[{escaped}]"
    raise UsageError(f"“{found.sheet}”的表格里没有列“{column.heading}”", "请恢复这一列的列名")


def free_area(area: Rectangle, held: Sequence[Sequence[Any]], tables: Sequence[Rectangle]) -> None:
    """Refuse a block that is not free.

    Args:
        area: Where the formula goes.
        held: What is there, formulas included.
        tables: The sheet's tables.

    Raises:
        UsageError: A cell is filled, or the block touches a table, which would grow over it.
    """
    row, column, height, width = area
    for top, left, rows, columns in tables:
        if (
            row <= top + rows
            and top < row + height
            and column <= left + columns
            and left < (column + width)
        ):
            raise UsageError(
                f"公式要占用 {area.address}，碰到了表格", "请在表格右边空一列的地方选一个单元格再点"
            )
    if any(cell not in (None, "") for line in held for cell in line):
        raise UsageError(
            f"公式要占用 {area.address}，里面已有内容", "请选一个下方和右方都空着的单元格再点"
        )


def has_formula(formula: object) -> bool:
    """Return whether a cell's formula uses one of ours."""
    return isinstance(formula, str) and formula[:1] == "=" and _OURS.search(formula) is not None


@dataclass(frozen=True)
class Conversion:
    """What becomes of a sheet's formulas.

    Attributes:
        blocks: (row, column, values) of every block to be written, 1-based.
        left: Addresses of the cells that show no result and keep their formulas.
        cells: How many cells are written.
    """

    blocks: tuple[tuple[int, int, list[list[Any]]], ...]
    left: tuple[str, ...]

    @property
    def cells(self) -> int:
        """Return how many cells are written."""
        return sum(len(values) * len(values[0]) for _, _, values in self.blocks)


def converted(
    formulas: Sequence[Sequence[Any]], values: Sequence[Sequence[Any]], top: int, left: int
) -> Conversion:
    """Find the blocks of our formulas: neighbours with the same formula, as in one array.

    An array can only be changed as a whole, so one error in a block leaves all of it.

    Args:
        formulas: The formulas of the sheet's used range.
        values: What they show, errors as text.
        top: Worksheet row of the first.
        left: Worksheet column of the first.
    """
    blocks, kept = [], []
    for row, column, height, width in _blocks(formulas):
        shown = [list(values[row + at][column : column + width]) for at in range(height)]
        if any(_shows_nothing(value) for line in shown for value in line):
            kept.append(f"{letters(left + column)}{top + row}")
        else:
            blocks.append((top + row, left + column, shown))
    return Conversion(tuple(blocks), tuple(kept))


def _blocks(formulas: Sequence[Sequence[Any]]) -> Iterator[Rectangle]:
    cells: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(formulas):
        for column, formula in enumerate(line):
            if has_formula(formula):
                cells.setdefault(formula, []).append((row, column))
    for places in cells.values():
        yield from rectangles(places)


def _shows_nothing(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_FAILED)
