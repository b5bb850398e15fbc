"""Whose ledger a workbook is: every way the four things that tell it can agree and disagree."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.build import OTHER_UNIT, UNIT, a_unit, a_world, change, ledger_of
from validators.divisions import townships
from validators.identity import Identity, as_claimed, filed_unit, identity_of, is_claim

THIRD = "640402100"


@pytest.mark.parametrize(
    ("code", "named", "numbered", "filed", "unit", "maker"),
    [
        (UNIT, UNIT, UNIT, "", UNIT, UNIT),
        (UNIT, "", "", "", UNIT, UNIT),
        (UNIT, UNIT, OTHER_UNIT, OTHER_UNIT, UNIT, UNIT),  # its own form decides
        (UNIT, OTHER_UNIT, OTHER_UNIT, "", OTHER_UNIT, OTHER_UNIT),  # the code is mistyped
        (UNIT, OTHER_UNIT, UNIT, UNIT, UNIT, UNIT),  # the name is mistyped
        (UNIT, OTHER_UNIT, UNIT, OTHER_UNIT, UNIT, OTHER_UNIT),  # the code is borrowed
        (UNIT, OTHER_UNIT, UNIT, "", UNIT, OTHER_UNIT),
        ("", UNIT, UNIT, "", UNIT, UNIT),
        ("", UNIT, "", "", UNIT, UNIT),
        ("", "", UNIT, UNIT, UNIT, UNIT),
        ("", "", "", UNIT, UNIT, UNIT),
        ("", UNIT, UNIT, OTHER_UNIT, UNIT, UNIT),  # a form says more than a file's name
        ("", UNIT, OTHER_UNIT, "", "", ""),
        ("", "", UNIT, OTHER_UNIT, "", ""),
        ("", "", "", "", "", ""),
    ],
)
def test_code_names_and_ids_tell_the_unit(
    code: str, named: str, numbered: str, filed: str, unit: str, maker: str
) -> None:
    identity = Identity(code, named, numbered, filed)

    assert (identity.unit, identity.maker) == (unit, maker)


def test_there_is_no_doubt_only_where_a_code_stands_and_nothing_speaks_against_it() -> None:
    for said in itertools.product(("", UNIT, OTHER_UNIT, THIRD), repeat=4):
        identity = Identity(*said)
        agree = bool(said[0]) and {*said} <= {"", said[0]}
        if identity.unit:
            assert (identity.doubt == 0) == agree


def identified(file: str = "台账.xlsx", **form: Any) -> Identity:
    return identity_of(ledger_of(change("unit", 0, **form), file=file))


def test_a_ledger_is_known_by_its_form_its_ids_and_its_file() -> None:
    assert identified() == Identity(UNIT, UNIT, UNIT, "")
    assert identified(code=None, file="开城镇（旧）.xlsx") == Identity("", UNIT, UNIT, UNIT)
    assert identified(township="三营镇") == Identity(UNIT, THIRD, UNIT, "")
    assert identified(code="64040210A", township=None, county=None).unit == UNIT


def test_the_unit_of_a_ledger_without_a_code_is_found_and_without_a_form_too() -> None:
    blank = ledger_of(change("unit", 0, code=None), file="a.xlsx")
    formless = ledger_of(lambda world: world.update(unit=[]), file="b.xlsx")

    assert blank.unit_codes == {"a.xlsx": UNIT}
    assert formless.unit_codes == {"b.xlsx": UNIT}


def test_ids_of_many_units_tell_nothing() -> None:
    world = a_world(UNIT)
    for key, rows in a_world(OTHER_UNIT).items():
        world[key] += rows
    world["unit"] = [a_unit(code=None, township=None, county=None) | {"code": None}]

    mixed = ledger_of(lambda own: own.update(world), file="汇总.xlsx")

    assert identity_of(mixed).numbered == ""
    assert mixed.unit_codes == {"汇总.xlsx": ""}


@pytest.mark.parametrize(
    ("file", "township"),
    [
        ("开城镇.xlsx", "开城镇"),
        ("原州区/张易镇/台账.xlsx", "张易镇"),
        ("张易镇/开城镇（终稿）.xlsx", "开城镇"),
        ("开城镇、张易镇.xlsx", ""),
        ("城关镇.xlsx", ""),
        ("隆德县城关镇.xlsx", "城关镇"),
        ("隆德县/城关镇.xlsx", "城关镇"),
        ("台账(1).xlsx", ""),
    ],
)
def test_a_files_name_tells_a_township_where_it_names_one(file: str, township: str) -> None:
    names = {unit.code: unit.name for unit in townships()}

    assert names.get(filed_unit(file), "") == township


def test_a_form_may_name_its_township_shortly_or_with_its_county() -> None:
    for name in ("开城镇", "开城", "原州区开城镇"):
        assert identified(township=name).named == UNIT


def test_an_id_of_ones_own_is_no_claim() -> None:
    for code in (f"D{UNIT}-001", f"R{UNIT}-123456", None):
        assert not is_claim(code)
    assert as_claimed(f"D{UNIT}-001") == f"D{UNIT}-001"
