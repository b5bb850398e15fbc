"""Real places: the counties, townships and villages of Ningxia (data/ningxia_divisions.csv)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import islice
from typing import NamedTuple

from validators.errors import UnknownDivision
from validators.normalise import squeeze

CITY = "6404"
"""Guyuan (固原市), whose programme this is."""


class Division(NamedTuple):
    """One administrative division; `level` is province, city, county, township or village."""

    code: str
    name: str
    level: str
    parent_code: str

    @property
    def unit_code(self) -> str:
        """Return the 9-digit code IDs carry: counties and cities are padded with zeros."""
        return self.code.ljust(9, "0")


def short_name(name: str) -> str:
    """Return the everyday name: 冯庄村委会 → 冯庄村, 中山街社区居委会 → 中山街社区."""
    for suffix in ("居民委员会", "居委会"):
        if name.endswith(suffix) and name != suffix:
            stem = name.removesuffix(suffix)
            return stem if stem.endswith(("社区", "生活区")) else f"{stem}社区"
    for suffix in ("村民委员会", "村委会"):
        if name.endswith(suffix) and name != suffix:
            stem = name.removesuffix(suffix)
            return stem if stem.endswith("村") else f"{stem}村"
    return name


@cache
def by_code() -> dict[str, Division]:
    """Return every division by its code (2 to 12 digits)."""
    source = resources.files("validators") / "data" / "ningxia_divisions.csv"
    with source.open(encoding="utf-8") as lines:
        return {row[0]: Division(*row) for row in islice(csv.reader(lines), 1, None)}


@cache
def children() -> dict[str, tuple[Division, ...]]:
    """Return the divisions below each code, in code order."""
    below: dict[str, list[Division]] = {}
    for division in by_code().values():
        below.setdefault(division.parent_code, []).append(division)
    return {code: tuple(sorted(group, key=lambda d: d.code)) for code, group in below.items()}


def units(city: str = CITY) -> tuple[Division, ...]:
    """Return the townships and streets of `city`, county by county."""
    return tuple(
        township for county in children()[city] for township in children().get(county.code, ())
    )


@cache
def townships() -> tuple[Division, ...]:
    """Return the townships and streets of all cities."""
    return tuple(division for division in by_code().values() if division.level == "township")


@cache
def _townships_by_name() -> dict[str, list[Division]]:
    named: dict[str, list[Division]] = {}
    for unit in townships():
        for name in _spellings(unit):
            named.setdefault(name, []).append(unit)
    return named


def townships_called(name: str) -> list[Division]:
    """Return the townships a clerk may mean by a name, with its county or without."""
    return _townships_by_name().get(squeeze(name), [])


@cache
def villages(unit_code: str) -> tuple[str, ...]:
    """Return the everyday names of the villages and communities of a township."""
    return tuple(short_name(village.name) for village in children().get(unit_code, ()))


@cache
def village_names() -> frozenset[str]:
    """Return what the villages and communities of all townships are called."""
    return frozenset(name for unit in townships() for name in villages(unit.code))


def unit_name(unit_code: str) -> tuple[str, str]:
    """Return (county, township) of a 9-digit code; the township is "" for a county's own."""
    table = by_code()
    county = table.get(unit_code[:6])
    township = table.get(unit_code)
    city = table.get(unit_code[:4])
    if county is None:
        return (city.name if city and unit_code[4:] == "00000" else "", "")
    return county.name, township.name if township else ""


def is_unit(code: str) -> bool:
    """Return whether a 9-digit code is that of a township, or a county's or city's own."""
    table = by_code()
    own = code[:4] if code.endswith("00000") else code[:6]
    return len(code) == 9 and (code in table or (code.endswith("000") and own in table))


def find_unit(name_or_code: str, city: str = CITY) -> Division:
    """Return the township, county or city a clerk named.

    Args:
        name_or_code: 开城镇, 原州区开城镇, 640402104, 640402 or 固原市.
        city: Where names are looked for.

    Raises:
        UnknownDivision: no such place, or several: the choices are listed.
    """
    wanted = short_name(squeeze(name_or_code))
    if wanted.isdigit():
        shorter = (wanted[:length] for length in (9, 6, 4) if not wanted[length:].strip("0"))
        unit = next((by_code()[code] for code in shorter if code in by_code()), None)
        if unit and len(wanted) in {4, 6, 9}:
            return unit
        raise UnknownDivision(f"未找到区划代码“{name_or_code}”", "请核对 9 位乡镇代码")
    matches = [unit for unit in _candidates(city) if wanted in _spellings(unit)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        choices = "、".join(f"{full_name(unit)}（{unit.unit_code}）" for unit in matches)
        raise UnknownDivision(
            f"“{name_or_code}”有多个单位：{choices}", "请加写县（区）名称或改用代码"
        )
    raise UnknownDivision(f"未找到“{name_or_code}”", _nearest(wanted, city))


def full_name(division: Division) -> str:
    """Return the name with its county in front: 原州区开城镇."""
    parent = by_code().get(division.parent_code)
    return f"{parent.name if parent and division.level == 'township' else ''}{division.name}"


def _candidates(city: str) -> Iterator[Division]:
    yield by_code()[city]
    yield from children()[city]
    yield from units(city)


def _spellings(unit: Division) -> set[str]:
    bare = re.sub(r"(镇|乡|街道|区|县|市)$", "", unit.name)
    return {unit.name, full_name(unit), f"{bare}街道办事处", bare if len(bare) > 1 else unit.name}


def _nearest(wanted: str, city: str) -> str:
    shared = [u for u in _candidates(city) if len(set(wanted) & set(u.name) - set("镇乡街道")) > 0]
    ranked = sorted(shared, key=lambda u: -len(set(wanted) & set(u.name)))[:5]
    names = "、".join(full_name(unit) for unit in ranked)
    return f"相近的有：{names}" if names else "请写全称，如“原州区开城镇”"
