"""The people of one invented township, as every layout shows them: rows by field, no codes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from workbooks.samples import clean_rows

UNIT = "640402104"
TOWNSHIP = "开城镇"
COUNTY = "原州区"
NEIGHBOUR = "张易镇"
AS_OF = date(2026, 6, 30)

Fields = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """A mentor and whom they help."""

    mentor: Fields
    mentee: Fields
    pairing: Fields

    @property
    def names(self) -> tuple[str, str]:
        return self.mentor["name"], self.mentee["name"]

    @property
    def person(self) -> bool:
        return self.mentee["mentee_id"].startswith("G")


@dataclass(frozen=True)
class Contact:
    """One entry of the log with the pairs it names."""

    entry: Fields
    pair: Pair


@dataclass(frozen=True)
class Cast:
    """Everybody and everything a township's papers speak of."""

    rows: dict[str, list[Fields]]
    mentors: list[Fields]
    individuals: list[Fields]
    organisations: list[Fields]
    pairs: list[Pair]
    contacts: list[Contact]

    @property
    def personal_pairs(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.person]

    def of(self, mentor: Fields) -> list[Pair]:
        """Return the personal pairs of a mentor."""
        return [pair for pair in self.personal_pairs if pair.mentor is mentor]


@cache
def cast(seed: int = 3) -> Cast:
    """Return a cast; the same seed, the same people.

    Only running pairs of this township are in it, one for a mentor and a mentee, and contacts of a
    single pair within its period, so that a paper without codes says all there is to say.
    """
    rows = clean_rows(UNIT, seed=seed, as_of=AS_OF, log_rows=30)
    names: set[str] = set()
    for sheet in ("mentor", "individual", "organisation"):
        rows[sheet] = [r for r in rows[sheet] if not (r["name"] in names or names.add(r["name"]))]  # type: ignore[func-returns-value]
    mentors = {row["mentor_id"]: row for row in rows["mentor"]}
    mentees = {row["mentee_id"]: row for row in rows["individual"] + rows["organisation"]}
    pairs = {
        pairing["pairing_id"]: Pair(
            mentors[pairing["mentor_id"]], mentees[pairing["mentee_id"]], pairing
        )
        for pairing in rows["pairing"]
        if pairing["status"] == "帮带中"
        and pairing["mentor_id"] in mentors
        and pairing["mentee_id"] in mentees
    }
    chosen = list(pairs.values())
    helped = {pair.mentee["name"] for pair in chosen}
    return Cast(
        rows,
        list({pair.mentor["name"]: pair.mentor for pair in chosen}.values()),
        [row for row in rows["individual"] if row["name"] in helped],
        rows["organisation"],
        chosen,
        list(_contacts(rows["log"], pairs))[::3],
    )


def _contacts(entries: list[Fields], pairs: dict[str, Pair]) -> list[Contact]:
    """Return one entry a pair and day: what tells two entries apart stands in every layout."""
    found: dict[tuple[str, date], Contact] = {}
    for entry in entries:
        code, *others = entry["pairing_ids"]
        if others or code not in pairs:
            continue
        pair = pairs[code]
        if pair.pairing["paired_on"] <= entry["date"] <= pair.pairing["until"]:
            found.setdefault((code, entry["date"]), Contact(entry, pair))
    return list(found.values())


@dataclass(frozen=True)
class Hand:
    """How one clerk writes days, months and telephone numbers: one way in a whole file."""

    day_style: str
    month_style: str
    phone_style: str

    @classmethod
    def of(cls, *seeds: object) -> Hand:
        rng = random.Random("/".join(map(str, seeds)))
        return cls(
            rng.choice(("cell", "dots", "hyphens", "hanzi")),
            rng.choice(("dots", "hyphens", "hanzi")),
            rng.choice(("text", "number")),
        )

    def day(self, value: date) -> Any:
        """Return a whole date as a cell."""
        return value if self.day_style == "cell" else _spelt(value, self.day_style)

    def month(self, value: date | None) -> str | None:
        """Return a month as text: as a number, 1978.10 would be 1978.1."""
        if value is None:
            return None
        return {
            "dots": f"{value.year}.{value.month:02d}",
            "hyphens": f"{value.year}-{value.month:02d}",
            "hanzi": f"{value.year}年{value.month}月",
        }[self.month_style]

    def phone(self, typed: str) -> Any:
        """Return a telephone number as text or, where it can be one, as a number."""
        as_number = self.phone_style == "number" and typed.isdigit() and not typed.startswith("0")
        return int(typed) if as_number else typed


def _spelt(value: date, style: str) -> str:
    spelt = {
        "dots": f"{value.year}.{value.month}.{value.day}",
        "hyphens": value.isoformat(),
        "hanzi": f"{value.year}年{value.month}月{value.day}日",
    }
    return spelt[style]
