"""The fields a table's columns feed: which one, how sure that is, how its cells are split."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from validators.sources.tables import SourceTable


class Target(NamedTuple):
    """A field that a column feeds.

    A person whom a row only names is a target of the person's own sheet: in a table of contacts,
    the column 导师姓名 feeds `Target("mentor", "name")`, and the pair is looked up from it.

    Attributes:
        sheet: The key of the sheet, such as mentor; "" for a column that is not imported.
        field: The field's name in the sheet's model.
    """

    sheet: str
    field: str


NOT_IMPORTED = Target("", "")


class Split(StrEnum):
    """How one cell becomes several values, or those of several rows."""

    NONE = ""
    NAMES = "多人"
    """张三、李四: as many people."""
    NAME_AND_PHONE = "姓名和电话"
    UNIT_AND_POST = "单位和职务"
    CHOICES = "多项"
    """Several answers in one cell: 业务能力┋产业发展."""
    AGE_OR_BIRTH = "出生年月和年龄"
    ABOVE = "空白同上"
    """A blank cell means what stands above it, as if both were merged."""


class Scale(StrEnum):
    """How the values of a column become the field's."""

    NONE = ""
    YUAN = "元→万元"
    TEN_THOUSANDS = "万元→元"
    MINUTES = "分钟→小时"
    HUNDRED = "百分制→五分制"
    WORDS = "等级→五分制"
    OPTION = "选中为该项"
    """The column is one answer of a question, which its heading names; its cells say yes or no."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where one column goes.

    Attributes:
        target: The field; `NOT_IMPORTED`; the remark field of the table's sheet takes the cell
            with its heading in front.
        confidence: From 0 to 1.
        certain: Whether it is done without asking.
        split: How its cells become several values.
        scale: How its values become the field's.
        why: One Chinese phrase: 标题相同, 标题相近, 内容都是手机号.
        others: Further targets it might be, likeliest first.
    """

    target: Target
    confidence: float
    certain: bool
    split: Split = Split.NONE
    scale: Scale = Scale.NONE
    why: str = ""
    others: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Where the columns of one table go; `columns` has one for each of the table's."""

    table: SourceTable
    columns: tuple[ColumnMapping, ...]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the ledger that is imported into knows already, by which columns are recognised.

    Attributes:
        mentors: Names of mentors.
        individuals: Names of individual mentees.
        organisations: Names of organisations.
        villages: Everyday names of the unit's villages.
    """

    mentors: frozenset[str] = frozenset()
    individuals: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    villages: frozenset[str] = frozenset()
