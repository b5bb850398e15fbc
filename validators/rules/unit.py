"""Rules on the reporting form."""

from __future__ import annotations

from collections.abc import Iterable

from validators.divisions import is_unit, unit_name
from validators.ledger import Ledger
from validators.rules.base import Hit, Terms, rule
from validators.sheets import UnitRow
from validators.sheets.unit import TEMPLATE_VERSION
from validators.vocabulary import Level


@rule("unit.code.unknown", Level.ERROR, "没有区划代码 {value}", "请使用模板自带的 9 位代码")
def unknown_code(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Codes that name no unit of Ningxia."""
    table = ledger.table(UnitRow)
    for index, code in enumerate(table.column("code")):
        if code and not is_unit(code):
            yield Hit(table, index, "code")


@rule(
    "unit.name.mismatch",
    Level.ERROR,
    "代码 {code} 是{right}，表上写的是“{value}”",
    "请核对单位名称和区划代码",
)
def wrong_name(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Names that do not fit the code."""
    table = ledger.table(UnitRow)
    for index, (code, county, township) in enumerate(table.columns("code", "county", "township")):
        if code and is_unit(code):
            right = unit_name(code)
            facts = {"code": code, "right": "".join(right)}
            if township and township != right[1]:
                yield Hit(table, index, "township", facts)
            elif county and county != right[0]:
                yield Hit(table, index, "county", facts)


@rule(
    "unit.version.other",
    Level.WARNING,
    "模板版本是 {value}，现行版本是 {current}",
    "请用“结转”或新模板重新填报，避免列名对不上",
)
def other_version(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Ledgers made from another version of the template."""
    table = ledger.table(UnitRow)
    for index, version in enumerate(table.column("template_version")):
        if version and version != TEMPLATE_VERSION:
            yield Hit(table, index, "template_version", {"current": TEMPLATE_VERSION})
