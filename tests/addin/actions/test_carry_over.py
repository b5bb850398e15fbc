"""A ledger carried over says on any day what both years' ledgers say when they are read together."""

from __future__ import annotations

import random
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin.actions.new.start import carry_over, start_ledger
from addin.actions.update import fill_ids
from addin.domain.log_hints.bunched import hints
from addin.domain.log_hints.copied import copied
from addin.domain.rollup import RollUp, roll_up
from addin.domain.summaries import summarise
from tests import build
from validators.cells import Cell
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.sheets import SHEETS, TABLES, CarriedLogRow, LogEntryRow
from validators.validation import settings_of, validate
from workbooks.reader import read_ledger
from workbooks.samples import write_samples
from workbooks.template.layout import RawText, shown

World = dict[str, list[dict[str, Cell | None]]]
CLOSED = date(2026, 12, 28)
"""The day last year's ledgers are carried over."""


# --- ledgers as cells, so that they are read together by putting rows below each other ---


def cells_of(ledger: Ledger) -> World:
    """Return the cells of a ledger as typed, by the sheet they stand on."""
    world: World = {model.sheet.key: [] for model in SHEETS}
    for table in ledger.tables.values():
        for part in table.parts:
            names = {name: column.cells for name, column in part.columns.items()}
            world[part.key] += [
                {name: cells.cell(row) for name, cells in names.items()} for row in range(len(part))
            ]
    return world


def ledger_of(world: World) -> Ledger:
    form = [{**build.a_unit(), **row} for row in world["unit"]]
    rows = {key: world.get(key, []) for key in (m.sheet.key for m in SHEETS) if key != "unit"}
    return build.a_ledger(form=form, **rows)


def judged(world: World, day: date) -> RollUp:
    ledger = ledger_of(world)
    own, _ = settings_of(ledger, None)
    validate(ledger, RuleContext(day, own))
    return roll_up(ledger, own, day)


def numbered(world: World) -> World:
    """Return the rows with every ID, as they are carried over."""
    ledger = ledger_of(world)
    validate(ledger, RuleContext(CLOSED))
    return cells_of(fill_ids(ledger)[0])


def carried(world: World, year: int, day: date) -> World:
    rows, values = carry_over(ledger_of(world), year, day)
    new: World = {key: [dict(zip(r, map(_cell, r.values()), strict=True)) for r in kept]
                  for key, kept in rows.items()}  # fmt: skip
    new["unit"] = [{**new["unit"][0], "year": year, "reported_on": day}]
    new["setting"] = [{"name": name, "value": value} for name, value in values.items()]
    return new


def _cell(value: Any) -> Any:
    return value.cell if isinstance(value, RawText) else shown(value)


def together(old: World, new_year: World, added: World) -> World:
    """Return both years' rows in one ledger, which is that of the new year."""
    world = deepcopy(old)
    world["unit"] = new_year["unit"]
    return below(world, added)


def below(world: World, added: World) -> World:
    return {**world, **{key: [*world.get(key, []), *rows] for key, rows in added.items()}}


# --- a new year's rows ---


def new_rows(kept: World, year: int, rng: random.Random) -> World:
    """Return what a clerk may type in the new year about those the new ledger holds."""
    pairings = [r for r in kept["pairing"] if r.get("status") == "帮带中" and r.get("pairing_id")]
    duties = kept.get("duty", [])
    rows: World = {"log": [], "assessment": [], "completion": [], "misconduct": []}
    for number in range(40):
        pairing = rng.choice(pairings)
        own = [d["duty_id"] for d in duties if d.get("pairing_id") == pairing["pairing_id"]]
        rows["log"].append(
            build.a_log_entry(
                90_000 + 100 * (year - 2027) + number,
                date=date(year, 1, 1) + timedelta(rng.randrange(120)),
                pairing_ids=pairing["pairing_id"],
                duty_id=rng.choice([None, *own]),
                aspect=rng.choice(["产业发展", "业务能力", "基层治理"]),
                content=f"第 {number} 次上门，看账目和进度",
            )
        )
    for number in range(6):
        pairing = rng.choice(pairings)
        scores = {name: rng.randint(1, 5) for name in ("conduct", "industry", "competence")}
        rows["assessment"].append(
            build.an_assessment(
                9_000 + 100 * (year - 2027) + number,
                mentee_id=pairing["mentee_id"],
                assessed_on=date(year, 1, 1) + timedelta(rng.randrange(120)),
                signed_on=None,
                satisfaction=rng.randint(1, 5),
                **scores,
            )
        )
    rows["completion"].append(
        build.a_completion(pairing_id=pairings[0]["pairing_id"], assessed_on=date(year, 2, 10))
    )
    mentor = rng.choice(kept["mentor"])
    rows["misconduct"].append(
        build.a_misconduct(participant_id=mentor.get("mentor_id"), date=date(year, 1, 20))
    )
    return rows


# --- the property ---


@dataclass(frozen=True)
class Said:
    flags: list[dict[str, Any]]
    duties: dict[str, tuple[Any, ...]]
    growth: dict[str, dict[str, Any]]
    awards: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def said(records: RollUp, duties: Iterable[Any] = (), mentees: Iterable[Any] = ()) -> Said:
    states = {
        state.duty_id: (*state.as_row().values(), state.entries)
        for state in records.duties
        if state.duty_id in {*duties}
    }
    growth = {g.mentee_id: g.as_row() for g in records.growths if g.mentee_id in {*mentees}}
    return Said(
        [flag.as_row() for flag in records.flags],
        states,
        growth,
        [award.as_row() for award in records.awards],
        [change.as_row() for change in records.changes],
    )


def assert_judged_alike(old: World, kept: World, added: World, days: Iterable[date]) -> None:
    both, new = together(old, kept, added), below(kept, added)
    duties = [row.get("duty_id") for row in kept.get("duty", [])]
    mentees = [r.get("mentee_id") for k in ("individual", "organisation") for r in kept.get(k, [])]
    for day in days:
        expected = said(judged(both, day), duties, mentees)
        got = said(judged(new, day), duties, mentees)
        assert got.flags == expected.flags, day
        assert got.duties == expected.duties, day
        assert got.growth == expected.growth, day
        assert got.awards == expected.awards, day
        assert got.changes == expected.changes, day


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    """Return four townships' ledgers at the end of 2026, with planted errors, every ID filled."""
    folder = tmp_path_factory.mktemp("samples")
    for seed in (5, 8):
        write_samples(
            folder / str(seed), townships=2, log_rows=250, error_rate=0.06, seed=seed,
            as_of=CLOSED, jobs=1,
        )  # fmt: skip
    ledgers = [read_ledger(path).ledger for path in sorted(folder.rglob("*.xlsx"))]
    return [numbered(cells_of(one)) for one in ledgers]


def test_carried_over_samples_are_judged_as_both_years_together(samples: list[World]) -> None:
    rng = random.Random(1)
    for old in samples:
        kept = carried(old, 2027, CLOSED)
        days = [date(2027, 1, 1), date(2027, 1, rng.randint(2, 31)), date(2027, 4, 2)]
        assert_judged_alike(old, kept, new_rows(kept, 2027, rng), days)
        assert len(kept["carried_log"]) > 50
        assert judged(kept, days[0]).flags
