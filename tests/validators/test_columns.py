from enum import StrEnum
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from tests.support.columns import for_every_column
from validators import vocabulary
from validators.columns import Fill, Kind, Lookup, column, columns_of
from validators.fields import Count, Day, Money, Month, Name, Specialties, Text
from validators.sheets import (
    SHEETS,
    MentorRow,
    SheetKind,
    columns_by_field,
    input_columns,
    model_for,
)
from validators.vocabulary import Gender

KEYS = [model.sheet.key for model in SHEETS]
WORD_LISTS = {"actions", "villages"}
"""Named lists of the workbook that feed dropdowns."""


def length(text: str) -> int:
    """Return the length Excel counts: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


# --- what a field says ---------------------------------------------------------------------------


class Example(BaseModel):
    name: Annotated[Name, column("姓名", help="写全名", width=9, synonyms=("名字",))]
    gender: Annotated[Gender | None, column("性别", help="选男或女", recommended=True)] = None
    born: Annotated[Month, column("出生年月", help="如 1978-05", past=True)]
    started: Annotated[Day | None, column("开始", help="哪天")] = None
    count: Annotated[Count, column("人数", help="几人")]
    money: Annotated[Money | None, column("金额", help="元")] = None
    skills: Annotated[Specialties | None, column("领域", help="几项")] = None
    shown: Annotated[
        Text | None, column("导师", help="带出", lookup=Lookup("name", (("mentor", "name"),)))
    ] = None


def test_a_column_knows_what_its_field_says() -> None:
    columns = {c.field: c for c in columns_of(Example)}

    assert list(columns) == [
        "name",
        "gender",
        "born",
        "started",
        "count",
        "money",
        "skills",
        "shown",
    ]
    assert [c.heading for c in columns.values()][:2] == ["姓名", "性别"]
    assert columns["name"].synonyms == ("名字",)
    assert [c.field for c in columns.values() if c.required] == ["name", "born", "count"]
    assert [c.field for c in columns.values() if c.recommended] == ["gender"]
    assert [c.field for c in columns.values() if c.past] == ["born"]
    assert [c.kind for c in columns.values()] == [
        Kind.TEXT, Kind.TEXT, Kind.MONTH, Kind.DAY, Kind.INTEGER, Kind.DECIMAL, Kind.TEXT, Kind.TEXT,
    ]  # fmt: skip
    assert columns["gender"].choices == ("男", "女")
    assert columns["gender"].strict
    assert not columns["skills"].strict, "a native dropdown refuses several words in one cell"
    assert columns["shown"].fill is Fill.LOOKUP


def test_rows_keyed_by_heading_validate_and_errors_name_the_heading() -> None:
    row = Example.model_validate({"姓名": "张 三", "出生年月": "1978.05", "人数": "3人"})

    assert (row.name, f"{row.born:%Y-%m}", row.count) == ("张三", "1978-05", 3)
    with pytest.raises(ValidationError) as caught:
        Example.model_validate({"姓名": "张三", "出生年月": "1978.05", "人数": "约3人"})
    assert caught.value.errors()[0]["loc"] == ("人数",)


def test_a_field_without_a_column_is_refused() -> None:
    class Bare(BaseModel):
        name: str

    with pytest.raises(TypeError, match="name"):
        columns_of(Bare)


def test_a_column_that_came_later_may_stay_empty() -> None:
    class Newer(BaseModel):
        name: Annotated[Name, column("姓名", help="写全名", since="2099.1")]

    with pytest.raises(TypeError, match="'name' is newer"):
        columns_of(Newer)


# --- every field of every sheet ------------------------------------------------------------------


@for_every_column
def test_a_heading_fits_its_cell_and_its_input_message(model, column) -> None:
    assert 0 < length(column.heading) <= 32, "the title of Excel's input message"
    assert 0 < length(column.help) <= 255, "the text of Excel's input message"
    assert column.heading == column.heading.strip()
    assert "\n" not in column.heading
    assert not column.help.endswith("。")
    assert 0 < column.width <= (70 if column.printed else 160)


@for_every_column
def test_a_dropdown_can_be_written(model, column) -> None:
    assert not (column.choices and column.words), "a list comes from the type or from the workbook"
    assert column.words in {"", *WORD_LISTS}
    assert not (column.strict and (column.words or column.refers))
    assert all("," not in word and word == word.strip() for word in column.choices)


@for_every_column
def test_a_column_is_asked_for_in_one_way(model, column) -> None:
    assert not (column.required and column.recommended)
    if column.recommended or column.past or column.required:
        assert column.fill is not Fill.LOOKUP
    if column.past:
        assert column.kind in {Kind.DAY, Kind.MONTH}


@for_every_column
def test_a_lookup_names_fields_that_exist(model, column) -> None:
    if column.lookup:
        assert column.lookup.key in columns_by_field(model)
        for key, field in column.lookup.fields:
            assert field in columns_by_field(model_for(key))


@for_every_column
def test_a_personal_phone_is_masked(model, column) -> None:
    if "电话" in column.heading or "手机" in column.heading:
        assert column.mask is (column.field != "office_phone")


@pytest.mark.parametrize("model", SHEETS, ids=KEYS)
def test_every_heading_and_synonym_names_one_column(model) -> None:
    names = [name for c in columns_by_field(model).values() for name in {c.heading, *c.synonyms}]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("model", SHEETS, ids=KEYS)
def test_no_heading_of_a_sheet_is_only_a_unit_or_bracket_away_from_another(model) -> None:
    def bare(text: str) -> str:
        return "".join(c for c in text if c not in "()（）[]【】 *★：:")

    owners: dict[str, set[str]] = {}
    for field, each in columns_by_field(model).items():
        for name in (each.heading, *each.synonyms):
            owners.setdefault(bare(name), set()).add(field)

    assert {name: fields for name, fields in owners.items() if len(fields) > 1} == {}


@pytest.mark.parametrize("model", SHEETS, ids=KEYS)
def test_the_model_is_found_by_its_key_and_documented(model) -> None:
    assert model_for(model.sheet.key) is model
    assert model.__doc__
    assert model.model_config["frozen"]


@pytest.mark.parametrize("model", SHEETS, ids=KEYS)
def test_a_sheet_is_named_as_excel_allows(model) -> None:
    sheet = model.sheet

    assert 0 < length(sheet.name) <= 31
    assert not set(sheet.name) & set("[]:*?/\\'")
    assert sheet.title
    assert 0 < length(sheet.help) <= 255


def test_sheets_are_named_and_keyed_once() -> None:
    assert len({model.sheet.name for model in SHEETS}) == len(SHEETS)
    assert len(set(KEYS)) == len(SHEETS)


@pytest.mark.parametrize(
    "model", [m for m in SHEETS if m.sheet.id_field], ids=lambda m: m.sheet.key
)
def test_an_id_may_be_left_blank_and_its_help_shows_its_form(model) -> None:
    column = columns_by_field(model)[model.sheet.id_field]
    number = "1".zfill(model.sheet.id_width)

    assert not column.required
    assert not column.recommended
    assert f"640402104-{number}" in column.help
    assert "可留空" in column.help


@pytest.mark.parametrize("model", SHEETS, ids=KEYS)
def test_a_purely_generated_sheet_has_no_column_for_the_clerk(model) -> None:
    if model.sheet.protected:
        assert model.sheet.kind is SheetKind.GENERATED
        assert input_columns(model) == ()


def test_remarks_stand_last() -> None:
    for model in SHEETS:
        fields = list(columns_by_field(model))
        assert "remark" not in fields[:-1], model.sheet.name


def test_columns_are_resolved_once() -> None:
    assert columns_by_field(MentorRow) is columns_by_field(MentorRow)
    assert hash(next(iter(columns_by_field(MentorRow).values())))


# --- the documented ledger -----------------------------------------------------------------------


def test_the_word_lists_hold_no_word_twice() -> None:
    for name in vars(vocabulary):
        words: Any = getattr(vocabulary, name)
        if isinstance(words, type) and issubclass(words, StrEnum):
            assert len({word.value for word in words}) == len(list(words))
            assert len(list(words)) == len(words.__members__), f"{name} has an alias"


def test_the_fields_that_name_choices_say_so_in_their_type() -> None:
    for model in SHEETS:
        for each in columns_by_field(model).values():
            types = [arm for arm in _arms(each.annotation) if isinstance(arm, type)]
            assert any(issubclass(arm, StrEnum) for arm in types) is bool(each.choices)


def _arms(annotation: Any) -> list[Any]:
    return [annotation, *(arm for part in get_args(annotation) for arm in _arms(part))]
