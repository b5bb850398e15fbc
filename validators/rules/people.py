"""Rules shared by mentors and mentees: the same person twice, ages and places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from validators.divisions import children, is_unit, unit_name, villages
from validators.ledger import Ledger, Table
from validators.normalise import person_key
from validators.rules.base import Hit, Terms, cite_each, repeated, rule
from validators.sheets import IndividualRow, MentorRow, OrganisationRow, Row
from validators.vocabulary import Level

PEOPLE = (MentorRow, IndividualRow)
PLACED = (MentorRow, IndividualRow, OrganisationRow)


def person_keys(table: Table[Any]) -> list[tuple[str, str, date] | None]:
    """Return 姓名 + 性别 + 出生年月 of every row, None where one of them is missing."""
    return [
        (person_key(name), gender, born) if name and gender and born else None
        for name, gender, born in table.columns("name", "gender", "born")
    ]


@rule(
    "{sheet}.person.duplicate",
    Level.WARNING,
    "姓名、性别、出生年月与 {others} 相同，可能是同一人",
    "是同一人的请只留一行，不是同一人的请在备注说明",
)
def same_person(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """The same 姓名 + 性别 + 出生年月 under more than one ID."""
    for model in PEOPLE:
        table = ledger.table(model)
        ids = table.column(model.sheet.id_field)
        for rows in repeated(person_keys(table)).values():
            if len({ids[row] or row for row in rows}) > 1:
                yield from cite_each(table, rows, "name")


@rule(
    "{sheet}.born.implausible",
    Level.WARNING,
    "按出生年月 {value} 推算为 {age} 岁，不合常理",
    "请核对出生年月",
)
def implausible_age(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """People younger than 18 or older than 80."""
    for model in PEOPLE:
        table = ledger.table(model)
        for index, born in enumerate(table.column("born")):
            if born and not 18 <= (age := years_between(born, terms.as_of)) <= 80 and age >= 0:
                yield Hit(table, index, "born", {"age": age})


def years_between(start: date, end: date) -> int:
    """Return full years from `start` to `end`; negative where `end` is earlier."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


@rule(
    "{sheet}.village.unknown",
    Level.WARNING,
    "“{value}”不在{unit}的村（社区）名单中",
    "{nearest}",
)
def unknown_village(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Villages that are not in the unit's list of divisions."""
    for model in PLACED:
        table = ledger.table(model)
        for start, part in table.starts():
            unit = ledger.unit_codes[part.file]
            column = part.columns.get("village")
            if column and (known := known_villages(unit)):
                renamed = terms.settings.village_aliases
                odd = [
                    i for i, v in enumerate(column.values) if v and renamed.get(v, v) not in known
                ]
                for row, which in column.rows_with(odd):
                    yield Hit(table, start + row, "village", _advice(column.values[which], unit))


@cache
def known_villages(unit_code: str) -> frozenset[str]:
    """Return the villages a unit's people may live in: its own, or all of its county's.

    None for a city or an unknown code, whose people are not judged.
    """
    if not is_unit(unit_code):
        return frozenset()
    townships = (unit.code for unit in children().get(unit_code[:6], ()))
    own = villages(unit_code)
    return frozenset(own or (village for code in townships for village in villages(code)))


def _advice(village: str, unit: str) -> dict[str, str]:
    near = get_close_matches(village, sorted(known_villages(unit)), n=3, cutoff=0.4)
    county, township = unit_name(unit)
    return {
        "unit": township or county,
        "nearest": f"相近的有：{'、'.join(near)}；改名的村请在“参数”的村名对照中登记"
        if near
        else "请核对村名；改名的村请在“参数”的村名对照中登记",
    }


def started_as_child(table: Table[Row], field: str, years: int = 15) -> Iterator[Hit]:
    """Yield rows whose date in `field` lies before the person was `years` old."""
    for index, (born, start) in enumerate(table.columns("born", field)):
        if born and start and years_between(born, start) < years:
            yield Hit(table, index, field, {"born": f"{born:%Y-%m}"})
