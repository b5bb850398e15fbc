from __future__ import annotations

import pytest

from workbooks.ooxml.dates import Kind, format_kind, parse_number


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
