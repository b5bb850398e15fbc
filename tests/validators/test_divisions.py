import pytest

from validators.divisions import (
    by_code,
    children,
    find_unit,
    full_name,
    is_unit,
    short_name,
    unit_name,
    units,
    villages,
)
from validators.errors import UnknownDivision


@pytest.mark.parametrize(
    ("typed", "everyday"),
    [
        ("冯庄村委会", "冯庄村"),
        ("冯庄村村民委员会", "冯庄村"),
        ("冯庄村村委会", "冯庄村"),
        ("冯庄村", "冯庄村"),
        ("中山街社区居委会", "中山街社区"),
        ("中山街居委会", "中山街社区"),
        ("中山街社区居民委员会", "中山街社区"),
        ("农场生活区居委会", "农场生活区"),
        ("村委会", "村委会"),
        ("村民委员会", "村民委员会"),
        ("居委会", "居委会"),
        ("开城镇", "开城镇"),
        ("", ""),
    ],
)
def test_a_village_is_called_by_its_everyday_name(typed, everyday) -> None:
    assert short_name(typed) == everyday


def test_every_everyday_name_is_its_own_everyday_name() -> None:
    names = {short_name(d.name) for d in by_code().values() if d.level == "village"}

    assert {name for name in names if short_name(name) != name} == set()


def test_the_programme_covers_the_five_counties_and_65_townships_of_guyuan() -> None:
    assert [county.name for county in children()["6404"]] == [
        "原州区", "西吉县", "隆德县", "泾源县", "彭阳县",
    ]  # fmt: skip
    assert len(units()) == 65
    assert sum(len(villages(unit.code)) for unit in units()) == 868
    assert all(len(set(villages(unit.code))) == len(villages(unit.code)) for unit in units())


def test_every_division_has_its_parent() -> None:
    table = by_code()

    assert {d.code for d in table.values() if d.parent_code not in table} == {"64"}


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.code)
def test_every_township_is_found_by_its_names_and_code(unit) -> None:
    assert find_unit(unit.name) == unit
    assert find_unit(full_name(unit)) == unit
    assert find_unit(unit.code) == unit
    assert is_unit(unit.code)
    assert unit_name(unit.code)[1] == unit.name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("开城", "640402104"),
        (" 原州区 开城镇 ", "640402104"),
        ("６４０４０２１０４", "640402104"),
        ("640402", "640402"),
        ("640402000", "640402"),
        ("原州区", "640402"),
        ("彭阳", "640425"),
        ("6404", "6404"),
        ("640400", "6404"),
        ("640400000", "6404"),
        ("固原市", "6404"),
        ("北塬街道办事处", "640402003"),
        ("640402100", "640402100"),
    ],
)
def test_a_unit_is_found_by_what_a_clerk_writes(typed, code) -> None:
    assert find_unit(typed).code == code


def test_a_name_of_two_units_lists_the_choices() -> None:
    with pytest.raises(UnknownDivision) as caught:
        find_unit("青铜峡", city="6403")

    assert str(caught.value) == (
        "“青铜峡”有多个单位：青铜峡市（640381000）、青铜峡市青铜峡镇（640381102）。请加写县（区）名称或改用代码"
    )


def test_no_two_units_of_guyuan_share_a_name() -> None:
    assert len({unit.name for unit in units()}) == 65


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(UnknownDivision, match="未找到“开成镇”") as caught:
        find_unit("开成镇")

    assert "原州区开城镇" in caught.value.suggestion


@pytest.mark.parametrize(
    "typed", ["640402999", "999999999", "64040", "0", "000000000", "6", "", "某镇"]
)
def test_what_is_no_unit_is_refused(typed) -> None:
    with pytest.raises(UnknownDivision):
        find_unit(typed)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("640402104", ("原州区", "开城镇")),
        ("640402000", ("原州区", "")),
        ("640400000", ("固原市", "")),
        ("999999999", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_code_is_named(code, names) -> None:
    assert unit_name(code) == names


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("640402104", True),
        ("640402000", True),
        ("640400000", True),
        ("640402999", False),
        ("640499000", False),
        ("640000000", False),
        ("6404021", False),
        ("640402", False),
        ("", False),
    ],
)
def test_a_code_is_a_units_or_not(code, known) -> None:
    assert is_unit(code) is known


def test_a_code_is_padded_to_the_nine_digits_ids_carry() -> None:
    assert [find_unit(name).unit_code for name in ("开城镇", "原州区", "固原市")] == [
        "640402104", "640402000", "640400000",
    ]  # fmt: skip
