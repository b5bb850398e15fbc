"""One township while its ledger is made: calendar, invented people, pairings and every row."""

from __future__ import annotations

import calendar
import random
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zlib import crc32

from validators.divisions import Division, units, villages
from validators.sheets import model_for
from validators.vocabulary import Aspect

# --- phrases --------------------------------------------------------------------------------------


@cache
def phrases() -> dict[str, Any]:
    """Return the pools of `phrases.toml`."""
    source = resources.files("workbooks.samples") / "phrases.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def words(pool: str) -> tuple[str, ...]:
    """Return the phrases of one pool."""
    return tuple(phrases()[pool].split("|"))


# --- days and months ------------------------------------------------------------------------------

_NEW_YEAR = {
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10),
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
    2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
"""First day of the lunar year."""

_WEEKDAY_WEIGHTS = (1.0, 1.1, 1.15, 1.05, 0.95, 0.14, 0.08)


def add_months(day: date, months: int) -> date:
    """Return `day` moved by calendar months, clipped to the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def full_months(as_of: date, count: int) -> list[tuple[date, date]]:
    """Return first and last day of the last `count` full months, the latest first.

    A month is full from the day after its last one.
    """
    firsts = [add_months(as_of.replace(day=1), -back) for back in range(1, count + 1)]
    return [(first, month_end(first)) for first in firsts]


def months_between(first: date, last: date) -> list[tuple[date, date]]:
    """Return the calendar months from `first` to `last`, clipped to the two days."""
    spans = []
    while first <= last:
        spans.append((first, min(month_end(first), last)))
        first = month_end(first) + timedelta(days=1)
    return spans


def weight(day: date) -> float:
    """Return how likely a contact falls on `day`: working days, hardly any around New Year."""
    share = _WEEKDAY_WEIGHTS[day.weekday()]
    month, number = _NEW_YEAR.get(day.year, (2, 8))
    festival = (day - date(day.year, month, number)).days
    if -4 <= festival <= 9:
        return share * 0.06
    return share * (0.6 if -12 <= festival <= 15 else 1.0)


def workday(day: date) -> date:
    """Return `day`, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


# --- invented people ------------------------------------------------------------------------------

_HUI = "马马马马马马马海穆杨李王丁白苏金田虎罗母冶撒买者"
_HAN = "王李张刘赵杨陈何高郭韩梁朱徐孙吴周曹杜任樊石安薛雷祁剡温火袁康景柳摆魏程蒙辛燕蔺"
_MALE_FIRST = "志文建国彦学永海成有世玉宏耀富占进明克维德兴俊锦振生正廷万少治存连向"
_MALE_LAST = "军强林平福贵仁斌龙虎忠义祥鹏刚宝东明华海成财俊峰涛荣元才礼清勤川录智"
_FEMALE_FIRST = "玉秀桂淑小晓春慧亚彩红雪丽海文金月燕佳雅芳思艳银翠"
_FEMALE_LAST = "兰花梅英霞琴莲芳娟燕玲萍红香凤霖婷娜蓉洁雯瑞静珍霜叶"
_DOTTED = ("阿依古丽·艾山", "努尔兰·哈力", "买尔丹·吐逊", "古丽娜·沙比尔")
_RARE = ("马㛃", "李𠮷", "王喆龑", "杨旻垚", "穆燚", "张犇", "海甡", "欧阳生花", "尉迟万仓")
_UNITS = 65


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    name: str
    gender: str
    ethnicity: str
    born: date
    phone: str


class People:
    """A source of people, none of whom appears twice in the city.

    Townships share no state: a person belongs to the township that name, gender and birth month
    hash to.
    """

    def __init__(self, rng: random.Random, township: int) -> None:
        self._rng = rng
        self._township = township % _UNITS
        self._seen: set[str] = set()

    def person(self, as_of: date, youngest: int, oldest: int) -> Person:
        """Return a person between `youngest` and `oldest` years old at `as_of`."""
        while True:
            gender = "男" if self._rng.random() < 0.68 else "女"
            hui = self._rng.random() < 0.5
            name, ethnicity = self._full_name(gender, hui)
            age = self._rng.randint(youngest, oldest - 1)
            born = date(as_of.year - age - 1, self._rng.randint(1, 12), 1)
            mine = crc32(f"{name}{gender}{born}".encode()) % _UNITS == self._township
            if mine and name not in self._seen:
                self._seen.add(name)
                return Person(name, gender, ethnicity, born, self.phone())

    def phone(self) -> str:
        """Return a mobile number of a range that is not given out, rarely a landline."""
        rng = self._rng
        if rng.random() < 0.04:
            return f"0954-20000{rng.randint(10, 99)}"
        return f"1{rng.randint(3, 9)}{rng.randint(0, 9)}0000{rng.randint(0, 9999):04d}"

    def villager(self) -> str:
        """Return a name for someone an entry mentions."""
        hui = self._rng.random() < 0.5
        return self._full_name("男" if self._rng.random() < 0.7 else "女", hui)[0]

    def _full_name(self, gender: str, hui: bool) -> tuple[str, str]:
        rng = self._rng
        draw = rng.random()
        if draw < 0.002:
            return rng.choice(_DOTTED), "维吾尔族"
        if draw < 0.01:
            return rng.choice(_RARE), "汉族"
        first, last = (_MALE_FIRST, _MALE_LAST) if gender == "男" else (_FEMALE_FIRST, _FEMALE_LAST)
        given = rng.choice(last) if rng.random() < 0.2 else rng.choice(first) + rng.choice(last)
        return rng.choice(_HUI if hui else _HAN) + given, "回族" if hui else "汉族"


# --- rows and cells -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GeneralNumber:
    """A number without any format, as typed into a general cell."""

    number: float


@dataclass(frozen=True, slots=True)
class ErrorFormula:
    """A formula showing an error such as `#REF!`."""

    text: str


@dataclass(frozen=True, slots=True)
class UncalculatedFormula:
    """A formula saved without a calculated value."""

    formula: str


CellInput = str | int | float | date | GeneralNumber | ErrorFormula | UncalculatedFormula | None
"""Content of a cell; None is an empty one."""


@dataclass(slots=True, eq=False)
class Entry:
    """One row of one sheet.

    Attributes:
        sheet: The sheet's key.
        values: The right value of each filled field.
        typed: Cells that hold something else than their value; None blanks a cell.
        flawed: An error or warning is planted here: the row is in no list of clean rows.
        locked: Others rely on this row: no error may be planted here.
    """

    sheet: str
    values: dict[str, Any]
    typed: dict[str, CellInput] = field(default_factory=dict)
    flawed: bool = False
    locked: bool = False

    @property
    def free(self) -> bool:
        """Return whether an error may still be planted here."""
        return not self.flawed and not self.locked


@dataclass(frozen=True, slots=True)
class PlantedError:
    """One planted error at one cell."""

    entry: Entry
    field: str
    kind: str
    level: str
    code: str


def plain(value: Any) -> Any:
    """Return `value` as JSON holds it: days ISO, tuples as lists, words as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [str(part) for part in value]
    return value if isinstance(value, int | float) else str(value)


# --- mentees, pairings, township ------------------------------------------------------------------

ASPECTS = tuple(aspect.value for aspect in Aspect)
GUESTS = (2, 5)
"""Numbers of the mentors who also help in the next township of the delivery."""


@dataclass(slots=True, eq=False)
class Mentee:
    """A mentee.

    Attributes:
        fate: "plain", "new", "waiting", "graduated", "left", "closed", an excuse ("paused",
            "quiet", "exempt") or the reason why the mentee struggles.
        baseline: The six scores of the survey.
    """

    entry: Entry
    name: str
    fate: str
    baseline: list[int]
    person: Person | None = None
    pairings: list[Pairing] = field(default_factory=list)

    @property
    def mentee_id(self) -> str:
        """Return the mentee's ID."""
        return str(self.entry.values["mentee_id"])

    @property
    def village(self) -> str:
        """Return the mentee's village, "" without one."""
        return str(self.entry.values.get("village", ""))

    def weak(self) -> list[str]:
        """Return the aspects the survey found weak."""
        scores = zip(ASPECTS, self.baseline, strict=True)
        return [aspect for aspect, score in scores if score <= 2]


@dataclass(slots=True, eq=False)
class Pairing:
    """A pairing and when its contacts may fall.

    Attributes:
        blocked: Spans without any contact.
        shunned: An aspect and the span in which it is not worked on.
        sparse_from: From this day on there is no more than one contact a month.
        logged: Whether the log knows the pairing at all.
    """

    entry: Entry
    mentor: Entry | None
    mentor_name: str
    mentee: Mentee
    first: date
    last: date
    blocked: list[tuple[date, date]] = field(default_factory=list)
    shunned: list[tuple[str, date, date]] = field(default_factory=list)
    sparse_from: date | None = None
    logged: bool = True
    duties: list[Entry] = field(default_factory=list)

    @property
    def pairing_id(self) -> str:
        """Return the pairing's ID."""
        return str(self.entry.values["pairing_id"])

    def allows(self, day: date) -> bool:
        """Return whether a contact may fall on `day`."""
        return self.first <= day <= self.last and not any(a <= day <= b for a, b in self.blocked)

    def aspects(self, day: date) -> list[str]:
        """Return the aspects that may be worked on at `day`."""
        shunned = {aspect for aspect, first, last in self.shunned if first <= day <= last}
        return [aspect for aspect in ASPECTS if aspect not in shunned]


class World:
    """One township's rows while they are being made."""

    def __init__(self, unit: Division, *, seed: int, as_of: date, log_rows: int) -> None:
        codes = [division.code for division in units()]
        self.unit = unit
        self.seed = seed
        self.as_of = as_of
        self.log_rows = log_rows
        self.rng = random.Random(f"{seed}/{unit.code}/{as_of}/{log_rows}")
        self.people = People(self.rng, codes.index(unit.code))
        self.villages = villages(unit.code)
        self.size = min(1.0, max(0.16, log_rows / 1600))
        self.rows: dict[str, list[Entry]] = {}
        self.mentees: list[Mentee] = []
        self.pairings: list[Pairing] = []
        self.exempt = False
        self.spares: list[Entry] = []
        self.veterans: list[Entry] = []
        self.struggling: list[tuple[str, str]] = []
        self.cited: list[PlantedError] = []
        self.ceremonies: list[date] = []
        self.log_pairings: dict[Entry, tuple[Pairing, ...]] = {}
        self.repeated: list[tuple[Entry, Entry]] = []
        self.neighbour = ""
        self._used: set[str] = set()

    def add(self, sheet: str, values: dict[str, Any], *, locked: bool = False) -> Entry:
        """Append a row; a sheet with IDs numbers it."""
        id_field = model_for(sheet).sheet.id_field
        if id_field and id_field not in values:
            values = {id_field: self.code(sheet, len(self.of(sheet)) + 1), **values}
        entry = Entry(
            sheet, {k: v for k, v in values.items() if v is not None and v != ""}, locked=locked
        )
        self.rows.setdefault(sheet, []).append(entry)
        return entry

    def code(self, sheet: str, number: int, unit_code: str = "") -> str:
        """Return the ID with `number` on `sheet`."""
        facts = model_for(sheet).sheet
        return f"{facts.id_prefix}{unit_code or self.unit.unit_code}-{number:0{facts.id_width}d}"

    def of(self, sheet: str) -> list[Entry]:
        """Return the rows of `sheet`."""
        return self.rows.setdefault(sheet, [])

    def ago(self, low: int, high: int | None = None) -> date:
        """Return the day `low`, or between `low` and `high`, days before the as-of date."""
        return self.as_of - timedelta(days=self.rng.randint(low, low if high is None else high))

    def scaled(self, low: int, high: int, least: int = 1) -> int:
        """Return a number between `low` and `high`, smaller for a short log."""
        return max(least, round(self.rng.randint(low, high) * self.size))

    def used_duties(self) -> set[str]:
        """Return the duties log entries name."""
        if not self._used:
            self._used = {code for e in self.of("log") for code in e.values.get("duty_ids", ())}
        return self._used

    def plain_pairings(self) -> Iterable[Pairing]:
        """Return the running pairings nothing special is planned for."""
        return (
            pairing
            for pairing in self.pairings
            if pairing.mentee.fate == "plain" and pairing.logged and pairing.last >= self.as_of
        )
