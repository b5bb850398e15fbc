"""Rules that compare workbooks; they run on the merged ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from validators.ledger import Ledger, Table
from validators.rules.base import Hit, Terms, cite_each, repeated, rule
from validators.rules.ids import is_published
from validators.rules.people import PEOPLE, person_keys
from validators.rules.relations import running_individuals
from validators.sheets import ExchangeRow, MentorRow, PairingRow
from validators.vocabulary import Level


def _in_several_files(table: Table[Any], keys: list[Any], field: str) -> Iterator[Hit]:
    for rows in repeated(keys).values():
        if len({table.locate(row)[0].file for row in rows}) > 1:
            yield from cite_each(table, rows, field, with_file=True)


@rule(
    "{sheet}.id.duplicate",
    Level.ERROR,
    "编号 {value} 在其他台账中也有：{others}",
    "请两个单位核对编号归属，改正其中一个",
    across=True,
)
def duplicate_id_across(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """IDs that stand in more than one workbook; what the city published stands in all."""
    for table in ledger.tables.values():
        if id_field := table.model.sheet.id_field:
            codes = table.column(id_field)
            if table.model is ExchangeRow:
                codes = [None if is_published(table, i) else code for i, code in enumerate(codes)]
            yield from _in_several_files(table, codes, id_field)


@rule(
    "{sheet}.person.duplicate",
    Level.WARNING,
    "姓名、性别、出生年月与其他台账的 {others} 相同，可能是同一人",
    "请两个单位核对，同一人只在一个台账登记",
    across=True,
)
def same_person_across(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """The same 姓名 + 性别 + 出生年月 in more than one workbook."""
    for model in PEOPLE:
        table = ledger.table(model)
        yield from _in_several_files(table, person_keys(table), "name")


@rule(
    "pairing.mentor.unknown",
    Level.ERROR,
    "导师编号 {value} 在 {unit} 的台账中没有",
    "请与导师所在单位核对编号",
    across=True,
)
def unknown_mentor_across(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """Mentors of another unit whose delivered ledger lacks them."""
    table, known = ledger.table(PairingRow), ledger.table(MentorRow).by_id
    delivered = {code: file for file, code in ledger.unit_codes.items() if code}
    for index, mentor in enumerate(table.column("mentor_id")):
        if mentor and mentor not in known:
            home = delivered.get(mentor.rpartition("-")[0][-9:])
            if home and home != table.locate(index)[0].file:
                yield Hit(table, index, "mentor_id", {"unit": home})


@rule(
    "mentor.load.exceeded",
    Level.ERROR,
    "导师 {value} 在各台账合计正在帮带 {load} 人，超过上限 {limit} 人",
    "请两个单位核对，把部分对象调给其他导师",
    across=True,
)
def exceeded_load_across(ledger: Ledger, terms: Terms) -> Iterable[Hit]:
    """All running pairings of a mentor beyond the limit only when workbooks are added up."""
    table, limit = ledger.table(PairingRow), terms.settings.load_limit
    for rows in running_individuals(ledger).values():
        files = {table.locate(row)[0].file for row in rows} if len(rows) > limit else set()
        if len(files) > 1:
            for row in rows:
                yield Hit(table, row, "mentor_id", {"load": len(rows), "limit": limit})
