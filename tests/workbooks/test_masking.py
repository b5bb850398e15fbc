"""Personal numbers are masked in every spelling; codes, dates and document numbers are not."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbooks.masking import mask_phone, mask_text, mask_texts


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("电话13800138000。", "电话138****8000。"),
        ("138 0013 8000 或 139-0013-8001", "138****8000 或 139****8001"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("+8613800138000", "+86138****8000"),
        ("身份证642221199001011234", "身份证642221********1234"),
        ("64222119900101123X", "642221********123X"),
        ("642221 19900101 1234", "642221********1234"),
        ("6228480000000000018", "622848*********0018"),
    ],
)
def test_personal_numbers_in_text_are_masked(typed: str, masked: str) -> None:
    assert mask_text(typed) == masked
    assert mask_texts(["无", typed]) == ["无", masked]


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-03 2026-05-04 两次",
        "J640402104-001、J640402104-002",
        "R640402104-00001",
        "640402104201",
        "固组发〔2026〕1390号",
        "0954-2032000",
    ],
)
def test_codes_dates_and_office_phones_stay(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("13800138000", "138****8000"),
        ("1380013800", "138****3800"),
        ("0954-2032000", "095****2000"),
        ("2032000", "2****00"),
        ("13800138000/0954-2032000", "138****8000/095****2000"),
    ],
)
def test_every_number_of_a_phone_column_is_masked(typed: str, masked: str) -> None:
    assert mask_phone(typed) == masked


@given(
    st.text(max_size=12),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
    st.text(max_size=12),
)
@example("", "13000000000", " ", "0")
def test_no_mobile_number_survives_in_any_surroundings(
    before: str, number: str, gap: str, after: str
) -> None:
    typed = f"{before}{gap.join((number[:3], number[3:7], number[7:]))}{after}"

    masked = mask_text(typed)

    assert number not in re.sub(r"[\s\-]", "", masked)


@given(st.text(alphabet="0139 2-x\t", min_size=8, max_size=24))
def test_what_would_be_masked_is_always_noticed(text: str) -> None:
    assert mask_texts([text]) == [mask_text(text)]


_PIECES = st.sampled_from(
    ["13800138000", "138 0013 8000", "642221199001011234", "到村里", "1", "-", "\0", "２０２６", ""]
)


@given(st.lists(st.lists(_PIECES, max_size=4).map("".join), max_size=8))
def test_many_texts_are_masked_as_each_alone(texts: list[str]) -> None:
    assert mask_texts(texts) == [mask_text(text) for text in texts]
