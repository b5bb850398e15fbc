from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.ooxml.dates import (
    Kind,
    day_number,
    format_kind,
    from_serial,
    parse_number,
    to_serial,
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", Kind.DATE),
        ('yyyy"年"m"月"d"日"', Kind.DATE),
        ("[$-804]yyyy/m/d;@", Kind.DATE),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Kind.DATE),
        ("[DBNum1][$-804]yyyy年m月", Kind.DATE),
        ("aaaa", Kind.DATE),
        ("mmm", Kind.DATE),
        ("h:mm AM/PM", Kind.TIME),
        ("mm:ss.000", Kind.TIME),
        ("[h]:mm:ss", Kind.DURATION),
        ("yyyy-mm-dd hh:mm", Kind.DATETIME),
        ("General", Kind.NUMBER),
        ("0.00E+00", Kind.NUMBER),
        ('0.0"days"', Kind.NUMBER),
        ("[Red]#,##0;[Blue]-#,##0", Kind.NUMBER),
        ("@", Kind.NUMBER),
        ("000000", Kind.NUMBER),
        ("0_);(0\\d)", Kind.NUMBER),
    ],
)
def test_custom_formats_are_understood(code: str, kind: Kind) -> None:
    assert format_kind(164, code) is kind


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("007", 7),
        ("1.0", 1),
        ("1E2", 100),
        ("-0.5", -0.5),
        ("1e999", "1e999"),
        ("nan", "nan"),
        ("１", "１"),
    ],
)
def test_only_numbers_become_numbers(token: str, value: object) -> None:
    parsed = parse_number(token)

    assert parsed == value
    assert type(parsed) is type(value)


@given(st.datetimes(datetime(1910, 1, 2), datetime(2096, 12, 31)), st.booleans())
def test_a_moment_is_that_of_its_serial_number(moment: datetime, date1904: bool) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    serial = to_serial(moment, date1904=date1904)

    assert serial is not None
    back = from_serial(serial, Kind.DATETIME, date1904=date1904)
    assert back == (moment if moment.time() != time() else moment.date())


def test_the_day_number_is_the_serial_number_of_a_day() -> None:
    assert day_number(date(2025, 3, 1)) == to_serial(date(2025, 3, 1)) == 45_717
