"""The rows an import adds to a ledger or completes in it: people, pairings and entries, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from addin.domain.imports.account import Fate, Placement, Record
from addin.domain.imports.people import People, record_of, records_of
from addin.domain.imports.readings import REMARK, TypedCell, column_of, plain_text
from addin.domain.numbering import Numbering
from validators.checks import shown
from validators.identity import same_unit
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.sheets import model_for
from validators.sources.mapping import Target

PEOPLE = ("mentor", "individual", "organisation")
REFERENCES = {
    "log": "pairing_ids", "duty": "pairing_id", "assessment": "mentee_id",
    "completion": "pairing_id", "conversion": "mentee_id",
}  # fmt: skip
"""The field of an entry that names its pair or its mentee; it holds a name until the ID is known."""

RECOGNISED_BY: Mapping[str, tuple[str, ...]] = {
    "log": ("date", "content"),
    "assessment": ("assessed_on",),
    "duty": ("item",),
    "completion": ("assessed_on",),
    "conversion": ("date", "to_stage"),
}
"""What an entry is recognised by, besides whom it is of."""


def comparable(value: object) -> object:
    """Return the form in which two spellings of one value meet."""
    if isinstance(value, TypedCell):
        return squeeze(plain_text(value.cell))
    return squeeze(value).strip("。.") if isinstance(value, str) else value


class Register:
    """Everything there is in a ledger, and everything an import adds.

    Args:
        ledger: The ledger of one workbook, every row with its ID.
        unit: The 9-digit code of its unit.
    """

    def __init__(self, ledger: Ledger, unit: str) -> None:
        self.unit = unit
        self.placement = Placement()
        self.people = {key: People(ledger.table(model_for(key))) for key in PEOPLE}
        self._ledger = ledger
        self._numbering = Numbering(ledger, unit)
        self._counts: Counter[str] = Counter()
        self._codes: dict[str, set[str]] = {}
        self._here: dict[tuple[str, str, str], str] = {}
        self._pairings: dict[tuple[str, str], list[Record]] = {}
        self._entries: dict[str, dict[tuple[object, ...], list[Record | int]]] = {}
        for record in records_of(ledger.table(model_for("pairing"))):
            self._index_pairing(record)

    # --- values of one row ---

    def new(
        self, key: str, values: Mapping[str, object], seen: tuple[int, int], file: str = ""
    ) -> Record:
        """Add a row; it keeps an ID of the unit that nobody has, and gets the next one otherwise.

        It was `seen` at (index of the table, record of it); an ID in `file` means the row it had there.
        """
        known, sheet = dict(values), model_for(key).sheet
        if sheet.id_field:
            typed = known.get(sheet.id_field)
            used = self._used(key)
            own = isinstance(typed, str) and same_unit(typed, self.unit) and typed not in used
            code = str(typed) if own else self._numbering.next(key)
            known[sheet.id_field] = code
            used.add(code)
            if isinstance(typed, str):
                self._here.setdefault((file, key, typed), code)
        record = Record(key, known, None, self._counts[key], known, seen)
        self._counts[key] += 1
        self.placement.records.setdefault(key, []).append(record)
        if key in self.people:
            self.people[key].add(record)
        return record

    def reserve(self, codes: Iterable[object]) -> None:
        """Never hand out the IDs of the unit that a source brings."""
        for code in codes:
            if isinstance(code, str) and same_unit(code, self.unit):
                self._numbering.reserve(code)

    def meet(self, file: str, record: Record, code: object) -> bool:
        """Note what ID a source gives somebody there is already; tell whether it is the ledger's."""
        here = record.values.get(model_for(record.key).sheet.id_field)
        if isinstance(code, str):
            self._here.setdefault((file, record.key, code), str(here))
        return code == here

    def code_here(self, file: str, keys: Sequence[str], code: str) -> str:
        """Return the ledger's ID of what has an ID in a source; the ID itself where nothing has."""
        here = (self._here.get((file, key, code), code) for key in keys)
        return next((known for known in here if known != code), code)

    def _used(self, key: str) -> set[str]:
        if key not in self._codes:
            column = self._ledger.table(model_for(key)).column(model_for(key).sheet.id_field)
            self._codes[key] = {code for code in column if code}
        return self._codes[key]

    def new_entry(self, key: str, values: dict[str, object], seen: tuple[int, int]) -> Record:
        """Add an entry that has no ID yet; as `new`, for many."""
        if id_field := model_for(key).sheet.id_field:
            values[id_field] = self._numbering.next(key)
        record = Record(key, values, None, self._counts[key], values, seen)
        self._counts[key] += 1
        self.placement.records.setdefault(key, []).append(record)
        return record

    def give(
        self, record: Record, field: str, value: object, *, adds: bool = False
    ) -> tuple[Fate, str]:
        """Give a row a value it lacks; what stands there stays.

        Returns:
            What becomes of the source's cell, and what must be said of it.
        """
        have = record.values.get(field)
        if field == REMARK or adds:
            return self._append(record, field, value)
        readable = not isinstance(value, TypedCell)
        replaceable = record.row is None or field == REFERENCES.get(record.key)
        if have is None or (isinstance(have, TypedCell) and readable and replaceable):
            self._put(record, field, value)
            return (Fate.PLACED if readable else Fate.UNREADABLE), ""
        if _says_the_same(field, comparable(have), comparable(value)):
            return Fate.DUPLICATE, ""
        kept = str(have) if isinstance(have, TypedCell) else _shown(record.key, field, have)
        return Fate.DUPLICATE, f"与已有的“{kept}”不同，已保留原有内容，请核对"

    def _append(self, record: Record, field: str, value: object) -> tuple[Fate, str]:
        before, text = str(record.values.get(field) or ""), str(value)
        if squeeze(text) in squeeze(before):
            return Fate.DUPLICATE, ""
        self._put(record, field, f"{before}；{text}" if before else text)
        return Fate.REMARK, ""

    def _put(self, record: Record, field: str, value: object) -> None:
        if record.row is not None and not record.written:
            self.placement.records.setdefault(record.key, []).append(record)
        record.values[field] = record.written[field] = value

    # --- pairings ---

    def _index_pairing(self, record: Record) -> None:
        mentor, mentee = (str(record.values.get(f) or "") for f in ("mentor_id", "mentee_id"))
        for pair in ((mentor, mentee), (mentor, ""), ("", mentee)):
            self._pairings.setdefault(pair, []).append(record)

    def pairing(self, values: Mapping[str, object], seen: tuple[int, int], file: str) -> Record:
        """Return the pairing of a mentor with a mentee, made if there is none.

        A date after the end of the one there is makes a pairing of its own: a renewal.

        Args:
            values: mentor_id and mentee_id; what is said of paired_on and pairing_id.
            seen: (index of the table, record of it) it is read from.
            file: The source.
        """
        pair = str(values["mentor_id"]), str(values["mentee_id"])
        paired_on, code = values.get("paired_on"), values.get("pairing_id")
        for record in reversed(self._pairings.get(pair, [])):
            until = record.values.get("until")
            if not (isinstance(paired_on, date) and isinstance(until, date) and until < paired_on):
                return record
        ids = {"mentor_id": pair[0], "mentee_id": pair[1], "pairing_id": code}
        record = self.new("pairing", ids, seen, file)
        self._index_pairing(record)
        return record

    def pairings_on(self, mentor: str, mentee: str, day: object) -> list[Record]:
        """Return the pairings a contact can be of: of several those whose period holds the day.

        A side the source does not name is "", a day that cannot be read no date.
        """
        found = self._pairings.get((mentor, mentee), []) if mentor or mentee else []
        if len(found) > 1 and isinstance(day, date):
            return [record for record in found if _holds(record, day)]
        return found

    # --- entries ---

    def entry(self, key: str, same: tuple[object, ...], whom: object, names: str) -> Record | None:
        """Return the entry there is already of the same day, pair and content.

        Args:
            key: One of `REFERENCES`.
            same: `comparable` values of `RECOGNISED_BY`.
            whom: Its pairings or its mentee: IDs, or names that were not found.
            names: What stands in their place while they are not found.
        """
        known = self.entries(key).get(same, [])
        for at, found in enumerate(known):
            if isinstance(found, int):
                record = known[at] = record_of(self._ledger.table(model_for(key)), found)
            else:
                record = found
            if _is_of(record, whom, names):
                return record
        return None

    def note_entry(self, record: Record, same: tuple[object, ...]) -> None:
        """Let an entry that was added be found."""
        self.entries(record.key).setdefault(same, []).append(record)

    def entries(self, key: str) -> dict[tuple[object, ...], list[Record | int]]:
        """Return all entries by the `comparable` values of `RECOGNISED_BY`; rows of the ledger as such."""
        if key not in self._entries:
            self._entries[key] = self._ledger_entries(key)
        return self._entries[key]

    def _ledger_entries(self, key: str) -> dict[tuple[object, ...], list[Record | int]]:
        table, known = (
            self._ledger.table(model_for(key)),
            dict[tuple[object, ...], list[Record | int]](),
        )
        for row, values in enumerate(table.columns(*RECOGNISED_BY[key])):
            given = {
                name: TypedCell(raw) if value is None and (raw := table.raw(row, name)) else value
                for name, value in zip(RECOGNISED_BY[key], values, strict=True)
            }
            known.setdefault(_entry_key(key, given), []).append(row)
        return known


_WORDY = frozenset({"employer", "post"})


def _says_the_same(field: str, have: object, value: object) -> bool:
    """Tell whether a value says nothing new: it is part of what there is, or the other way round."""
    if have == value or not (isinstance(have, str) and isinstance(value, str)):
        return have == value
    if field in _WORDY:
        return value in have or have in value
    return have.startswith(f"{value};")  # behind it stands what other columns added


def _shown(key: str, field: str, value: object) -> str:
    return shown(column_of(Target(key, field)), value)


def _holds(record: Record, day: date) -> bool:
    start, until = record.values.get("paired_on"), record.values.get("until")
    return not (isinstance(start, date) and day < start) and not (
        isinstance(until, date) and day > until
    )


def _entry_key(key: str, values: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(comparable(values.get(name)) for name in RECOGNISED_BY[key])


def _is_of(record: Record, whom: object, names: str) -> bool:
    """Tell whether an entry is of a pair, by its IDs or by the names that stand in their place."""
    have = record.values.get(REFERENCES[record.key])
    if isinstance(have, TypedCell):
        return comparable(have) == squeeze(names)
    return not isinstance(whom, TypedCell) and {*_codes(have)} == {*_codes(whom)}


def _codes(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple | list) else (value,)
