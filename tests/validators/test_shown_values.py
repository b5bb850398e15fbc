"""A cell means what its sheet shows where that is certain; what is not is asked for, once."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import AS_OF, a_ledger, a_log_entry, add, change, ledger_of
from tests.support.columns import for_every_column
from validators import vocabulary
from validators.cells import Shown
from validators.checks import check_values
from validators.columns import Fill, Kind
from validators.findings import as_typed
from validators.messages import PROBLEMS, describe
from validators.rules import RuleContext
from validators.sheets import columns_by_field, model_for
from validators.validation import validate
from validators.vocabulary import Ethnicity, Gender, Level, Politics, Word
from workbooks.ooxml.dates import Kind as DateKind
from workbooks.ooxml.dates import from_serial
from workbooks.ooxml.number_formats import meaning_of, valued

CONTEXT = RuleContext(AS_OF)


def column_of(name: str):
    key, _, field = name.partition(".")
    return columns_by_field(model_for(key))[field]


def read(name: str, *cells):
    checked = check_values(column_of(name), list(cells))
    return checked.values, [p.kind for _, p in sorted(checked.problems.items())]


# --- numbers under a date format -----------------------------------------------------------------

SLIPS = st.one_of(
    st.integers(1, 2192),
    st.integers(1930, 2099),
    st.builds(lambda y, m: float(f"{y}.{m:02}"), st.integers(1930, 2099), st.integers(1, 12)),
    st.builds(lambda m, d: float(f"{m}.{d}"), st.integers(1, 12), st.integers(1, 31)),
)


@for_every_column
def test_no_message_speaks_of_the_day_a_number_is_shown_as(column) -> None:
    if column.kind not in (Kind.DAY, Kind.MONTH) or column.fill is Fill.LOOKUP:
        return
    for number in (2026.6, 1978.05, 1978.1, 2026, 5.3, 20260503, 202605, 1, 60, 2192):
        cell = Shown(number)
        checked = check_values(column, [cell])
        problem = checked.problems[0]
        said = describe(problem.kind, column, as_typed(cell), problem.context)
        assert problem.is_error
        assert checked.values == [None]
        assert not re.search(r"190\d", "".join(said)), said


@given(SLIPS)
def test_a_number_under_a_date_format_is_never_a_day(number) -> None:
    for name in ("log.date", "mentor.born", "individual.chosen_on"):
        (value,), (kind,) = read(name, Shown(number))
        assert value is None
        assert PROBLEMS[kind].level is Level.ERROR


@pytest.mark.parametrize(
    ("name", "cell", "advice"),
    [
        ("mentor.born", Shown(1978.05), "可能是 1978-05，请按日期重新填写"),
        ("mentor.born", Shown(1978.1), "可能是 1978-01 或 1978-10，请按“年-月”写全，如 1978-05"),
        ("mentor.born", "1978年", "请按“年-月”写全，如 1978-05"),
        ("mentor.born", "78.05", "可能是 1978年5月，请按“年-月”写全，如 1978-05"),
        ("mentor.born", "不详", "请按“年-月”重新填写，如 1978-05"),
        ("log.date", Shown(2026.6), "可能是 2026年6月，请按“年-月-日”写全，如 2026-05-03"),
        ("log.date", 2026.1, "可能是 2026年1月或 2026年10月，请按“年-月-日”写全，如 2026-05-03"),
        ("log.date", Shown(6.5), "可能是 6月5日，请按“年-月-日”写全，如 2026-05-03"),
        ("log.date", Shown(20260503), "可能是 2026-05-03，请按日期重新填写"),
        ("log.date", 202605, "可能是 2026年5月，请按“年-月-日”写全，如 2026-05-03"),
    ],
)
def test_the_likely_reading_is_in_the_columns_own_form(name, cell, advice) -> None:
    column = column_of(name)
    problem = check_values(column, [cell]).problems[0]

    assert describe(problem.kind, column, as_typed(cell), problem.context)[1] == advice


@given(st.dates(date(1906, 1, 1), date(1929, 12, 31)))
def test_nothing_of_a_ledger_happened_before_1930(day) -> None:
    assert read("mentor.born", day) == ([None], ["date_out_of_range"])
    assert read("log.date", day.isoformat()) == ([None], ["date_out_of_range"])


@pytest.mark.parametrize(
    "typed",
    [
        "2026.5.3.", "2026。5。3", "2026、5、3", "2026.5.3起", "2026年5月3日（周日）", "2026年五月三日",
        "二〇二六年五月三日", "二零二六年五月三日", "2026年5月3日起",
    ],
)  # fmt: skip
def test_what_follows_a_date_or_spells_it_changes_nothing(typed) -> None:
    assert read("log.date", typed) == ([date(2026, 5, 3)], ["normalised"])


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_a_day_in_hanzi_is_that_day(day) -> None:
    ones = "〇一二三四五六七八九"

    def words(number: int) -> str:
        tens = ("", "十", "二十", "三十")[number // 10]
        return tens + (ones[number % 10] if number % 10 else "")

    typed = "".join(ones[int(digit)] for digit in str(day.year))
    typed += f"年{words(day.month)}月{words(day.day)}日"

    assert read("log.date", typed) == ([day], ["normalised"])


WEEKDAYS = "一二三四五六日"


@given(
    st.dates(date(1930, 1, 1), date(2099, 12, 31)),
    st.sampled_from([*"-‐‑‒–—―−－./．\\_·、，"]),
    st.sampled_from(["{}", "{}", "'{}", "‘{}’", "{}上午", "{}下午3点", "{}晚上8:30", "{}（48岁）", "{}出生", "{} "]),
    st.sampled_from(["", "星期{}", " 周{}", "（礼拜{}）"]),
)  # fmt: skip
def test_a_whole_date_is_that_day_however_its_parts_are_joined(day, mark, around, weekday) -> None:
    parts = f"{day.year}{mark}{day.month}{mark}{day.day:02}"
    right, wrong = (weekday.format(WEEKDAYS[(day.weekday() + n) % 7]) for n in (0, 3))

    assert read("log.date", around.format(parts))[0] == [day]
    assert read("log.date", parts + right)[0] == [day]
    if weekday:
        assert read("log.date", parts + wrong) == ([None], ["date_ambiguous"])


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1930, 2099), st.sampled_from("-./"))
def test_a_date_with_its_year_last_is_asked_for_with_every_day_it_may_be(
    one, other, year, mark
) -> None:
    column, typed = column_of("log.date"), f"{one:02}{mark}{other:02}{mark}{year}"
    checked = check_values(column, [typed])
    said = " ".join(describe(checked.problems[0].kind, column, typed, checked.problems[0].context))
    days = {f"{year}-{m:02}-{d:02}" for m, d in ((one, other), (other, one)) if is_day(year, m, d)}

    assert checked.values == [None]
    assert {*re.findall(r"可能是 (\d{4}-\d\d-\d\d)", said)} == days
    assert "缺" not in said


def is_day(year: int, month: int, day: int) -> bool:
    return (
        month <= 12
        and day <= (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    )


@given(st.integers(1, 12), st.integers(1, 31))
def test_a_day_without_its_year_lacks_the_year_alone(month, day) -> None:
    (problem,) = check_values(column_of("log.date"), [f"{month}月{day}日"]).problems.values()

    assert problem.context["lack"] == "缺年份"


@pytest.mark.parametrize(
    "typed", ["1978.13", "1978.00", 1978.13, "2026年13月", "202663", "1878.05"]
)
def test_a_month_that_never_was_lacks_nothing_and_is_no_date(typed) -> None:
    for name in ("log.date", "mentor.born"):
        assert set(read(name, typed)[1]) <= {"date_unreadable", "date_out_of_range"}


@pytest.mark.parametrize("typed", ["1978年5月生", "1978年05月份", "1978 05", "1978—5", "'1978.5"])
def test_a_month_is_that_month_whatever_follows(typed) -> None:
    assert read("mentor.born", typed) == ([date(1978, 5, 1)], ["normalised"])


def test_october_is_october_where_the_sheet_shows_the_nought() -> None:
    october = valued(1978.1, meaning_of(2, None))

    assert read("mentor.born", october) == ([date(1978, 10, 1)], ["normalised"])
    assert read("mentor.born", valued(1978.1, meaning_of(0, None)))[1] == ["date_ambiguous"]


@pytest.mark.parametrize(
    "typed",
    [
        "2026.05.03-2027.05.02", "2026.6.3-6.5", "2026-06-03至2026-06-05", "2026-06-03\n2026-06-05",
        "2026.6.3—4", "2026年6月3、5日", "2026.6.3和5日",
    ],
)  # fmt: skip
def test_two_days_in_one_cell_are_asked_for(typed) -> None:
    (problem,) = check_values(column_of("log.date"), [typed]).problems.values()
    assert problem.context["lack"] == "写了两个日期"


# --- a column without its date format ------------------------------------------------------------


@given(st.sets(st.integers(36_526, 54_788), min_size=3, max_size=20))
def test_a_column_of_serial_numbers_is_a_column_of_days(serials) -> None:
    values, kinds = read("log.date", *serials)

    assert values == [date(1899, 12, 30) + timedelta(days=serial) for serial in serials]
    assert {*kinds} == {"date_format_lost"}


def test_serial_numbers_beside_days_are_asked_for_one_by_one() -> None:
    cells = [46145, 46146, 46147, date(2026, 5, 3)]

    assert read("log.date", *cells)[1] == ["date_serial"] * 3


@pytest.mark.parametrize("typed", ["2026 5 3", "2026,5,3", "2026，05，03"])
def test_any_mark_between_the_parts_of_a_day_is_as_good(typed) -> None:
    assert read("log.date", typed) == ([date(2026, 5, 3)], ["normalised"])


def test_a_serial_number_as_text_and_a_short_year_have_a_likely_day() -> None:
    checked = check_values(column_of("log.date"), ["46145", "26.5.3"])

    serial, short = (checked.problems[at] for at in (0, 1))
    assert (serial.kind, serial.context["likely"]) == ("date_serial", "2026-05-03")
    assert (short.kind, short.context["guess"]) == ("date_ambiguous", "可能是 2026-05-03，")


def test_a_few_days_typed_since_do_not_hide_that_a_column_lost_its_format() -> None:
    serials = [*range(46000, 46040)]

    values, problems = read("log.date", *serials, date(2026, 6, 1), date(2026, 6, 2))

    assert values[:2] == [date(2025, 12, 9), date(2025, 12, 10)]
    assert set(problems) == {"date_format_lost"}


def test_a_column_without_its_format_has_one_finding_and_keeps_its_rows() -> None:
    ledger = a_ledger(log=[a_log_entry(n, date=46_140 + n) for n in range(1, 7)])

    found = validate(ledger, CONTEXT)

    (lost,) = [f for f in found if f.code.startswith("log.date.")]
    assert (lost.level, lost.cell, lost.value) == (Level.WARNING, "B4", "46141")
    assert "6 个单元格" in lost.message
    assert "2026-04-29" in lost.message
    assert ledger.tables["log"].column("date")[5] == date(2026, 5, 4)


# --- percentages, units, literals ----------------------------------------------------------------


@given(st.integers(0, 100))
def test_a_percentage_is_points_out_of_a_hundred(points) -> None:
    assert read("organisation.inspection_score", Shown(points / 100, f"{points}%"))[0] == [points]
    assert read("completion.score", f"{points}%")[0] == [points]


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("log.date", Shown(20260503, "2026-05-03"), date(2026, 5, 3)),
        ("mentor.born", Shown(197805, "1978.05"), date(1978, 5, 1)),
        ("log.hours", Shown(90, "90分钟"), 1.5),
        ("log.hours", "120分钟", 2),
        ("log.hours", "1小时30分", 1.5),
        ("log.hours", "1:30", 1.5),
        ("log.hours", time(1, 30), 1.5),
        ("organisation.income", Shown(394_000, "39.4万"), 39.4),
        ("organisation.income", Shown(394_000, "394,000元"), 39.4),
        ("organisation.income", "394000元", 39.4),
        ("conversion.income_gain", "1.2万元", 12_000),
        ("pairing.pairing_id", Shown(17, "J640402104-017"), "J640402104-017"),
        ("mentor.phone", Shown(13800000001, "138-0000-0001"), "13800000001"),
    ],
)
def test_what_is_shown_is_read_where_it_is_certain(name, cell, value) -> None:
    assert read(name, cell) == ([value], ["normalised"])


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("organisation.votes_against", Shown(0.12, "12%")),
        ("organisation.inspection_score", Shown(86, "8600%")),
        ("organisation.members", Shown(61.6, "62")),
        ("assessment.conduct", Shown(3.6, "4")),
        ("log.hours", Shown(1.0625, "01:30")),
        ("log.hours", Shown(3, "第3次")),
    ],
)
def test_what_is_shown_and_what_is_stored_are_both_said_where_it_is_not(name, cell) -> None:
    column = column_of(name)
    checked = check_values(column, [cell])
    said, _ = describe("number_shown", column, as_typed(cell), checked.problems[0].context)

    assert checked.values == [None]
    assert checked.problems[0].kind == "number_shown"
    assert cell.text in said
    assert f"{cell.number:g}" in said or "25.5 小时" in said


@pytest.mark.parametrize("name", ["completion.score", "organisation.inspection_score"])
@pytest.mark.parametrize("cell", [0.86, "0.86"])
def test_a_percentage_that_lost_its_format_is_asked_for(name, cell) -> None:
    assert read(name, cell) == ([None], ["percent_lost"])


def test_a_word_that_a_format_shows_for_a_number_is_that_word() -> None:
    assert read("log.aspect", Shown(1, "思想情怀")) == (["思想情怀"], ["not_text"])
    assert read("mentor.certificate", Shown(7, "007")) == (["007"], ["not_text"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("半小时", 0.5), ("一小时", 1), ("两小时", 2), ("2个半小时", 2.5), ("1h30m", 1.5), ("2H", 2)],
)
def test_hours_in_words_are_read(cell, value) -> None:
    assert read("log.hours", cell) == ([value], ["normalised"])


@given(st.integers(0, 47), st.integers(0, 59), st.sampled_from(["[h]:mm", "[hh]:mm"]))
def test_a_length_of_time_is_read_as_the_sheet_shows_it(hours, minutes, code) -> None:
    cell = valued((hours + minutes / 60) / 24, meaning_of(200, code))

    values, kinds = read("log.hours", cell)
    length = hours + minutes / 60
    if 0 < length <= 24:
        assert values == [pytest.approx(length, abs=0.01)]
    else:
        assert kinds == ["out_of_range"]


@given(
    st.sampled_from([0.25, 0.5, 0.75]), st.sampled_from(["yyyy-mm-dd", "m/d/yyyy", 'm"月"d"日"'])
)
def test_hours_in_a_date_format_are_no_time_of_day(number, code) -> None:
    assert read("log.hours", valued(number, meaning_of(200, code)))[0] == [number]


@given(st.integers(0, 100), st.sampled_from(['General"%"', r"General\%", '0"%"', "0!%"]))
def test_a_written_percent_sign_leaves_the_number(number, code) -> None:
    cell = valued(number, meaning_of(200, code))

    assert read("duty.rate", cell) == read("duty.rate", number)


@given(st.integers(1, 99), st.integers(1, 99))
def test_two_numbers_in_a_cell_are_never_one(one, other) -> None:
    assert read("organisation.members", f"{one} {other}")[0] == [None]
    assert read("organisation.members", f"{one} 000")[0] == [one * 1000]


@pytest.mark.parametrize("number", [260503, 202605, 2026.5])
def test_a_number_a_date_format_shows_as_a_day_far_away_is_that_number(number) -> None:
    assert isinstance(from_serial(number, DateKind.DATE), Shown)


def test_a_day_without_its_century_is_asked_for_with_the_likely_one() -> None:
    (problem,) = check_values(column_of("log.date"), [Shown(260503)]).problems.values()
    assert problem.kind == "date_ambiguous"
    assert "2026-05-03" in problem.context["guess"]


def test_a_format_that_only_adds_the_unit_or_rounds_is_no_matter() -> None:
    assert read("organisation.members", Shown(61, "61人")) == ([61], [])
    assert read("organisation.income", Shown(12.34, "12")) == ([12.34], [])


@pytest.mark.parametrize("cell", [394_000, "394000", 39_400.5])
def test_a_sum_that_no_village_has_was_typed_in_yuan(cell) -> None:
    assert read("organisation.income", cell) == ([None], ["money_unit"])
    assert read("organisation.income", 394)[1] == []


# --- words ---------------------------------------------------------------------------------------

WORDS = [
    kind
    for kind in vars(vocabulary).values()
    if isinstance(kind, type) and issubclass(kind, Word) and kind is not Word
]


@pytest.mark.parametrize("kind", WORDS)
def test_a_synonym_means_one_word_and_is_none_itself(kind: type[StrEnum]) -> None:
    listed = [synonym for word in kind for synonym in word.synonyms]

    assert len({*listed}) == len(listed)
    assert not {*listed} & {word.value for word in kind}
    for word in kind:
        assert [kind(synonym) for synonym in word.synonyms] == [word] * len(word.synonyms)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("mentor.politics", "党员", Politics.MEMBER),
        ("mentor.gender", "男性", Gender.MALE),
        ("mentor.ethnicity", "回", Ethnicity.HUI),
        ("individual.category", "科员", vocabulary.MenteeCategory.CADRE),
        ("log.form", "线下方式", vocabulary.ContactForm.OFFLINE),
        ("log.method", "布置作业", vocabulary.Method.ASSIGNMENTS),
    ],
)
def test_a_certain_synonym_is_a_notice(name, typed, value) -> None:
    assert read(name, typed) == ([value], ["normalised"])


def test_every_ethnic_group_is_known_without_its_last_character() -> None:
    for group in Ethnicity:
        assert Ethnicity(group.value.removesuffix("族")) is group


# --- one finding for one cause -------------------------------------------------------------------


def test_who_refers_to_an_id_nobody_can_read_has_no_finding_of_his_own() -> None:
    ledger = ledger_of(change("pairing", 0, pairing_id="第1号"))

    errors = [f for f in validate(ledger, CONTEXT) if f.level is Level.ERROR]

    assert [f.code for f in errors] == ["pairing.pairing_id.code_malformed"]


def test_an_unread_id_excuses_no_more_ids_than_one() -> None:
    ledger = ledger_of(
        change("pairing", 0, pairing_id="第1号"),
        add("log", a_log_entry(2, pairing_ids="J640402104-777")),
        add("log", a_log_entry(3, pairing_ids="J640402104-778")),
    )

    codes = [f.code for f in validate(ledger, CONTEXT)]

    assert codes.count("log.pairing.unknown") >= 2
