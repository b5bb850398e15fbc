"""Formula text between the spellings of Excel and LibreOffice."""

from __future__ import annotations

import pytest

from addin.hosts.calc.text import from_calc, to_calc

SPELLINGS = [
    ("=SUM(A1:B2,3)", "=SUM(A1:B2;3)"),
    ('=IF(A1="a,b!c;d","x ""y,""",1)', '=IF(A1="a,b!c;d";"x ""y,""";1)'),
    ("='导师 库'!B2+'O''Neil'!$A$1", "=$'导师 库'.B2+$'O''Neil'.$A$1"),
    ("=COUNTIFS('2026'!B:B,1)", "=COUNTIFS($'2026'.B:B;1)"),
    ('=SUM({1,2;3,"a,;b"})', '=SUM({1;2|3;"a,;b"})'),
    ("=IF(TRUE,FALSE,A1)", "=IF(TRUE();FALSE();A1)"),
    ("=STDEV.S(A1:A3)+T.DIST.2T(1,2)", "=STDEV.S(A1:A3)+T.DIST.2T(1;2)"),
    ("=SUM(tbl[数量])", "=SUM(tbl[数量])"),
    ("=tbl[[#This Row],[数量]]*2", "=tbl[[#This Row];[数量]]*2"),
    ("=SUM(tbl[[#All],[a,b]:[c]],1)", "=SUM(tbl[[#All];[a,b]:[c]];1)"),
    ("=ROWS(tbl[#All])+ROWS(tbl[#Headers])", "=ROWS(tbl[[#All]])+ROWS(tbl[[#Headers]])"),
]


@pytest.mark.parametrize(("excel", "calc"), SPELLINGS)
def test_a_formula_is_spelled_as_libreoffice_takes_it(excel: str, calc: str) -> None:
    assert to_calc(excel) == calc


@pytest.mark.parametrize(("excel", "calc"), SPELLINGS)
def test_libreoffices_formula_is_spelled_as_excel_shows_it(excel: str, calc: str) -> None:
    assert from_calc(calc) == excel


def test_a_sheets_name_is_quoted_only_where_excel_quotes_it() -> None:
    assert to_calc("=导师库!A1") == "=$'导师库'.A1"
    assert from_calc("=$'导师库'.A1+$导师库.A2") == "=导师库!A1+导师库!A2"
    assert from_calc("=$'A1'.B2") == "='A1'!B2"


def test_excels_short_form_of_this_row_is_spelled_out() -> None:
    assert to_calc("=tbl[@数量]+tbl[@[a b]]") == "=tbl[[#This Row];[数量]]+tbl[[#This Row];[a b]]"


def test_the_file_formats_prefix_of_newer_functions_is_left_out() -> None:
    assert to_calc('=_xlfn.TEXTJOIN(",",TRUE,A1)') == '=TEXTJOIN(",";TRUE();A1)'


def test_a_tables_name_alone_means_its_rows_without_the_headings() -> None:
    assert to_calc('=ROWS(Tbl)+SUM(tbl[a])&"tbl"', ["tbl"]) == '=ROWS(Tbl[])+SUM(tbl[a])&"tbl"'
    assert from_calc("=ROWS(tbl[])") == "=ROWS(tbl)"


def test_our_formulas_have_their_short_names() -> None:
    assert from_calc("=CN.BANGDAI.FORMULAS.BDRISK(A1;B1)") == "=BD_RISK(A1,B1)"
