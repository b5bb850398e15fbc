"""Place the rows of mapped tables in a ledger: who each row names, and the records it feeds.

People and pairings first, whatever the order of the files, then what is recorded about them. A table
of entries only names people: who is not in the ledger is not made up from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from addin.domain.imports.account import Fate, Placement, TableAccount
from addin.domain.imports.entries import EntryTable, entry_keys, pair_texts
from addin.domain.imports.readings import column_of
from addin.domain.imports.register import Register
from addin.domain.imports.tables import GivenCell, NamedPerson, TablePlacement
from validators.checks import check_values
from validators.ledger import Ledger
from validators.sheets import model_for
from validators.sources.mapping import ColumnMapping, Split, TableMapping, Target
from validators.sources.tables import Source

_SAME_AS = {
    Target("pairing", "mentor_name"): Target("mentor", "name"),
    Target("pairing", "mentee_name"): Target("individual", "name"),
    Target("assessment", "mentee_name"): Target("individual", "name"),
}
"""Looked-up names, which are the people themselves."""
_LISTED = 10


def place(mappings: Iterable[TableMapping], ledger: Ledger, unit: str) -> Placement:
    """Place the rows of tables in a ledger, every row of which has its ID; it is not changed.

    Returns:
        The rows to add and to complete, and where every row and cell of the tables went.
    """
    register = Register(ledger, unit)
    accounts = [_account(at, mapping) for at, mapping in enumerate(mappings)]
    for account in accounts:
        _reserve_ids(register, account.mapping)
    tables = [_table(register, account) for account in accounts]
    for table in sorted(tables, key=lambda table: isinstance(table, EntryTable)):
        table.place()
    register.placement.tables = accounts
    return register.placement


def note_loose(placement: Placement, sources: Iterable[Source]) -> None:
    """Take the cells outside the tables into the account."""
    placement.loose = [(source.file, cell) for source in sources for cell in source.loose]


def _account(at: int, mapping: TableMapping) -> TableAccount:
    """Return the account of a table whose blanks are filled where they mean the cell above."""
    pairs = enumerate(mapping.columns)
    down = [column for column, where in pairs if where.certain and where.split is Split.ABOVE]
    table = mapping.table.filled_down(down)
    account = TableAccount(at, replace(mapping, table=table))
    for column in down:
        before = mapping.table.columns[column].cells.codes
        now = table.columns[column].cells.codes
        filled = [n for n, old, new in zip(table.numbers, before, now, strict=True) if old != new]
        if filled:
            listed = "、".join(map(str, filled[:_LISTED])) + ("等" if len(filled) > _LISTED else "")
            told = f"第 {listed} 行空白，共 {len(filled)} 行，已按上一行的内容导入，请核对"
            account.note(Fate.PLACED, told, -1, column)
    return account


def _reserve_ids(register: Register, mapping: TableMapping) -> None:
    for column, where in zip(mapping.table.columns, mapping.columns, strict=True):
        sheet = model_for(where.target.sheet).sheet if where.target.sheet else None
        if where.certain and sheet and sheet.id_field and where.target.field == sheet.id_field:
            read = check_values(column_of(where.target), column.cells.values)
            register.reserve(read.values)


def _table(register: Register, account: TableAccount) -> TablePlacement:
    mappings = [_aligned(mapping) for mapping in account.mapping.columns]
    layout = account.table.layout
    keys = entry_keys(mappings, layout)
    if keys:
        return EntryTable(register, account, mappings, keys)
    return Roster(register, account, pair_texts(mappings, layout))


def _aligned(mapping: ColumnMapping) -> ColumnMapping:
    return replace(mapping, target=_SAME_AS.get(mapping.target, mapping.target))


class Roster(TablePlacement):
    """A list of people, or of pairs, on its way into the ledger."""

    def place_given(
        self, record: int, given: dict[str, list[GivenCell]], mentors: Sequence[NamedPerson],
        mentees: Sequence[NamedPerson],
    ) -> None:  # fmt: skip
        """Pair the mentors of a row with its mentees."""
        cells = given.pop("pairing", [])
        values = {field: value for _, reading in cells for field, value in reading.values}
        sides = [
            [self.register.code_here(self.source.file, keys, str(values[field]))]
            if values.get(field) else
            [self.register.people[p.record.key].code(p.record) for p in people if p.record]
            for field, keys, people in (
                ("mentor_id", ("mentor",), mentors),
                ("mentee_id", ("individual", "organisation"), mentees),
            )
        ]  # fmt: skip
        pairs = [(mentor, mentee) for mentor in sides[0] for mentee in sides[1]]
        if cells and not pairs:
            self.leave(record, cells, "导师或对象不全，未结对；与上一行相同的请补填姓名")
        ids = {"mentor_id", "mentee_id"}
        for mentor, mentee in pairs:
            facts = {**values, "mentor_id": mentor, "mentee_id": mentee}
            seen = (self.account.index, record)
            pairing = self.register.pairing(facts, seen, self.source.file)
            fate = Fate.PLACED if pairing.seen == seen else Fate.DUPLICATE
            for column, _ in cells:
                if column.target.field in ids:
                    self.account.settle(record, column.at, fate)
            self.complete(record, pairing, [c for c in cells if c.column.target.field not in ids])
