import re
from datetime import date
from typing import get_args

import pytest
from pydantic_core.core_schema import ErrorType

from validators.messages import PROBLEMS, describe, kind_of
from validators.sheets import SHEETS, columns_by_field

CONTEXTS = {
    "code_malformed": {"example": "D640402104-001"},
    "date_number": {"likely": "2026-05-03"},
    "date_serial": {"likely": "2026-05-03"},
    "date_format_lost": {"reading": "2026-05-03"},
    "number_shown": {"shown": "86%", "stored": "0.86"},
    "money_unit": {"likely": "39.4"},
    "percent_lost": {"likely": "86"},
    "control_character": {"code": "U+0007"},
    "text_too_long": {"length": 40_000},
    "formula_error": {"text": "#REF!"},
    "normalised": {"reading": date(2026, 5, 3).isoformat(), "odd": ""},
    "not_text": {"reading": "007"},
    "recommended": {"count": 3},
    "name_several": {"options": "马大山、李小山"},
    "name_more": {"reading": "马大山"},
    "out_of_range": {"ge": 1},
}
COLUMNS = {
    f"{model.sheet.key}.{column.field}": column
    for model in SHEETS
    for column in columns_by_field(model).values()
}
ENGLISH = re.compile(r"[A-Za-z]{2,}")
ALLOWED = re.compile(r"Excel|bangdai update|(?:ZR|[A-Z])(?:\d{9}|\+9)|U\+[0-9A-F]{4}|#REF!|NO|No")


def is_for_clerks(sentence: str) -> bool:
    return (
        bool(re.search(r"[\u4e00-\u9fff]", sentence))
        and not re.search(r"[{}]", sentence)
        and "None" not in sentence
        and not ENGLISH.search(ALLOWED.sub("", sentence))
        and not re.search(r"[，、：]$", sentence)
    )


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_kind_is_a_chinese_sentence_for_every_column(kind) -> None:
    bad = {}
    for name, column in COLUMNS.items():
        said = describe(kind, column, "某值", CONTEXTS.get(kind, {}))
        if not all(map(is_for_clerks, said)):
            bad[name] = said

    assert bad == {}


@pytest.mark.parametrize("error_type", get_args(ErrorType))
def test_every_error_type_of_pydantic_has_a_kind_and_a_sentence(error_type) -> None:
    kind = kind_of(error_type)

    assert kind in PROBLEMS
    for sentence in describe(kind, COLUMNS["mentor.capacity"], "某值", {}):
        assert is_for_clerks(sentence)


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"ge": 1}, "应不小于 1"),
        ({"le": 5}, "应不大于 5"),
        ({"gt": 0, "le": 24}, "应大于 0、不大于 24"),
        ({"lt": 3}, "应小于 3"),
    ],
)
def test_a_number_out_of_range_is_told_its_bounds(context, words) -> None:
    message, _ = describe("out_of_range", COLUMNS["log.hours"], "25", context)

    assert message == f"“25”超出范围，{words}"


def test_what_was_typed_is_shown_as_it_was_typed() -> None:
    message, _ = describe("choice", COLUMNS["mentor.status"], "{value}%s{0}", {})

    assert "“{value}%s{0}”" in message


def test_a_long_list_of_choices_is_cut() -> None:
    _, short = describe("choice", COLUMNS["mentor.status"], "在职", {})
    _, long = describe("choice", COLUMNS["mentor.ethnicity"], "汉", {})

    assert short == "请从下拉列表中选：在库、暂停、调出"
    assert long.endswith("等")
    assert long.count("、") == 7


def test_a_kind_is_the_last_part_of_a_code() -> None:
    assert [kind for kind in PROBLEMS if not re.fullmatch(r"[a-z]+(_[a-z]+)*", kind)] == []
