from datetime import date, datetime

import pytest

from tests.support.columns import for_every_column
from validators.cells import FormulaError, Uncalculated
from validators.checks import check_values, shown
from validators.columns import Fill
from validators.messages import describe
from validators.sheets import columns_by_field, model_for
from validators.vocabulary import Gender, MentorStatus, Specialty


def column_of(name: str):
    key, _, field = name.partition(".")
    return columns_by_field(model_for(key))[field]


def check(name: str, *cells):
    checked = check_values(column_of(name), list(cells))
    return checked.values, {i: problem.kind for i, problem in checked.problems.items()}


# --- kinds of problems -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("mentor.status", "在职", "choice"),
        ("mentor.status", 1, "choice"),
        ("mentor.specialties", "产业发展、养羊", "choice"),
        ("mentor.mentor_id", "D640402104", "code_malformed"),
        ("unit.code", "64040210", "code_malformed"),
        ("log.pairing_ids", "J640402104-001、J2", "code_malformed"),
        ("log.date", "2026-02-30", "date_unreadable"),
        ("log.date", "5/6", "date_ambiguous"),
        ("log.date", 20260503, "date_number"),
        ("log.date", 46145, "date_serial"),
        ("log.date", "2206-05-03", "date_out_of_range"),
        ("mentor.born", 197805, "date_number"),
        ("organisation.members", "约3人", "number_unreadable"),
        ("organisation.members", 3.5, "number_not_integer"),
        ("organisation.members", -1, "out_of_range"),
        ("assessment.conduct", 6, "out_of_range"),
        ("assessment.conduct", 0, "out_of_range"),
        ("assessment.conduct", True, "number_unreadable"),
        ("log.hours", 25, "out_of_range"),
        ("log.hours", 0, "out_of_range"),
        ("completion.score", 101, "out_of_range"),
        ("individual.mentors_needed", 6, "out_of_range"),
        ("mentor.phone", "12345", "phone_malformed"),
        ("mentor.certificate", 1234567890123456, "digits_lost"),
        ("log.content", "走访\x07", "control_character"),
        ("log.content", " \u3000\u200b", "missing"),
        ("mentor.name", "\xa0", "missing"),
        ("mentor.status", " ", "missing"),
        ("log.date", " ", "missing"),
        ("log.pairing_ids", "、", "missing"),
        ("log.pairing_ids", " ", "missing"),
    ],
)
def test_a_cell_has_the_problem_it_has(column, cell, kind) -> None:
    values, problems = check(column, cell)

    assert problems == {0: kind}
    assert values == [None]


@for_every_column
def test_formula_cells_are_never_values_in_any_column(column) -> None:
    checked = check_values(column, [FormulaError("#REF!"), Uncalculated("A1")])

    kinds = [checked.problems[i].kind for i in (0, 1)]
    assert kinds == ["formula_error", "formula_uncalculated"]
    assert checked.values == [None, None]


@for_every_column
def test_white_space_is_a_blank_cell_in_every_column(column) -> None:
    checked = check_values(column, [" ", "\u3000\xa0", "\u200b", " " * 9])

    assert checked.values == [None] * 4
    assert {p.kind for p in checked.problems.values()} == {
        "missing" if column.required else "blank_word"
    }


@for_every_column
def test_no_cell_is_an_exception_in_any_column(column) -> None:
    cells = [
        "",
        "　",
        "文字",
        "1",
        1,
        1.5,
        -1,
        10**20,
        True,
        date(2026, 5, 3),
        datetime(2026, 5, 3, 9),
    ]
    cells += ["J640402104-001", "x" * 40_000, "a\x00b", "{value}", "%s", "2026-5-3", "👍", 1e300]

    checked = check_values(column, cells)

    assert len(checked.values) == len(cells)
    for index, problem in checked.problems.items():
        describe(problem.kind, column, str(cells[index])[:20], problem.context)


# --- distinct cells ------------------------------------------------------------------------------


def test_one_bad_cell_leaves_the_others_as_they_are() -> None:
    values, problems = check("assessment.conduct", 1, "x", 2, 9, "３")

    assert values == [1, None, 2, None, 3]
    assert problems == {1: "number_unreadable", 3: "out_of_range", 4: "normalised"}


def test_numbers_booleans_and_texts_that_look_alike_are_judged_apart() -> None:
    values, problems = check("organisation.members", 1, 1.0, True, "1")

    assert values == [1, 1, None, 1]
    assert problems == {2: "number_unreadable", 3: "normalised"}


@pytest.mark.parametrize("word", ["无", "—", "——", "/", "／", " 无 "])
@pytest.mark.parametrize(
    "column", ["mentor.remark", "mentor.capacity", "mentor.appointed_on", "mentor.specialties"]
)
def test_a_blank_word_is_blank_in_optional_columns(column, word) -> None:
    assert check(column, word) == ([None], {0: "blank_word"})


def test_a_blank_word_is_a_value_in_required_columns() -> None:
    assert check("mentor.employer", "无") == (["无"], {})
    assert check("mentor.status", "无") == ([None], {0: "choice"})
    assert check("log.date", "—") == ([None], {0: "date_unreadable"})


@pytest.mark.parametrize("word", ["NA", "None", "null", "N/A", "0", "零", "nan"])
def test_other_words_are_kept_literally(word) -> None:
    assert check("mentor.remark", word) == ([word], {})


@pytest.mark.parametrize(
    "typed", ["在 库", " 在库", "在\u3000库", "在\u200b库", "在库\n", "\ufeff在库"]
)
def test_a_word_of_a_closed_list_may_hold_spaces(typed) -> None:
    assert check("mentor.status", typed) == ([MentorStatus.ACTIVE], {0: "normalised"})


def test_several_words_of_a_closed_list_are_separated_in_any_way() -> None:
    assert check("mentor.specialties", "产业发展、党建工作", "产业发展,党建工作") == (
        [(Specialty.INDUSTRY, Specialty.PARTY_BUILDING)] * 2,
        {1: "normalised"},
    )


# --- what is said of odd spellings -------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("log.date", date(2026, 5, 3)),
        ("log.date", datetime(2026, 5, 3)),
        ("mentor.born", date(1978, 5, 1)),
        ("mentor.born", date(1978, 5, 20)),
        ("organisation.members", 3),
        ("organisation.members", 3.0),
        ("organisation.income", 12.5),
        ("organisation.income", 12),
        ("mentor.gender", "男"),
        ("mentor.name", "张三"),
        ("mentor.name", "买买提·艾力"),
        ("log.pairing_ids", "J640402104-001、J640402104-002"),
        ("mentor.phone", "13900000001"),
        ("log.content", "到村走访，讲政策 两次"),
        ("mentor.village", "冯庄村"),
    ],
)
def test_a_clean_cell_has_no_problem_at_all(column, cell) -> None:
    _, problems = check(column, cell)

    assert problems == {}


@pytest.mark.parametrize(
    ("column", "cell", "reading"),
    [
        ("log.date", "2026.5.3", "2026-05-03"),
        ("log.date", datetime(2026, 5, 3, 9, 30), "2026-05-03"),
        ("mentor.born", "1978年5月", "1978-05"),
        ("organisation.members", "３２人", "32"),
        ("organisation.income", "1,234,567.5万元", "1234567.5"),
        ("organisation.income", "1234.75 ", "1234.75"),
        ("mentor.name", "张 三", "张三"),
        ("mentor.village", "冯庄村委会", "冯庄村"),
        ("log.pairing_ids", "j640402104-001｜梁某→朱某", "J640402104-001"),
        ("log.pairing_ids", "J640402104-001、j640402104-001", "J640402104-001"),
        ("mentor.phone", 13900000001, "13900000001"),
        ("mentor.remark", "退休\xa0", "退休"),
    ],
)
def test_an_odd_spelling_is_a_notice_with_the_reading(column, cell, reading) -> None:
    checked = check_values(column_of(column), [cell])

    problem = checked.problems[0]
    assert (problem.kind, problem.context["reading"]) == ("normalised", reading)
    assert not problem.is_error


def test_a_notice_names_the_characters_nobody_sees() -> None:
    checked = check_values(column_of("mentor.name"), ["张\u200b三\xa0"])

    assert checked.problems[0].context["odd"] == "（含不可见字符 U+00A0、U+200B）"


def test_values_are_shown_as_the_sheet_shows_them() -> None:
    assert shown(column_of("mentor.born"), date(1978, 5, 1)) == "1978-05"
    assert shown(column_of("log.date"), date(2026, 5, 3)) == "2026-05-03"
    assert shown(column_of("organisation.income"), 12.0) == "12"
    assert shown(column_of("mentor.gender"), Gender.MALE) == "男"
    assert shown(column_of("mentor.specialties"), (Specialty.INDUSTRY, Specialty.LAW)) == (
        "产业发展、政策法规"
    )


TYPED = {
    "mentor.born": ["1978.05", "1978年5月"],
    "log.date": ["2026.5.3", "2026年5月3日"],
    "organisation.income": ["1,234.5万元", "0.1"],
    "mentor.village": ["冯庄村委会", "中山街居委会"],
    "log.pairing_ids": ["j640402104-001，J640402104-002"],
    "mentor.specialties": ["产业发展 党建工作"],
    "mentor.phone": ["（0954）2032000"],
    "mentor.capacity": ["３人"],
}


@pytest.mark.parametrize("name", TYPED)
def test_a_value_typed_as_it_is_shown_reads_the_same_again(name) -> None:
    column = column_of(name)
    for cell in TYPED[name]:
        (once,) = check_values(column, [cell]).values

        assert check_values(column, [shown(column, once)]).values == [once]


@for_every_column
def test_every_word_of_a_dropdown_is_accepted_as_it_is(column) -> None:
    choices = list(column.choices) if column.fill is not Fill.LOOKUP else []
    checked = check_values(column, choices)

    assert checked.problems == {}
    assert [shown(column, value) for value in checked.values] == choices
