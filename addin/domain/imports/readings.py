"""Read the cells of mapped columns as the ledger would: each distinct cell once, split where it holds more.

What the ledger's readers cannot read keeps its text, so that it stands in the ledger as it was typed
and validation finds it. ID numbers of citizens are left out of whatever is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, get_origin

from addin.domain.imports.account import Fate
from addin.domain.imports.content import is_organisation
from validators import normalise
from validators.cells import Cell, FormulaError, Shown, Uncalculated
from validators.checks import Problem, check_values
from validators.columns import Column, annotation_parts
from validators.messages import describe
from validators.names import may_hold_id_numbers, without_id_numbers
from validators.sheets import columns_by_field, model_for
from validators.sources.mapping import NOT_IMPORTED, ColumnMapping, Scale, Split, Target
from validators.sources.tables import SourceColumn

REMARK = "remark"
_PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|1[3-9]\d[ -]\d{4}[ -]\d{4}|0\d{2,3}-?[1-9]\d{6,7})(?!\d)"
)
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_PARTING = re.compile(r"[、,，;；/／\n]+(?![^(（]*[)）])")
_CHOICES = re.compile(r"[┋|｜、,，;；/\n]+")
_UNIT = re.compile(
    r"(.*(?:人民政府|街道办事处|村民委员会|居民委员会|村委会|居委会|党工委|党总支|党支部|合作社|联合社"
    r"|服务中心|有限公司|卫生院|派出所|司法所|财政所|办公室|[镇乡村局站所院校社]|社区|中心|公司|街道|家庭农场))(.{2,})"
)
_POST = re.compile(
    r".*(?:书记|主任|镇长|乡长|局长|科长|部长|主席|委员|干事|专干|科员|所长|站长|院长|校长|会长|理事长|经理"
    r"|调研员|主任科员|文书|会计|组长|队长|成员|专员|干部|助理|负责人|监督员|协管员|带头人|大户|党员|技术员|农艺师)"
    r"(?:[(（].*[)）])?"
)
_TRUE = frozenset({"1", "√", "是", "✓", "☑", "✔", "true", "有", "对"})
_FALSE = frozenset({"0", "否", "×", "false", "□", "☐"})
_GRADES = {
    word: score
    for score, words in {
        5: "优 优秀 好 非常好 非常满意", 4: "良 良好 较好 满意", 3: "中 中等 一般 合格 及格 基本满意",
        2: "差 较差 不满意", 1: "不合格 不及格 很差",
    }.items()
    for word in words.split()
}  # fmt: skip
"""What grades in words are on five steps, once the clerk has said that they are such."""


@dataclass(frozen=True, slots=True)
class TypedCell:
    """A cell the ledger's readers cannot read, kept as it was typed."""

    cell: Cell

    def __str__(self) -> str:
        return plain_text(self.cell)


class Reading(NamedTuple):
    """What one cell says.

    Attributes:
        values: Values by field of the target's sheet; of several people the names alone.
        people: (name, phone) of each where a cell names several.
        fate: What becomes of the cell if nothing else decides.
        note: What must be said of it, "" for nothing.
        rest: Text that has no field and goes to the remark.
        ditto: Whether it stands for the value above.
    """

    values: tuple[tuple[str, object], ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    fate: Fate = Fate.PLACED
    note: str = ""
    rest: str = ""
    ditto: bool = False


NOTHING = Reading(fate=Fate.DECLINED, note="所填内容表示“无”，按空白处理")
ID_NUMBER = Reading(fate=Fate.DECLINED, note="身份证号不导入，也不保存在任何文件中")


def plain_text(cell: Cell | None) -> str:
    """Return the whole text of a cell on its lines, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def column_of(target: Target) -> Column:
    """Return the column of the ledger that a target names."""
    return columns_by_field(model_for(target.sheet))[target.field]


def read_column(
    column: SourceColumn, mapping: ColumnMapping, cells: Sequence[Cell | None]
) -> list[Reading]:
    """Read the distinct cells of a column, aligned with `column.cells.values`."""
    if mapping.target == NOT_IMPORTED:
        return [Reading(fate=Fate.DECLINED)] * len(cells)
    there = [cell for cell in cells if cell is not None]
    read = iter(_read(there, column, mapping))
    return [ID_NUMBER if cell is None else next(read) for cell in cells]


def read_remarks(column: SourceColumn, field: str, cells: Sequence[Cell | None]) -> list[Reading]:
    """Read a column that adds to a text as `read_column` does: its cells with its heading in front."""
    there = iter(_remarks([cell for cell in cells if cell is not None], column, field))
    return [ID_NUMBER if cell is None else next(there) for cell in cells]


def _remarks(cells: Sequence[Cell], column: SourceColumn, field: str) -> list[Reading]:
    own = normalise.squeeze(column.heading) in {"备注", "说明", "备注说明"}
    front = "" if own or not column.heading else f"{column.name}："
    return [Reading(((field, front + plain_text(cell)),), fate=Fate.REMARK) for cell in cells]


def without_ids(cells: Sequence[Cell]) -> Sequence[Cell | None]:
    """Return cells without ID numbers, None for one that holds nothing else; themselves without any."""
    if not may_hold_id_numbers(cells):
        return cells
    return [without_id_numbers(cell) for cell in cells]


def _read(cells: list[Cell], column: SourceColumn, mapping: ColumnMapping) -> list[Reading]:
    target = column_of(mapping.target)
    if target.field == REMARK:
        return _remarks(cells, column, REMARK)
    if mapping.split is Split.UNIT_AND_POST:
        return [_unit_and_post(cell) for cell in cells]
    if is_person(mapping.target):
        return _people(cells, column, mapping.target)
    if mapping.scale in _CONVERSIONS:
        cells = [_CONVERSIONS[mapping.scale](cell) for cell in cells]
    if _takes_several(target) or mapping.split is Split.CHOICES:
        cells = ["、".join(_choices(cell)) if isinstance(cell, str) else cell for cell in cells]
    elif mapping.split is Split.AGE_OR_BIRTH:
        cells = [_without_age(cell) for cell in cells]
    return read_values(target, cells)


def is_person(target: Target) -> bool:
    """Tell whether a column names the people a row is about."""
    return target.field == "name" and target.sheet in {"mentor", "individual", "organisation"}


def read_values(column: Column, cells: Sequence[Cell]) -> list[Reading]:
    """Read distinct cells by the reader of a ledger's column."""
    checked = check_values(column, cells)
    if not checked.problems:
        return [Reading(((column.field, value),)) for value in checked.values]
    return [
        _reading(column, cell, value, checked.problems.get(at))
        for at, (cell, value) in enumerate(zip(cells, checked.values, strict=True))
    ]


def _reading(column: Column, cell: Cell, value: Any, problem: Problem | None) -> Reading:
    kind = problem.kind if problem else ""
    if value is not None and kind != "name_more":  # what stands beside a name would be lost
        return Reading(((column.field, value),))
    if kind == "blank_word" or (kind == "missing" and not plain_text(cell)):
        return NOTHING
    if kind == "ditto" and column.repeats:
        return Reading(ditto=True)
    facts = problem.context if problem else {}
    message, todo = describe(kind or "missing", column, plain_text(cell), facts)
    typed = TypedCell(_kept(cell))
    return Reading(((column.field, typed),), fate=Fate.UNREADABLE, note=f"{message}，{todo}")


def _kept(cell: Cell) -> Cell:
    """Return a cell that can be written again: what a formula or a format shows as text."""
    if isinstance(cell, FormulaError | Uncalculated):
        return str(cell)
    if isinstance(cell, Shown):
        return cell.text or cell.number
    return cell


# --- people ---


def _people(cells: Sequence[Cell], column: SourceColumn, named: Target) -> list[Reading]:
    target = column_of(named)
    checked = check_values(target, cells)
    readings = []
    for at, (cell, value) in enumerate(zip(cells, checked.values, strict=True)):
        problem = checked.problems.get(at)
        if value is not None and (problem is None or problem.kind == "normalised"):
            readings.append(Reading(((target.field, value),)))
        elif named.sheet == "individual" and is_organisation(cell):
            readings.append(Reading(((target.field, normalise.squeeze(plain_text(cell))),)))
        elif isinstance(cell, str) and (problem is None or problem.kind != "ditto"):
            readings.append(_named(cell, value, target, column))
        else:
            readings.append(_reading(target, cell, value, problem))
    return readings


def _named(cell: str, value: Any, target: Column, column: SourceColumn) -> Reading:
    """Read a cell that holds more than one plain name: several people, a phone, a post."""
    parts = [part.strip() for part in _PARTING.split(cell) if part.strip()]
    found = [_name_and_phone(part, target) for part in parts]
    names = [(name, phone) for name, phone, _ in found if name]
    if len(names) > 1 and len(names) == len(parts):
        rest = "；".join(f"{name}（{more}）" for name, _, more in found if more)
        told = f"一个单元格 {len(names)} 人，已分为 {'、'.join(name for name, _ in names)}"
        return Reading(people=tuple(names), note=told, rest=rest and f"{column.name}：{rest}")
    several = [n for n in _separate(target, cell) if n]
    if len(several) > 1:
        told = f"一个单元格 {len(several)} 人，已分为 {'、'.join(several)}"
        return Reading(people=tuple((name, "") for name in several), note=told)
    name, phone, more = _name_and_phone(cell, target)
    name = name or value
    if not name:
        typed = TypedCell(cell)
        message, todo = describe("name_malformed", target, cell, {})
        return Reading(((target.field, typed),), fate=Fate.UNREADABLE, note=f"{message}，{todo}")
    values: list[tuple[str, object]] = [(target.field, name)]
    if phone:
        values.append(("phone", phone))
    return Reading(tuple(values), rest=f"{column.name}：{more}" if more else "")


def _separate(target: Column, cell: str) -> list[str]:
    """Return the names the ledger's reader sees in a cell, [] where it does not see several."""
    problem = check_values(target, [cell]).problems.get(0)
    if problem is None or problem.kind != "name_several":
        return []
    return str(problem.context.get("options", "")).split("、")


def _name_and_phone(part: str, target: Column) -> tuple[str, str, str]:
    """Return the name in a text, the phone beside it, and what else stands there."""
    match = _PHONE.search(part)
    phone = match[0] if match else ""
    phone = re.sub(r"[ -]", "", phone) if phone.startswith("1") else phone
    bare = part.replace(match[0], "") if match else part
    inside = [text.strip(" ：:") for text in _BRACKETS.findall(bare)]
    more = "，".join(text for text in inside if text and text not in {"电话", "手机", "联系电话"})
    outside = _BRACKETS.sub("", bare).strip(" ：:")
    checked = check_values(target, [outside]) if outside else None
    name = checked.values[0] if checked else None
    if name and (problem := checked and checked.problems.get(0)) and problem.kind == "name_more":
        left = normalise.name(outside).replace(str(name), "", 1)
        more = "，".join(filter(None, (left, more)))
    return str(name or ""), phone, more


# --- combined cells ---


def _unit_and_post(cell: Cell) -> Reading:
    """Split 开城镇人民政府副镇长 into unit and post; whole into the post where that is doubtful."""
    typed = " ".join(plain_text(cell).split())
    before, _, after = typed.replace("，", " ").replace("、", " ", 1).partition(" ")
    if after and not _POST.fullmatch(before) and _POST.fullmatch(after):
        return Reading((("employer", before), ("post", after)))
    match = _UNIT.fullmatch(typed)
    if match and _POST.fullmatch(match[2]):
        return Reading((("employer", match[1]), ("post", match[2])))
    if _POST.fullmatch(typed):
        return Reading((("post", typed),), note="未写单位")
    return Reading(
        (("employer", typed),), note="无法区分单位和职务，已全部填入“单位”，请将职务移到“职务”"
    )


def _choices(cell: str) -> list[str]:
    return [part.strip() for part in _CHOICES.split(cell) if part.strip()]


def _without_age(cell: Cell) -> Cell:
    """Return 1978.05 of 1978.05（48岁）, 1978.05/48 and 1978年5月 48岁."""
    if not isinstance(cell, str):
        return cell
    match = re.match(r"\s*((?:19|20)\d\d\s*[-./年]\s*\d{1,2}(?:\s*[-./月]\s*\d{1,2}日?)?月?)", cell)
    rest = cell[match.end() :] if match else ""
    return match[1] if match and re.fullmatch(r"\W*\d{0,3}\s*周?岁?\W*", rest) else cell


@cache
def _takes_several(column: Column) -> bool:
    return any(get_origin(part) is tuple for part in annotation_parts(column.annotation))


def ticked(cell: Cell) -> bool | None:
    """Tell whether a cell of an option's own column is ticked, None where it says something else."""
    word = normalise.squeeze(plain_text(cell)).casefold()
    return True if word in _TRUE else False if word in _FALSE else None


# --- conversions ---


def _numeric(cell: Cell) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    match = re.fullmatch(
        r"([\d,]+(?:\.\d+)?)\s*(?:元|分钟?|分)?", normalise.squeeze(plain_text(cell))
    )
    return float(match[1].replace(",", "")) if match else None


def _divided(by: float) -> Callable[[Cell], Cell]:
    def convert(cell: Cell) -> Cell:
        number = _numeric(cell)
        return cell if number is None else round(number / by, 6)

    return convert


def _of_hundred(cell: Cell) -> Cell:
    number = _numeric(cell)
    if number is None or not 0 <= number <= 100:
        return cell
    return max(1, min(5, -int(-number // 20)))


def _of_grade(cell: Cell) -> Cell:
    return _GRADES.get(normalise.squeeze(plain_text(cell)), cell)


_CONVERSIONS: dict[Scale, Callable[[Cell], Cell]] = {
    Scale.YUAN: _divided(10_000), Scale.TEN_THOUSANDS: _divided(0.0001),
    Scale.MINUTES: _divided(60), Scale.HUNDRED: _of_hundred, Scale.WORDS: _of_grade,
}  # fmt: skip


def given_to_several(reading: Reading, count: int) -> Iterator[Reading]:
    """Yield the reading of each of several people in one cell: 138…、139… for two."""
    values = dict(reading.values)
    if len(values) == 1:
        ((name, value),) = values.items()
        parts = _PARTING.split(str(value)) if isinstance(value, str | TypedCell) else []
        if len(parts) == count:
            for part in parts:
                yield reading._replace(values=((name, part.strip()),), fate=Fate.PLACED, note="")
