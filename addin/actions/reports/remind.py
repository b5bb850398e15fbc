"""Texts that remind mentors and townships of what is due, to paste into WeChat: `bangdai remind`.

What is due is what 本周待办 lists, found by the same code (`workbooks.template.todo_items`); of a duty
the progress the log says counts. A mentor's text names own pairings; a township's has all six lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Unpack

from addin import clock
from addin.actions.generated_sheets import with_computed
from addin.actions.ledger_set import ReadOptions, check_target, read_ledgers
from addin.actions.validate import ExaminedLedger
from addin.domain.results import some
from addin.domain.rollup import roll_up
from validators.columns import Kind
from validators.divisions import unit_name
from validators.ledger import Ledger
from validators.settings import Settings, settings_list
from validators.sheets import SHEETS, MentorRow, Row, columns_by_field
from workbooks.consolidated.content import Grid, Heading, NumberFormat, Stamp
from workbooks.consolidated.tables import write_listing
from workbooks.files import replace_atomically
from workbooks.masking import mask_text
from workbooks.template.layout import FIRST_ROW, LedgerRows, RowValues, code_of
from workbooks.template.reminders import read_fields
from workbooks.template.todo_items import ORGANISATION_OFFSET, Period, Reminders, day_of, text_of

FILE_KIND = "提醒文本"
"""Value of the document property `帮带文件类型`."""


class Reminder(NamedTuple):
    """One text.

    Attributes:
        unit: Code of the township.
        mentor_id: The mentor, "" for the township's own text.
        name: Of the mentor, or of the township.
        items: How many things are due.
        text: What to paste.
    """

    unit: str
    mentor_id: str
    name: str
    items: int
    text: str


@dataclass(frozen=True, slots=True)
class RemindResult:
    """The texts and where they are; see `Reminder`.

    Attributes:
        out: The workbook with the sheet 提醒文本.
        plain: The same texts without a table.
        reminders: Each township's text, and behind it those of its mentors.
        files: A sentence for every file that was left out, not read or is doubtful.
        exit_code: 2 if a file could not be read, 1 on any error finding, else 0.
    """

    out: Path
    plain: Path
    reminders: tuple[Reminder, ...]
    files: tuple[str, ...]
    exit_code: int


def write_reminders(
    path: Path, out: Path, *, generated: datetime | None = None, **options: Unpack[ReadOptions]
) -> RemindResult:
    """Write the texts of a ledger, or of every ledger in a folder.

    Args:
        path: A ledger, or a folder of them.
        out: The workbook; an earlier one is replaced.
        generated: 生成时间; now if None. Equal inputs and times give equal bytes.
        options: See `ReadOptions`.

    Raises:
        UsageError: There is no ledger.
        WriteRefused: Something else stands in `out`, or it cannot be written.
    """
    check_target(out, FILE_KIND)
    ledgers, as_of = read_ledgers(path, **options), options["as_of"]
    names = _names(ledgers.ledger)
    found = tuple(
        reminder for ledger in ledgers.examined for reminder in reminders_of(ledger, as_of, names)
    )
    stamp = Stamp(as_of, (generated or clock.now()).replace(tzinfo=None))
    grid = _grid(found)
    replace_atomically(
        out, lambda draft: write_listing(draft, FILE_KIND, grid.title, [grid], stamp)
    )
    plain = out.with_suffix(".txt")
    plain.write_text("\n\n".join(each.text for each in found) + "\n", encoding="utf-8-sig")
    files = ledgers.report.file_sentences
    return RemindResult(out, plain, found, files, ledgers.report.exit_code)


def _grid(found: Sequence[Reminder]) -> Grid:
    text = NumberFormat.TEXT
    headings = (
        Heading("序号", 5), Heading("县(区)", 9, text), Heading("乡镇(街道)", 12, text),
        Heading("接收人", 10, text), Heading("事项数", 7), Heading("提醒文本", 90, text),
    )  # fmt: skip
    rows = [
        (
            number, *unit_name(each.unit), mask_text(each.name) if each.mentor_id else "乡镇(街道)",
            each.items, each.text,
        )
        for number, each in enumerate(found, 1)
    ]  # fmt: skip
    mentors = sum(bool(each.mentor_id) for each in found)
    note = f"乡镇 {len(found) - mentors} 条、导师 {mentors} 条，选中单元格复制，粘贴到微信"
    return Grid("提醒文本", "导师帮带提醒文本", note, headings, rows, frozen=4)


# --- the texts of one ledger ----------------------------------------------------------------------


def _names(ledger: Ledger) -> dict[str, str]:
    """Return the names of mentors by ID."""
    named = ledger.table(MentorRow).columns("mentor_id", "name")
    return {code: name for code, name in named if code and name}


def reminders_of(
    ledger: ExaminedLedger, as_of: date, names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Reminder]:
    """Yield the township's text, then those of the mentors who have something to do, by ID.

    A mentor of another ledger is told by `names`, who is not among them by the ID.
    """
    unit = next(iter(ledger.ledger.unit_codes.values()), "")
    due = DueItems.of(ledger.ledger, ledger.settings, as_of, names)
    county, township = unit_name(unit)
    place = township or county or "本单位"
    yield Reminder(unit, "", place, due.total, mask_text(due.township_text(place)))
    for mentor in due.mentors():
        items = due.of_mentor(mentor)
        name = due.mentor_name(mentor)
        text = mask_text(due.mentor_text(name, place, items))
        yield Reminder(unit, mentor, name, sum(map(len, items.values())), text)


@dataclass(frozen=True, slots=True)
class DueItems:
    """What is due in one ledger, list by list, as the rows of its sheets.

    Attributes:
        reminders: What 本周待办 lists.
    """

    reminders: Reminders

    @classmethod
    def of(
        cls, ledger: Ledger, settings: Settings, as_of: date,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> DueItems:  # fmt: skip
        """Find what is due in the ledger of one workbook; see `reminders_of`."""
        computed = with_computed(ledger, roll_up(ledger, settings, as_of))
        values = {entry.name: getattr(settings, entry.field) for entry in settings_list()}
        return cls(Reminders(_rows(computed, names), Period.of(as_of, values)))

    @property
    def total(self) -> int:
        """Return how many things are due in all."""
        return sum(len(self.reminders.keys(name)) for name in _TOWNSHIP_LINES)

    def mentors(self) -> list[str]:
        """Return the IDs of the mentors who have something to do, in order."""
        named = (
            code_of(row.get("mentor_id"))
            for name in _MENTOR_LINES
            for _, row in self._pairings_of(name)
        )
        return sorted({mentor for mentor in named if mentor})

    def mentor_name(self, mentor: str) -> str:
        """Return a mentor's name, the ID where nobody knows it."""
        row = self.reminders.rows.find("mentor", mentor)
        return (text_of(row, "name") if row else "") or mentor

    def of_mentor(self, mentor: str) -> dict[str, list[str]]:
        """Return what a mentor has to do, a few words an item, by list."""
        return {
            name: [
                self._mentor_item(name, key, row)
                for key, row in self._pairings_of(name)
                if code_of(row.get("mentor_id")) == mentor
            ]
            for name in _MENTOR_LINES
        }

    def mentor_text(self, name: str, place: str, items: Mapping[str, Sequence[str]]) -> str:
        """Return what a mentor is sent."""
        lines = [
            f"{number}. {_MENTOR_LINES[listed]}：{some(told)}。"
            for number, (listed, told) in enumerate(
                ((key, told) for key, told in items.items() if told), 1
            )
        ]
        month = self.reminders.period.today.month
        head = f"【{place}导师帮带提醒】{name}同志，{month}月有以下帮带事项："
        return "\n".join([head, *lines, "完成后请告知台账填报人员登记。"])

    def township_text(self, place: str) -> str:
        """Return what a township is sent: how many of each list, and the first of them."""
        today = self.reminders.period.today
        head = f"【{place}导师帮带提醒】截至{today.month}月{today.day}日，"
        lines: list[str] = []
        for name, (title, counter) in _TOWNSHIP_LINES.items():
            told = list(self._township_items(name))
            if told:
                lines.append(f"{len(lines) + 1}. {title}：{some(told, counter)}。")
        if not lines:
            return f"{head}无到期事项，请继续按月联系、按季评价。"
        return "\n".join([f"{head}有以下事项需要办理：", *lines, "请尽快办理并登记台账。"])

    # --- the items of the lists ---

    def _pairings_of(self, name: str) -> Iterator[tuple[int, RowValues]]:
        """Yield each key of a list with the pairings it is about."""
        rows = self.reminders.rows
        for key in self.reminders.keys(name):
            if name == "duty":
                code = code_of(self._row("duty", key).get("pairing_id"))
                pairing = rows.find("pairing", code)
                yield from [(key, pairing)] if pairing else []
            elif name == "assessment":
                mentee = code_of(self._mentee(key).get("mentee_id"))
                for row in rows["pairing"]:
                    if mentee and code_of(row.get("mentee_id")) == mentee and _runs(row):
                        yield key, row
            else:
                yield key, self._row("pairing", key)

    def _mentor_item(self, name: str, key: int, pairing: RowValues) -> str:
        mentee = self.reminders.rows.text("pairing", "mentee_name", pairing)
        if name == "duty":
            return f"{mentee}“{text_of(self._row('duty', key), 'item')}”（{self._due(key)}）"
        if name == "ending":
            return f"{mentee}（{self._day(key // 10_000)}期满）"
        return mentee

    def _township_items(self, name: str) -> Iterator[str]:
        rows = self.reminders.rows
        for key in self.reminders.keys(name):
            if name in {"contact", "ending"}:
                pairing = self._row("pairing", key)
                names = (
                    rows.text("pairing", field, pairing) for field in ("mentor_name", "mentee_name")
                )
                ends = f"（{self._day(key // 10_000)}）" if name == "ending" else ""
                yield "→".join(names) + ends
            elif name == "duty":
                duty = self._row("duty", key)
                yield f"{rows.text('duty', 'pair_names', duty)}（{self._due(key)}）"
            elif name == "signature":
                assessment = self._row("assessment", key)
                name_of = rows.text("assessment", "mentee_name", assessment)
                day = int(self.reminders.columns["assessment_day"][key - FIRST_ROW])
                yield f"{name_of}（{self._day(day)}）"
            else:
                yield text_of(self._mentee(key), "name")

    def _due(self, key: int) -> str:
        late = self.reminders.today - key // 10_000
        return f"已逾期{late}天" if late > 0 else f"{self._day(key // 10_000)}前"

    def _day(self, serial: int) -> str:
        """Return 8月15日, of another year than this one 2025年9月18日."""
        day, today = day_of(serial), self.reminders.period.today
        year = "" if day.year == today.year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日"

    def _row(self, sheet: str, key: int) -> RowValues:
        return self.reminders.rows[sheet][key % 10_000 - FIRST_ROW]

    def _mentee(self, key: int) -> RowValues:
        place = key % 100_000
        sheet = "individual" if place < ORGANISATION_OFFSET else "organisation"
        return self.reminders.rows[sheet][place % ORGANISATION_OFFSET - FIRST_ROW]


_MENTOR_LINES = {
    "contact": "本月尚未联系",
    "duty": "职责到期",
    "assessment": "本期尚未评价，请配合",
    "ending": "帮带即将期满，请准备考核",
}
"""The lists a mentor's text has, and what stands before them."""
_TOWNSHIP_LINES = {
    "contact": ("本月尚未联系", "对"),
    "duty": ("职责到期或逾期", "项"),
    "assessment": ("本期尚未评价", "名（个）"),
    "ending": ("即将期满尚未考核", "对"),
    "unpaired": ("待结对超期", "名（个）"),
    "signature": ("评价待对象签字", "次"),
}
"""The lists a township's text has, in the order of 本周待办, with what their items are counted in."""


def _runs(pairing: RowValues) -> bool:
    return text_of(pairing, "status") == "帮带中"


def _rows(ledger: Ledger, names: Mapping[str, str]) -> LedgerRows:
    """Return the rows of the sheets 本周待办 reads, with the mentors who come from elsewhere."""
    rows = {
        model.sheet.key: [*_sheet_rows(ledger, model)]
        for model in SHEETS
        if model.sheet.key in read_fields()
    }
    own, all_mentors = (
        {code_of(row.get("mentor_id")) for row in rows[key]} for key in ("mentor", "pairing")
    )
    away = sorted(all_mentors - own - {""})
    rows["mentor"] += [{"mentor_id": code, "name": names.get(code, code)} for code in away]
    return LedgerRows(rows)


def _sheet_rows(ledger: Ledger, model: type[Row]) -> Iterable[RowValues]:
    table = ledger.table(model).this_year()
    columns = columns_by_field(model)
    for row in table.columns(*columns):
        values = dict(zip(columns, row, strict=True))
        for name, column in columns.items():
            if column.kind is Kind.TEXT and isinstance(values[name], tuple):
                values[name] = "、".join(values[name])
        yield values
