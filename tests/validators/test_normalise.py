import string
import unicodedata
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from validators.cells import FormulaError, Shown, Uncalculated
from validators.normalise import (
    coded,
    day,
    month,
    name,
    numeral,
    person_key,
    phone,
    split_words,
    squeeze,
    text,
    whole,
)

DAYS = st.dates(date(1930, 1, 1), date(2100, 12, 31))
FULL_WIDTH = str.maketrans(
    "0123456789-./:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "０１２３４５６７８９－．／：ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
)
AROUND = ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\t", "\n", " \u200b "]
around = st.sampled_from(AROUND)


def kind(read, cell):
    """Return the kind of problem `read` finds in `cell`."""
    with pytest.raises(PydanticCustomError) as caught:
        read(cell)
    return caught.value.type


def context(read, cell):
    with pytest.raises(PydanticCustomError) as caught:
        read(cell)
    return caught.value.context or {}


# --- days ----------------------------------------------------------------------------------------


@st.composite
def spelled_days(draw):
    value = draw(DAYS)
    y, m, d = value.year, value.month, value.day
    month_text = draw(st.sampled_from([f"{m}", f"{m:02}"]))
    day_text = draw(st.sampled_from([f"{d}", f"{d:02}"]))
    spelled = draw(
        st.sampled_from(
            [
                f"{y}-{month_text}-{day_text}",
                f"{y}.{month_text}.{day_text}",
                f"{y}/{month_text}/{day_text}",
                f"{y}年{month_text}月{day_text}日",
                f"{y}年{month_text}月{day_text}号",
                f"{y} 年 {month_text} 月 {day_text} 日",
                f"{y}{m:02}{d:02}",
            ]
        )
    )
    clock = draw(st.sampled_from(["", " 9:30", " 00:00:00", " 23:59:59"]))
    if len(spelled) > 8 or not spelled.isdigit():
        spelled += clock
    if draw(st.booleans()):
        spelled = spelled.translate(FULL_WIDTH)
    return value, draw(around) + spelled + draw(around)


@given(spelled_days())
def test_every_spelling_of_a_day_reads_as_that_day(spelled) -> None:
    value, typed = spelled

    assert day(typed) == value
    assert month(typed) == value.replace(day=1)


@given(DAYS, st.times())
def test_date_cells_read_as_their_day(value, clock) -> None:
    assert day(value) == value
    assert day(datetime.combine(value, clock)) == value
    assert type(day(datetime.combine(value, clock))) is date
    assert month(value) == value.replace(day=1)


@given(spelled_days())
def test_a_day_read_once_reads_the_same_again(spelled) -> None:
    once = day(spelled[1])

    assert day(once) == once
    assert day(once.isoformat()) == once


def test_a_time_may_follow_the_day_without_a_space() -> None:
    assert day("2026年5月3日9:30") == date(2026, 5, 3)
    assert day("2026-05-03T09:30:00.000") == date(2026, 5, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "5/6",
        "5.6",
        "5-6",
        "5月6日",
        "26.5.3",
        "26-5-3",
        "26年5月3日",
        "５／６",
        "2026.5",
        "2026-5",
        "2026年5月",
        "3/5/2026",
        "03-05-2026",
        2026.5,
        2026.05,
        2026.12,
        2026,
        5.3,
        202605,
        260503,
    ],
)
def test_a_day_without_its_year_or_day_is_never_guessed(cell) -> None:
    assert kind(day, cell) == "date_ambiguous"


@given(st.integers(1, 99), st.integers(1, 31), st.sampled_from("-./"))
def test_two_numbers_are_never_a_day(first, second, between) -> None:
    assert kind(day, f"{first}{between}{second}") == "date_ambiguous"


@given(st.integers(0, 99), st.integers(1, 31), st.integers(1, 31), st.sampled_from("-./"))
def test_a_two_digit_year_is_never_a_day(year, first, second, between) -> None:
    assert kind(day, f"{year:02}{between}{first}{between}{second}") == "date_ambiguous"


@pytest.mark.parametrize(
    "cell",
    ["五一", "2026-02-30", "2026.13.1", "2026-5-3前后", "待定", "20260230", True, 5.32, -1, 3],
)
def test_what_is_no_day_is_unreadable(cell) -> None:
    assert kind(day, cell) == "date_unreadable"


@given(DAYS)
def test_eight_digits_as_a_number_are_no_day_but_a_likely_reading(value) -> None:
    number = int(f"{value:%Y%m%d}")

    for cell in (number, float(number)):
        assert kind(day, cell) == "date_number"
        assert context(day, cell) == {"likely": value.isoformat()}


def test_a_serial_number_is_no_day_but_a_likely_reading() -> None:
    for cell in (46145, 46145.0, 46145.4375):
        assert kind(day, cell) == "date_serial"
        assert context(day, cell) == {"likely": "2026-05-03"}


@pytest.mark.parametrize(
    "cell", [date(1929, 12, 31), datetime(2101, 1, 1), "0026-5-3", "2206-5-3", "1905-07-18"]
)
def test_a_day_of_an_impossible_year_is_out_of_range(cell) -> None:
    assert kind(day, cell) == "date_out_of_range"


def test_a_time_alone_is_no_day() -> None:
    assert kind(day, time(9, 30)) == "date_unreadable"


# --- months --------------------------------------------------------------------------------------


@given(DAYS, around, st.booleans())
def test_every_spelling_of_a_month_reads_as_its_first_day(value, space, wide) -> None:
    y, m = value.year, value.month
    spelled = [f"{y}-{m}", f"{y}.{m:02}", f"{y}.{m}", f"{y}/{m}", f"{y}年{m}月", f"{y}{m:02}"]

    for typed in spelled:
        form = typed.translate(FULL_WIDTH) if wide else typed
        assert month(f"{space}{form}{space}") == value.replace(day=1)


@given(st.integers(1930, 2099), st.integers(1, 12))
def test_only_tenths_leave_open_which_month_a_number_is(year, number) -> None:
    typed = float(f"{year}.{number:02}")
    if number == 10:
        assert kind(month, typed) == "date_ambiguous"
        assert context(month, typed)["guess"] == f"可能是 {year}-01 或 {year}-10，"
    else:
        assert month(typed) == date(year, number, 1)
        assert kind(month, Shown(typed)) == "date_number"
        assert context(month, Shown(typed)) == {"likely": f"{year}-{number:02}"}


def test_a_year_alone_is_no_month() -> None:
    assert kind(month, 1978) == "date_ambiguous"


def test_six_digits_as_a_number_are_no_month_but_a_likely_reading() -> None:
    assert kind(month, 197805) == "date_number"
    assert context(month, 197805) == {"likely": "1978-05"}
    assert kind(month, 197813) == "date_unreadable"


# --- names ---------------------------------------------------------------------------------------

HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=3)


@given(st.lists(HANZI, min_size=2, max_size=4), st.lists(st.sampled_from(AROUND), min_size=9))
def test_spaces_inside_a_name_do_not_make_another_person(parts, spaces) -> None:
    typed = spaces[-1] + "".join(p + s for p, s in zip(parts, spaces, strict=False)) + spaces[-2]

    assert name(typed) == "".join(parts)
    assert person_key(typed) == person_key("".join(parts))


@pytest.mark.parametrize("dot", "·•‧∙⋅・･.．﹒")
def test_every_dot_in_a_name_is_one_dot(dot) -> None:
    assert name(f"买买提{dot}艾力") == "买买提·艾力"
    assert person_key(f"买买提 {dot} 艾力") == person_key("买买提艾力")


def test_a_latin_name_keeps_its_spaces() -> None:
    assert name("  Zhang   San ") == "Zhang San"


@given(st.text(max_size=12))
def test_a_name_read_once_reads_the_same_again(typed) -> None:
    try:
        once = name(typed)
    except PydanticCustomError:
        return

    assert name(once) == once
    assert person_key(once) == person_key(typed)


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "到村走访，讲清“三会一课”怎么开；下次带台账（上半年）",
        "养殖户👍，合作社🐂🐑",
        "全家👨‍👩‍👧到场，❤️‍🔥",
        "𠮷家庄𪚥、䶮、㐂",
        "葛󠄀城",
        "第一行\n第二行\t列",
        "ＡＢＣ１２３ ㈱ ① Ⅳ",
        "=1+1",
        "NA",
        "None",
        "null",
        "0012",
    ],
)
def test_free_text_stays_as_it_is(typed) -> None:
    assert text(typed) == typed


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Zs", "Zl", "Zp", "Cs"]), min_size=1))
def test_no_visible_character_of_a_text_is_changed(typed) -> None:
    assert text(typed) == typed


@given(st.text(max_size=30))
def test_a_text_read_once_reads_the_same_again(typed) -> None:
    try:
        once = text(typed)
    except PydanticCustomError:
        return

    assert text(once) == once


def test_edges_and_leftovers_of_a_text_are_dropped() -> None:
    assert text(" \u3000走访\u200b两户\xa0\n") == "走访两户"
    assert text("走访\u200d两户") == "走访两户"
    assert text("走访\xa0两户") == "走访 两户"


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
def test_a_control_character_is_named(code) -> None:
    assert kind(text, f"走访{chr(code)}两户") == "control_character"
    assert context(text, f"走访{chr(code)}两户") == {"code": f"U+{code:04X}"}


def test_a_text_longer_than_a_cell_is_refused() -> None:
    assert text("长" * 32_767) == "长" * 32_767
    assert context(text, "长" * 32_768) == {"length": 32_768}


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (12, "12"),
        (12.0, "12"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 5, 3), "2026-05-03"),
        (datetime(2026, 5, 3), "2026-05-03"),
        (datetime(2026, 5, 3, 0, 30), "2026-05-03 00:30:00"),
        (123456789012345, "123456789012345"),
    ],
)
def test_other_cells_become_the_text_they_show(cell, shown) -> None:
    assert text(cell) == shown


@pytest.mark.parametrize("read", [text, name, whole(), numeral("元"), phone, coded("D", "D1")])
def test_digits_that_are_lost_are_never_repaired(read) -> None:
    assert kind(read, 1234567890123456) == "digits_lost"
    assert kind(read, 6.40402198501011e17) == "digits_lost"


@pytest.mark.parametrize(
    "read", [text, name, day, month, whole("人"), numeral(), phone, split_words, coded("D", "D1")]
)
def test_formulas_without_a_value_are_never_blank(read) -> None:
    assert kind(read, FormulaError("#REF!")) == "formula_error"
    assert kind(read, Uncalculated("A1+1")) == "formula_uncalculated"


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (3, 3),
        (3.5, 3.5),
        ("3", 3),
        ("３．５", 3.5),
        ("三", 3),
        ("两", 2),
        ("二十三元", 23),
        ("十", 10),
        (" 1,200 ", 1200),
        ("1，200", 1200),
        ("1,234,567.5元", 1234567.5),
        ("１２ 元", 12),
        ("-2", -2),
        ("+2.5", 2.5),
    ],
)
def test_a_number_is_read_with_its_separators_and_unit(cell, value) -> None:
    assert numeral("元")(cell) == value


@given(st.integers(-(10**12), 10**12), around)
def test_a_whole_number_reads_as_itself_in_every_spelling(value, space) -> None:
    read = whole("人")

    for typed in (f"{value}", f"{value:,}", f"{value}人", f"{value}.0"):
        assert read(f"{space}{typed}{space}") == value
    for number in (value, float(value)):
        assert type(read(number)) is int


@pytest.mark.parametrize(
    "cell",
    [
        "约3人",
        "3-4",
        "若干",
        "1,2",
        "12,00",
        "1 元 2 角",
        "3万元",
        "元",
        "",
        "1e5",
        "0x10",
        "1_000",
        True,
        date(2026, 5, 3),
        time(3, 0),
        "3..5",
        "NaN",
        "inf",
    ],
)
def test_what_is_no_number_is_unreadable(cell) -> None:
    assert kind(numeral("元"), cell) == "number_unreadable"


@pytest.mark.parametrize("cell", [3.5, "3.5", "3.5人"])
def test_a_fraction_is_no_whole_number(cell) -> None:
    assert kind(whole("人"), cell) == "number_not_integer"


# --- codes, lists, phones ------------------------------------------------------------------------

PAIRING = "J640402104-017"


@pytest.mark.parametrize(
    "typed",
    [
        PAIRING,
        PAIRING.lower(),
        PAIRING.translate(FULL_WIDTH),
        "J６４０４０２１０４-017",  # only the digits are full-width
        f" {PAIRING}\u200b",
        "J 640402104 - 017",
        f"{PAIRING}｜梁某→朱某",
        f"{PAIRING}|梁某→朱某",
        *(f"J640402104{hyphen}017" for hyphen in "‐‑‒–—―−－﹣"),
    ],
)
def test_every_spelling_of_a_code_is_that_code(typed) -> None:
    assert coded("J", "J640402104-001")(typed) == PAIRING


@pytest.mark.parametrize(
    "cell",
    [
        "J640402104",
        "J640402104-17",
        "J64040210-017",
        "D640402104-017",
        "640402104-017",
        "梁某",
        17,
        "J640402104_017",
        "J640402104-017A",
        "J640402104-017、J640402104-018",
        "",
        True,
    ],
)
def test_what_is_no_code_is_malformed(cell) -> None:
    assert kind(coded("J", "J640402104-001"), cell) == "code_malformed"
    assert context(coded("J", "J640402104-001"), cell) == {"example": "J640402104-001"}


def test_a_code_may_have_one_of_several_prefixes() -> None:
    read = coded("G|Z", "G640402104-001")

    assert read("z640402104-001") == "Z640402104-001"
    assert kind(read, "D640402104-001") == "code_malformed"


@pytest.mark.parametrize(
    "between", ["、", ",", "，", ";", "；", " ", "\n", "\u3000", "、 ", "，\n"]
)
def test_every_separator_parts_a_list(between) -> None:
    assert split_words(f"甲{between}乙{between}丙") == ["甲", "乙", "丙"]
    assert split_words(f"{between}甲{between}") == ["甲"]


def test_a_list_read_once_reads_the_same_again() -> None:
    assert split_words(("甲", "乙")) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("13900000001", "13900000001"),
        (13900000001, "13900000001"),
        (13900000001.0, "13900000001"),
        ("139 0000 0001", "13900000001"),
        ("139-0000-0001", "13900000001"),
        ("+86 13900000001", "13900000001"),
        ("13900000001".translate(FULL_WIDTH), "13900000001"),
        ("0954-2032000", "0954-2032000"),
        ("0954—2032000", "0954-2032000"),
        ("(0954)2032000", "0954-2032000"),
        ("（0954）2032000", "0954-2032000"),
        ("0954-2032000-8012", "0954-2032000-8012"),
        ("2032000", "2032000"),
    ],
)
def test_a_phone_number_is_read_in_its_usual_forms(cell, number) -> None:
    assert phone(cell) == number
    assert phone(number) == number


@pytest.mark.parametrize("cell", ["1390000000", "139000000011", "12900000001", "无", "家里", 119])
def test_what_is_no_phone_number_is_said(cell) -> None:
    assert kind(phone, cell) == "phone_malformed"


# --- comparison ----------------------------------------------------------------------------------


@given(st.text(string.printable + "１２ａ　\u200b\xa0·冯庄村", max_size=20))
def test_the_comparison_form_is_stable_and_without_space(typed) -> None:
    once = squeeze(typed)

    assert squeeze(once) == once
    assert not any(c.isspace() for c in once)
    assert unicodedata.normalize("NFKC", once) == once
