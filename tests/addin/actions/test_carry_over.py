"""A ledger carried over says on any day what both years' ledgers say when they are read together."""

from __future__ import annotations

import random
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin.actions.ledger_set import fill_ids
from addin.actions.new.carry_over import carry_over
from addin.actions.new.start import start_ledger
from addin.actions.tidy import rewritings, tidy_updates
from addin.actions.update import update_ledgers
from addin.domain.log_hints.records import log_hints
from addin.domain.rollup import RollUp, roll_up
from addin.domain.summaries import summarise
from addin.ribbon.session import selected_rows
from addin.sentences import numbers_lines
from tests import build
from validators.cells import Cell, FormulaError, Uncalculated
from validators.divisions import find_unit
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.sheets import SHEETS
from validators.validation import settings_of, validate
from workbooks import examples
from workbooks.live import reading
from workbooks.reader import read_ledger
from workbooks.samples import write_samples
from workbooks.template.layout import RawText, shown
from workbooks.template.workbook import write_ledger

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
                duty_ids=rng.choice([None, *own]),
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


# --- ledgers with people and pairings of all kinds, written by hand ---


def a_past() -> World:
    """Return a ledger of 2026 with pairings that run, ended lately and long ago, joint entries."""
    world = numbered(cells_of(build.a_ledger()))
    world["unit"] = [build.a_unit(reported_on=CLOSED)]
    world["mentor"] = [build.a_mentor(n, born=date(1970, n, 1)) for n in range(1, 6)]
    states = ["帮带中", "帮带中", "待结对", "期满出师", "期满出师", "退出", "帮带中"]
    world["individual"] = [
        build.an_individual(n, status=status, born=date(1990, n, 1), status_since=date(2026, 3, 2))
        for n, status in enumerate(states, 1)
    ]
    world["pairing"] = [
        _pairing(1, 1, 1, date(2026, 3, 1), "帮带中"),
        _pairing(2, 2, 2, date(2026, 6, 1), "帮带中"),
        _pairing(3, 3, 3, date(2025, 9, 1), "期满"),
        _pairing(4, 1, 4, date(2025, 7, 1), "期满"),  # fit to be a mentor
        _pairing(5, 2, 5, date(2024, 2, 1), "期满"),  # long over, nobody needs it
        _pairing(6, 4, 6, date(2023, 2, 1), "终止"),  # the last one of mentor 4
        _pairing(7, 1, 7, date(2024, 3, 1), "期满"),  # mentee 7 is kept, so is this
        _pairing(8, 5, 7, date(2026, 1, 5), "帮带中"),
        _pairing(9, 5, 5, date(2023, 1, 5), "期满"),  # joint with 5, long over
    ]
    world["pairing"][5]["end_reason"] = "导师调动离岗"
    world["organisation"] = []
    world["duty"] = [
        build.a_duty(n, pairing_id=row["pairing_id"], starts_on=row["paired_on"],
                     due_on=row["until"], target=3)
        for n, row in enumerate(world["pairing"], 1)
    ]  # fmt: skip
    world["log"] = [
        build.a_log_entry(
            10 * n + at,
            date=min(row["paired_on"] + timedelta(20 + 31 * at), CLOSED),
            pairing_ids=row["pairing_id"],
            duty_ids=build.code("ZR", n) if at % 2 else None,
            content=f"第 {n} 对第 {at} 次，看账本、去田里、问困难",
        )
        for n, row in enumerate(world["pairing"], 1)
        for at in range(9)
    ]
    world["log"][40]["pairing_ids"] = "、".join(build.code("J", n) for n in (5, 9))
    world["assessment"] = [
        build.an_assessment(n, mentee_id=build.code("G", 1 + n % 7), assessed_on=day,
                            signed_on=None, industry=1 + n % 3, satisfaction=1 + n % 5)
        for n, day in enumerate(
            [date(2026, 3, 20) + timedelta(25 * at) for at in range(11)], 1)
    ]  # fmt: skip
    world["completion"] = [
        build.a_completion(pairing_id=build.code("J", 3), assessed_on=date(2026, 9, 2), score=60,
                           rating="不合格", conclusion="调整"),
        build.a_completion(pairing_id=build.code("J", 4), assessed_on=date(2026, 7, 5), score=95,
                           rating="优秀"),
        build.a_completion(pairing_id=build.code("J", 5), assessed_on=date(2025, 2, 5)),
    ]  # fmt: skip
    world["conversion"] = []
    world["misconduct"] = [build.a_misconduct(date=date(2026, 11, 3))]
    world["exchange"] = [
        build.a_post(1), build.a_post(2),
        build.a_post(3, kind="答复", reply_to=build.code("L", 1), date=date(2026, 5, 12)),
    ]  # fmt: skip
    world["flag"] = [
        {"mentee_id": build.code("G", 1), "handling": "已约谈导师"},
        {"mentee_id": build.code("G", 2), "level": "黄"},
    ]
    return world


def _pairing(number: int, mentor: int, mentee: int, start: date, status: str) -> Any:
    return build.a_pairing(
        number,
        mentor_id=build.code("D", mentor),
        mentee_id=build.code("G", mentee),
        paired_on=start,
        ceremony_on=None,
        until=start.replace(year=start.year + 1) - timedelta(1),
        status=status,
    )


def codes(world: World, key: str, name: str) -> set[Any]:
    return {row.get(name) for row in world.get(key, [])}


def test_only_what_is_needed_is_carried_over() -> None:
    kept = carried(a_past(), 2027, CLOSED)

    assert codes(kept, "pairing", "pairing_id") == {
        build.code("J", n) for n in (1, 2, 3, 4, 6, 7, 8)
    }
    assert codes(kept, "individual", "mentee_id") == {
        build.code("G", n) for n in (1, 2, 3, 4, 6, 7)
    }
    assert codes(kept, "completion", "pairing_id") == {build.code("J", n) for n in (3, 4)}
    assert codes(kept, "exchange", "exchange_id") == {build.code("L", 2)}
    assert codes(kept, "flag", "handling") == {"已约谈导师"}
    for key in ("pairing", "completion", "assessment", "misconduct"):
        assert codes(kept, key, "carried") == {"上年结转"}
    errors = [f for f in validate(ledger_of(kept), RuleContext(CLOSED)) if f.level == "error"]
    assert errors == []


def test_the_ledger_of_all_kinds_is_judged_alike_two_years_on() -> None:
    rng, old = random.Random(3), a_past()
    kept = carried(old, 2027, CLOSED)
    added = new_rows(kept, 2027, rng)
    assert_judged_alike(old, kept, added, [date(2027, 1, 2), date(2027, 3, 15), date(2027, 12, 31)])

    closed = date(2027, 12, 30)
    year = below(kept, added)
    again = carried(year, 2028, closed)
    more = new_rows(again, 2028, rng)
    every = together(together(old, kept, added), again, {})
    assert_judged_alike(every, again, more, [date(2028, 1, 8), date(2028, 2, 20)])
    days = [row["date"] for row in again["carried_log"]]
    assert {day.year for day in days if isinstance(day, date)} >= {2026, 2027}


def test_blank_ids_are_filled_before_they_are_carried() -> None:
    old = a_past()
    for key, name in (("pairing", "pairing_id"), ("log", "log_id"), ("individual", "mentee_id")):
        old[key][-1] = {**old[key][-1], name: None}
    old["pairing"].append(
        {**old["pairing"][0], "pairing_id": None, "mentee_id": build.code("G", 3)}
    )

    kept = carried(old, 2027, CLOSED)

    assert None not in codes(kept, "pairing", "pairing_id")
    assert None not in codes(kept, "carried_log", "log_id")
    assert build.code("J", 10) in codes(kept, "pairing", "pairing_id")


def test_what_cannot_be_read_is_carried_as_it_was_typed() -> None:
    old = a_past()
    old["log"][3] |= {"date": "11月上旬", "pairing_ids": "5号"}
    old["mentor"][1] |= {"phone": "换号了", "born": 45, "appointed_until": FormulaError("#REF!")}
    old["completion"][0] |= {"score": "优", "conclusion": Uncalculated("A1")}
    old["unit"][0] |= {"office_phone": "见通讯录"}

    kept = carried(old, 2027, CLOSED)

    entry = next(row for row in kept["carried_log"] if row["log_id"] == old["log"][3]["log_id"])
    assert (entry["date"], entry["pairing_ids"]) == ("11月上旬", "5号")
    mentor = kept["mentor"][1]
    assert [mentor[name] for name in ("phone", "born", "appointed_until")] == [
        "换号了", 45, FormulaError("#REF!"),
    ]  # fmt: skip
    assert kept["completion"][0]["score"] == "优"
    assert kept["completion"][0]["conclusion"] == FormulaError("#N/A")
    assert kept["unit"][0]["office_phone"] == "见通讯录"
    # the entry may be one of pairing 5, which is kept with its mentee for that
    assert build.code("J", 5) in codes(kept, "pairing", "pairing_id")


_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "上旬", "2026.11.3", "无法识别", "J17", "5号", "帮帶中", date(2027, 2, 1),
     date(2019, 1, 1), "J640402104-005、J640402104-001", "G640402104-002", "无", 3, 99, "优秀"]
)  # fmt: skip
_COLUMNS = {
    "log": ["date", "pairing_ids", "duty_ids", "aspect", "method", "content", "log_id"],
    "pairing": ["pairing_id", "mentor_id", "mentee_id", "status", "paired_on", "until"],
    "individual": ["mentee_id", "status", "chosen_on", "industry", "name"],
    "duty": ["duty_id", "pairing_id", "aspect", "target", "due_on"],
    "assessment": ["mentee_id", "assessed_on", "industry", "satisfaction"],
    "completion": ["pairing_id", "score", "rating", "assessed_on"],
    "mentor": ["status", "capacity", "appointed_until"],
}
_EDITS = st.lists(
    st.sampled_from([(key, name) for key, names in _COLUMNS.items() for name in names]).flatmap(
        lambda at: st.tuples(st.just(at), st.integers(0, 80), _ODD)
    ),
    max_size=8,
)


@given(edits=_EDITS, seed=st.integers(0, 99), offset=st.integers(0, 30))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_the_cells_both_years_are_judged_alike(
    edits: list[tuple[tuple[str, str], int, Any]], seed: int, offset: int
) -> None:
    world = a_past()
    for (key, name), row, cell in edits:
        world[key][row % len(world[key])][name] = cell
    old = numbered(world)
    kept = carried(old, 2027, CLOSED)

    day = date(2027, 1, 1) + timedelta(offset)

    assert_judged_alike(old, kept, new_rows(kept, 2027, random.Random(seed)), [day])


# --- what must not count last year again ---


def test_last_years_rows_are_not_counted_as_this_years() -> None:
    kept = carried(a_past(), 2027, CLOSED)
    day = date(2027, 1, 31)
    ledger = ledger_of(below(kept, {"log": [build.a_log_entry(900, date=date(2027, 1, 9))]}))
    own, _ = settings_of(ledger, None)
    validate(ledger, RuleContext(day, own))

    figures = summarise(ledger, day, own).total()

    assert figures.entries == 1
    assert figures.contacts == {"2027-01": 1}
    assert figures.completions == {}
    assert figures.accepted == figures.rows > len(kept["carried_log"])


_TWELVE = (
    "核对低保名册", "察看冷库工地", "讲发展党员流程", "商量灌溉用水", "整理会议记录", "听取群众意见",
    "学习信访条例", "清点集体资产", "联系收购商", "修改述职材料", "走访退伍老兵", "布置防火巡查",
)  # fmt: skip
"""More entries of one day than the hints let pass."""


def test_record_hints_pass_over_what_was_carried() -> None:
    old = a_past()
    same = "到村里查看了养殖圈棚的建设进度，核对了补贴申报材料，讲清了验收的要求和时间安排"
    old["log"][0]["content"] = old["log"][9]["content"] = same
    old["log"] += [
        build.a_log_entry(500 + n, date=date(2026, 12, 1), content=content)
        for n, content in enumerate(_TWELVE)
    ]
    kept = carried(old, 2027, CLOSED)
    again = build.a_log_entry(900, date=date(2027, 1, 9), content=same)

    def found(world: World) -> tuple[set[str], set[str]]:
        ledger = ledger_of(world)
        own, _ = settings_of(ledger, None)
        validate(ledger, RuleContext(date(2027, 1, 31), own))
        copies, hints = log_hints(ledger, own, date(2027, 1, 31))
        return {copy.log_id for copy in copies}, {hint.code for hint in hints}

    copies, kinds = found(old)
    assert old["log"][9]["log_id"] in copies
    assert "day.many" in kinds
    assert found(kept) == (set(), set())
    assert found(below(kept, {"log": [again]})) == ({again["log_id"]}, set())


# --- files ---

SAMPLE = Path(examples.__file__).parent / examples.FILLED


def records_of(path: Path, day: date) -> RollUp:
    ledger = read_ledger(path).ledger
    own, _ = settings_of(ledger, None)
    validate(ledger, RuleContext(day, own))
    return roll_up(ledger, own, day)


def test_the_day_after_carrying_the_shipped_sample_over_nobody_turns_red(tmp_path: Path) -> None:
    out, last_day = tmp_path / "明年.xlsx", date(2026, 12, 31)
    started = start_ledger(
        "开城镇", out, year=2027, as_of=last_day, last=read_ledger(SAMPLE).ledger
    )

    for day in (date(2027, 1, 1), date(2027, 1, 20)):
        before, after = records_of(SAMPLE, day), records_of(out, day)
        assert [flag.as_row() for flag in after.flags] == [flag.as_row() for flag in before.flags]
        assert said(after).changes == said(before).changes
        # the old ledger judges 2026, the new one 2027
        assert {award.year for award in before.awards} == {2026}
        assert {award.year for award in after.awards} <= {2027}
    assert "上年日志 " in started.sentence


def test_what_is_written_goes_to_the_sheet_it_was_read_from(tmp_path: Path) -> None:
    last, this = (build.a_log_entry(date=day, log_id=None) for day in ("2026.11.3", "2027-1-4"))
    rows = {**build.a_world(), "carried_log": [last, last], "log": [this]}
    rows["unit"] = [build.a_unit(year=2027)]
    path, out = tmp_path / "今年.xlsx", tmp_path / "新.xlsx"
    write_ledger(path, find_unit("开城镇"), 2027, rows=rows, as_of=date(2027, 1, 5))

    update_ledgers(path, out, as_of=date(2027, 1, 5), generated=datetime(2027, 1, 5, 9))
    written = cells_of(read_ledger(out).ledger)
    tidied = tidy_updates(rewritings(read_ledger(out).ledger))
    ledger = read_ledger(path).ledger
    told = list(numbers_lines(ledger, fill_ids(ledger)[1]))

    assert [row["log_id"] for row in written["log"]] == [build.code("R", 1)]
    assert [row["log_id"] for row in written["carried_log"]] == [
        build.code("R", 2), build.code("R", 3),
    ]  # fmt: skip
    assert {update.key: set(update.cells) for update in tidied} == {
        "log": {(4, "date")}, "carried_log": {(4, "date"), (5, "date")},
    }  # fmt: skip
    assert [text.split(" ")[0] for text in told] == ["工作日志", "上年日志"]


@pytest.mark.parametrize("tab", ["工作日志", "上年日志"])
def test_rows_selected_in_one_log_are_not_those_of_the_other(
    tab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = carried(a_past(), 2027, CLOSED)
    ledger = ledger_of(below(kept, {"log": [build.a_log_entry(n) for n in (900, 901, 902)]}))
    book = SimpleNamespace(name="今年.xlsx")
    sheet = SimpleNamespace(name=tab, book=book)
    chosen = SimpleNamespace(sheet=sheet, address="$A$5:$C$6")
    monkeypatch.setattr(reading, "selection", lambda _: chosen)

    selected = selected_rows(book, ledger)  # type: ignore[arg-type]

    assert selected is not None
    places = [selected.table.place(row, "date") for row in selected.indexes]
    assert [(place.sheet, place.row) for place in places] == [(tab, 5), (tab, 6)]
