"""Tell what the cells of a source's column are: names, phones, days, words of a list, scores."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from pydantic_core import PydanticCustomError

from validators import names
from validators.cells import Cell, CellColumn, Shown
from validators.checks import BLANK_WORDS, check_values
from validators.columns import Kind
from validators.divisions import by_code, short_name, village_names
from validators.names import is_like_person
from validators.normalise import person_key, squeeze
from validators.sheets import columns_by_field, model_for
from validators.sources.labels import label_of
from validators.sources.mapping import Target

_SAMPLE = 160
"""Distinct cells looked at; those of a column are of one kind."""

_DATE = re.compile(
    r"(?:\d{2,4}\s*[-./年、]\s*)?\d{1,2}\s*[-./月]\s*(?:\d{1,2}\s*[日号]?|[上中下]旬|初|底|末)?(?:\s.*|[(（].*)?"
    r"|\d{4}\s*[-./年]\s*\d{1,2}\s*月?|\d{8}|\d{6}|[〇零○一二三四五六七八九十]{2,4}年.*|\d{4}年.*|.{0,8}[上中下]旬|\d{1,2}月.{0,4}"
)
_BIRTH = re.compile(r"\s*\d{4}\s*[-./年、]\s*\d{1,2}|\s*\d{6}|\s*[〇零○一二三四五六七八九十]{4}年")
_BIRTH_AND_AGE = re.compile(r"\d{4}.{1,8}?(?:[（(/]\s*\d{2,3}\s*周?岁?[）)]?|\d{2,3}\s*周?岁)")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}[-－]?\d{7,8}|[2-8]\d{6,7}")
_SEVERAL = re.compile(r"[、,，;；/┋|\n]+")
_LINK = re.compile(
    r"(?:https?://|www\.|file:|\[?图片\]?|.*\.(?:jpe?g|png|pdf|docx?|mp4)\b)", re.IGNORECASE
)
_ORGANISATIONS = re.compile(r"(?=.{3}).*(?:支部|总支|党委|党组织|支部委员会|村委会|居委会|村|社区)")
_GRADE = re.compile(r"优秀?|良好?|中等?|一?般|差|较好|较差|好|合格|不合格|[A-Ea-e]")
_POST = re.compile(
    r"书记|主任|镇长|乡长|委员|科员|干部|文书|会计|站长|所长|主席|部长|局长|队长|社长|理事长|带头人|经理|专干|支委|村医|教师|负责人|副职|职"
)
_UNIT = re.compile(
    r"镇|乡|街道|县|区|局|办|中心|站|所|村|社区|支部|党委|政府|委员会|合作社|公司|学校|医院"
)


@dataclass(slots=True)
class Content:
    """The distinct cells of one column, or enough of them.

    Attributes:
        cells: Distinct cells, without marks for nothing.
        n_records: How many records have one.
    """

    cells: Sequence[Cell]
    n_records: int
    _shares: dict[object, float] = field(default_factory=dict)

    @classmethod
    def of(cls, column: CellColumn) -> Content:
        """Return the content of a column."""
        usual = [c for c in column.values if not (isinstance(c, str) and c.strip() in BLANK_WORDS)]
        step = max(1, len(usual) // _SAMPLE)
        n_records = len(column.codes) - column.first_blank()[1]
        return cls(usual[::step][:_SAMPLE], n_records)

    @property
    def is_empty(self) -> bool:
        """Whether the column holds nothing."""
        return not self.cells

    def share(self, test: Callable[[Cell], bool]) -> float:
        """Return the share of the cells that pass a test; 0 where there are none."""
        if test not in self._shares:
            passed = sum(map(test, self.cells))
            self._shares[test] = passed / len(self.cells) if self.cells else 0.0
        return self._shares[test]

    def share_in(self, people: Collection[str]) -> float:
        """Return the share of the cells that name one of some people."""
        if not people or not self.cells:
            return 0.0
        keys = frozenset(map(person_key, people))
        found = sum(isinstance(c, str) and person_key(c) in keys for c in self.cells)
        return found / len(self.cells)

    def fit(self, target: Target) -> float | None:
        """Return the share of the cells that a field can hold; None where that tells nothing."""
        if not self.cells:
            return None
        key = ("fit", target)
        if key not in self._shares:
            self._shares[key] = self._fit(target)
        fit = self._shares[key]
        return None if fit < 0 else fit

    def _fit(self, target: Target) -> float:
        column = columns_by_field(model_for(target.sheet))[target.field]
        if target == _ORGANISATION:
            return 1 - self.share(is_person) - self.share(is_phone)
        if column.field in _TESTS:
            return max(map(self.share, _TESTS[column.field]))
        if column.kind in {Kind.DAY, Kind.MONTH}:
            return self.share(is_date)
        if column.field in _NAMES and target != Target("completion", "assessor"):  # a unit
            people = max(map(self.share, (is_person, is_like_a_name, are_people)))
            return people + (self.share(is_organisation) if target in _MENTEES else 0.0)
        if (
            column.kind is Kind.TEXT
            and not column.choices
            and not column.field.endswith(("_id", "_ids"))
        ):
            return -1.0
        values = check_values(column, self.cells).values
        return sum(value is not None for value in values) / len(values)


# --- tests of one cell ----------------------------------------------------------------------------


def text_of(cell: Cell) -> str:
    """Return a cell as it would be typed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return squeeze(str(cell))


def is_person(cell: Cell) -> bool:
    """Tell whether a cell names one person, perhaps with a phone behind it."""
    if not isinstance(cell, str):
        return False
    plain = re.sub(r"[（(].*|[\d\-:：]+$", "", squeeze(cell))
    return is_like_person(plain)


def is_role(cell: Cell) -> bool:
    """Tell whether a cell says that its row is a mentor or a mentee, and nothing else of it."""
    return bool(re.fullmatch(r"(?:帮带|结对)?(?:导师|师傅|师父|对象|徒弟|学员)", text_of(cell)))


def is_like_a_name(cell: Cell) -> bool:
    """Tell whether a cell has the shape of a name, however rare the surname."""
    text = squeeze(cell) if isinstance(cell, str) else ""
    shaped = bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text))
    return shaped and not is_village(text) and not label_of(text)


def are_people(cell: Cell) -> bool:
    """Tell whether a cell names several people."""
    if not isinstance(cell, str) or len(cell) < 4 or is_organisation(cell):
        return False
    try:
        names.person(cell)
    except PydanticCustomError as error:
        return error.type == "name_several"
    return False


def is_organisation(cell: Cell) -> bool:
    """Tell whether a cell names a Party organisation or a village."""
    return isinstance(cell, str) and bool(_ORGANISATIONS.fullmatch(squeeze(cell)))


def is_person_with_phone(cell: Cell) -> bool:
    """Tell whether a cell names a person and a phone."""
    return isinstance(cell, str) and bool(_PHONE.search(cell)) and is_person(_PHONE.sub("", cell))


def is_phone(cell: Cell) -> bool:
    """Tell whether a cell is a phone number, or what is left of one."""
    text = text_of(cell).removeprefix("+86")
    return bool(_PHONE.fullmatch(re.sub(r"[\s\-－]", "", text))) or bool(
        re.fullmatch(r"1\.\d+E\+10|1[3-9]\d[\d*xX\s-]{8,}", text)
    )


def is_date(cell: Cell) -> bool:
    """Tell whether a cell speaks of a day, a month or a part of one."""
    if isinstance(cell, date | Shown):
        return True
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return 0 < cell < 13 or 1900 < cell < 2101 or 20_000 < cell < 60_000 or cell > 190_000
    return bool(_DATE.fullmatch(squeeze(cell) if isinstance(cell, str) else ""))


def is_birth(cell: Cell) -> bool:
    """Tell whether a cell may say when somebody was born."""
    if isinstance(cell, date):
        return cell.year < 2012
    return bool(_BIRTH.match(text_of(cell))) and not is_phone(cell)


def is_birth_with_age(cell: Cell) -> bool:
    """Tell whether an age stands behind a month of birth."""
    return isinstance(cell, str) and bool(_BIRTH_AND_AGE.fullmatch(squeeze(cell)))


def is_village(cell: Cell) -> bool:
    """Tell whether a cell is a village or a community."""
    if not isinstance(cell, str):
        return False
    plain = short_name(squeeze(cell))
    return plain in villages() or (len(plain) <= 8 and plain.endswith(("村", "社区")))


@cache
def villages() -> frozenset[str]:
    """Return the everyday names of all villages, with and without 村."""
    names = village_names()
    return names | {name.removesuffix("村") for name in names if len(name) > 2}


@cache
def townships() -> frozenset[str]:
    """Return the names of all townships and streets."""
    return frozenset(d.name for d in by_code().values() if d.level == "township")


def is_township(cell: Cell) -> bool:
    """Tell whether a cell is a township."""
    return isinstance(cell, str) and squeeze(cell) in townships()


def is_link(cell: Cell) -> bool:
    """Tell whether a cell is a link or the name of a file."""
    return isinstance(cell, str) and bool(_LINK.match(cell.strip()))


def is_grade(cell: Cell) -> bool:
    """Tell whether a cell is a grade in words."""
    return isinstance(cell, str) and bool(_GRADE.fullmatch(squeeze(cell)))


def is_count(cell: Cell) -> bool:
    """Tell whether a cell is a whole number, as rows are numbered."""
    return bool(re.fullmatch(r"\d{1,5}", text_of(cell)))


def is_points(cell: Cell) -> bool:
    """Tell whether a cell is a score above 5, up to 100."""
    number = number_of(cell)
    return number is not None and 5 < number <= 100


def is_large(cell: Cell) -> bool:
    """Tell whether a cell is a number above what a village has in 万元."""
    number = number_of(cell)
    return number is not None and number >= 2_000


def is_unit_and_post(cell: Cell) -> bool:
    """Tell whether a unit with a post behind it stands in a cell."""
    text = squeeze(cell) if isinstance(cell, str) else ""
    post = _POST.search(text)
    return bool(post) and bool(_UNIT.search(text[: post.start() if post else 0])) and len(text) > 5


def has_several(cell: Cell) -> bool:
    """Tell whether a cell holds several words."""
    return isinstance(cell, str) and len([p for p in _SEVERAL.split(cell) if p.strip()]) > 1


def number_of(cell: Cell) -> float | None:
    """Return the number in a cell, None where it is none."""
    if isinstance(cell, Shown):
        return float(cell.number)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    match = re.fullmatch(r"([\d,]+(?:\.\d+)?)\s*(?:分|元|万元|人|名|分钟|小时)?", text_of(cell))
    return float(match[1].replace(",", "")) if match and match[1].strip(",") else None


def is_id_number(cell: Cell) -> bool:
    """Tell whether a cell is an ID number, or a number of its length; not of one in a text."""
    bare = re.sub(r"[\s\-－']", "", text_of(cell))
    return bool(re.fullmatch(r"\d{17}[\dXx]|\d{15}|\d\.\d+[Ee]\+17", bare))


_MENTEES = {Target("individual", "name"), Target("pairing", "mentee_name")}
_ORGANISATION = Target("organisation", "name")
_NAMES = {"name", "mentor_name", "secretary", "recorder", "assessor", "reporter"}
_TESTS: dict[str, tuple[Callable[[Cell], bool], ...]] = {
    "phone": (is_phone,),
    "born": (is_birth, is_birth_with_age),
    "village": (is_village,),
    "township": (is_township,),
}
