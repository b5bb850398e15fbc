import re
from datetime import UTC, date, datetime, time

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example, given
from hypothesis import strategies as st

from validators.cells import FormulaError, Uncalculated
from workbooks.ooxml.cells import MAX_TEXT, as_text, escaped, number, text_element

any_text = st.text(st.characters(exclude_categories=[]))  # lone surrogates too
awkward = st.lists(
    st.sampled_from(
        ["_", "x000D", "_x005F_", "\x01", "\r", "\r\n", "\ud800", "&", "<", " ", "中", "\n"]
    )
).map("".join)


def as_excel_reads(xml: str) -> str:
    content = fromstring(xml.encode()).text or ""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), content)


@given(any_text | awkward)
@example("_x000D_x000D_")
@example("_x000D\x01")
@example("]]>&amp;<t>")
def test_any_text_comes_back_as_excel_unescapes_it(text):
    assert as_excel_reads(text_element(text)) == text


@given(any_text | awkward)
def test_escaped_text_holds_only_characters_xml_allows(text):
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", escaped(text))


def test_plain_text_is_written_plain():
    assert text_element("到村走访，5 户") == "<t>到村走访，5 户</t>"


@pytest.mark.parametrize("text", [" 前", "后 ", "两\n行", "\t", "　全角"])
def test_spaces_that_xml_readers_might_drop_are_kept(text):
    assert text_element(text) == f'<t xml:space="preserve">{text}</t>'


@pytest.mark.parametrize("text", ["字" * MAX_TEXT, "😀" * (MAX_TEXT // 2)])
def test_the_longest_text_fits(text):
    assert as_excel_reads(text_element(text)) == text


@pytest.mark.parametrize("text", ["字" * (MAX_TEXT + 1), "😀" * (MAX_TEXT // 2 + 1)])
def test_a_longer_text_is_refused_not_shortened(text):
    with pytest.raises(ValueError, match="does not fit a cell"):
        text_element(text)


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (7, "7"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (10**15 - 1, "999999999999999"),
        (10**15, None),  # an identity number keeps all its digits as text
        ("7", None),
        (date(2025, 3, 1), None),
        (FormulaError("#REF!"), None),
    ],
)
def test_numbers_in_a_plain_column(value, digits):
    assert number(value, dated=False) == digits


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (date(1900, 3, 1), "61"),
        (date(1900, 2, 28), None),
        (date(2025, 3, 1), "45717"),
        (datetime(2025, 3, 1), "45717"),
        (datetime(2025, 3, 1, 18), "45717.75"),
        (datetime(2025, 3, 1, 18, tzinfo=UTC), "45717.75"),
        (datetime(1899, 12, 31), None),
        (time(6), "0.25"),
        (20250301, None),
        (0.5, None),
        ("2025.3.1", None),
    ],
)
def test_moments_in_a_dated_column(value, digits):
    assert number(value, dated=True) == digits


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_no_worksheet_holds_is_refused(value):
    with pytest.raises(ValueError, match="no worksheet holds"):
        number(value, dated=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(1899, 5, 1), "1899-05-01"),
        (datetime(1899, 5, 1, 8, 30), "1899-05-01 08:30:00"),
        (date(2025, 3, 1), "2025-03-01"),
        (20250301.0, "20250301"),
        (0.5, "0.5"),
        (FormulaError("#REF!"), "#REF!"),
        (Uncalculated("SUM(A1)"), "=SUM(A1)"),
    ],
)
def test_what_must_be_text_reads_as_a_clerk_would_type_it(value, text):
    assert as_text(value) == text
