"""Recognise the people and organisations a source names among those the ledger has.

The same person is 姓名 + 性别 + 出生年月, or the phone; 姓名 + 单位 where the month of birth is not
known, which is said. A name alone means the one who has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from addin.domain.imports.account import Record
from addin.domain.imports.readings import TypedCell
from validators.ledger import Table
from validators.normalise import person_key, squeeze
from validators.sheets import Row, columns_by_field


def name_key(name: str, *, organisation: bool = False) -> str:
    """Return the key under which spellings of one name meet."""
    if not organisation:
        return person_key(name)
    plain = squeeze(name).removeprefix("中共").removesuffix("委员会")
    return plain.replace("党支部", "支部").replace("村支部", "村").removesuffix("支部")


@dataclass(frozen=True, slots=True)
class Match:
    """Who a name means.

    Attributes:
        record: The one; None for nobody known.
        doubt: What must be said, "" for nothing.
        candidates: Those it may be.
    """

    record: Record | None = None
    doubt: str = ""
    candidates: tuple[Record, ...] = ()

    @property
    def several(self) -> bool:
        """Whether nobody can tell which of several it is."""
        return len(self.candidates) > 1


class People:
    """The mentors, the individuals or the organisations there are."""

    def __init__(self, table: Table[Row]) -> None:
        self.key = table.key
        self._organisation = table.key == "organisation"
        self._by_name: dict[str, list[Record]] = {}
        self._by_id: dict[str, Record] = {}
        for record in records_of(table):
            self.add(record)

    def add(self, record: Record) -> None:
        """Let a record be found by its name and its ID."""
        if record.name:
            self._by_name.setdefault(self._key(record.name), []).append(record)
        if code := record.values.get(self.id_field):
            self._by_id.setdefault(str(code), record)

    @property
    def id_field(self) -> str:
        """The field of their IDs."""
        return "mentor_id" if self.key == "mentor" else "mentee_id"

    def by_id(self, code: object) -> Record | None:
        """Return the one who has an ID."""
        return self._by_id.get(str(code))

    def is_called(self, record: Record, name: str) -> bool:
        """Tell whether somebody has a name."""
        return self._key(record.name) == self._key(name)

    def code(self, record: Record) -> str:
        """Return the ID of one."""
        return str(record.values.get(self.id_field) or "")

    def _key(self, name: str) -> str:
        return name_key(name, organisation=self._organisation)

    def find(self, name: str, facts: Mapping[str, object]) -> Match:
        """Return who a name means, told apart by what else a row says of them."""
        called = self._by_name.get(self._key(name), [])
        if not called or self._organisation:
            return Match(called[0] if called else None)
        sure = [one for one in called if _is_sure(one, facts)]
        if len(sure) == 1:
            return Match(sure[0])
        likely = [one for one in called if not _differs(one, facts)]
        if len(likely) > 1:
            near = [one for one in likely if _same_employer(one, facts)]
            likely = near if len(near) == 1 else likely
        if len(likely) > 1:
            return Match(
                doubt=f"姓名为“{name}”的有 {len(likely)} 人，无法确定是哪一位",
                candidates=tuple(likely),
            )
        if not likely:
            return Match(doubt=f"与已有的“{name}”同名，出生年月或性别、单位不同，按两人登记")
        return Match(likely[0], _question(likely[0], facts))


def records_of(table: Table[Row]) -> Iterator[Record]:
    """Yield the rows of a ledger's table."""
    return (record_of(table, row) for row in range(len(table)))


def record_of(table: Table[Row], row: int) -> Record:
    """Return a row of a ledger's table; a cell that cannot be read counts as what was typed."""
    known: dict[str, object] = {}
    for field in columns_by_field(table.model):
        value = table.column(field)[row]
        if value is not None:
            known[field] = value
        elif (raw := table.raw(row, field)) is not None:
            known[field] = TypedCell(raw)
    return Record(table.key, known, row)


def _known(record: Record, facts: Mapping[str, object], name: str) -> tuple[object, object] | None:
    """Return both sides' values of a field where both can be read."""
    pair = record.values.get(name), facts.get(name)
    return pair if None not in pair and not any(isinstance(v, TypedCell) for v in pair) else None


def _is_sure(record: Record, facts: Mapping[str, object]) -> bool:
    born, phone, gender = (_known(record, facts, name) for name in ("born", "phone", "gender"))
    if gender and gender[0] != gender[1]:
        return False
    return bool((born and born[0] == born[1]) or (phone and phone[0] == phone[1]))


def _differs(record: Record, facts: Mapping[str, object]) -> bool:
    """Tell whether two of one name are two people: birth or gender differ, and the unit as well."""
    pairs = [_known(record, facts, name) for name in ("born", "gender")]
    if not any(pair and pair[0] != pair[1] for pair in pairs):
        return False
    phone = _known(record, facts, "phone")
    return not (phone and phone[0] == phone[1]) and not _same_employer(record, facts)


def _same_employer(record: Record, facts: Mapping[str, object]) -> bool:
    pair = _known(record, facts, "employer")
    if not pair:
        return False
    one, other = (squeeze(str(value)) for value in pair)
    return one in other or other in one


def _question(record: Record, facts: Mapping[str, object]) -> str:
    """Return what must be said of one who is known by the name and not by the birth."""
    if _known(record, facts, "born"):
        return "出生年月或性别与已有的不同，单位或电话相同，按同一人处理，请核对"
    if not _known(record, facts, "employer"):
        return ""
    if _same_employer(record, facts):
        return "未填出生年月，按姓名和单位认定为同一人，请核对"
    return "同名但单位写法不同，按同一人处理，请核对"
