"""Changes between two states: exactly the edits that were made, however rows were moved about."""

from __future__ import annotations

import random
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.changes import Change, ChangeKind, PlacedFinding, RowSet, State, compare_states
from validators.cells import BLANK, encode
from validators.findings import Finding
from validators.sheets import CompletionRow, ExchangeRow, LogEntryRow, PairingRow, Row
from validators.vocabulary import Level, Source

FIELDS = ("log_id", "date", "pairing_ids", "aspect", "method", "place", "content")
HEADINGS = dict(
    zip(
        FIELDS,
        ("日志编号", "日期", "结对编号", "帮带方面", "帮带方法", "地点", "内容"),
        strict=True,
    )
)
NAME = LogEntryRow.sheet.name
Entry = dict[str, str]
Told = set[tuple[str, ChangeKind, str, str, str]]


def row_set(rows: Iterable[Mapping[str, str]], model: type[Row] = LogEntryRow) -> RowSet:
    listed = list(rows)
    columns = {name: encode(row[name] or None for row in listed) for name in listed[0]}
    return RowSet(model, columns, array("i", range(4, 4 + len(listed))))


def state(
    rows: Iterable[Mapping[str, str]], *findings: PlacedFinding, model: type[Row] = LogEntryRow
) -> State:
    return State("开城镇", {model.sheet.name: row_set(rows, model)}, findings)


def entries(count: int, draw: random.Random) -> list[Entry]:
    return [
        {
            "log_id": f"R640402104-{number:05d}",
            "date": f"2026-0{draw.randrange(1, 7)}-1{draw.randrange(10)}",
            "pairing_ids": f"J640402104-00{draw.randrange(9)}",
            "aspect": draw.choice(("业务能力", "产业发展")),
            "method": draw.choice(("布置作业法", "交流提高法")),
            "place": draw.choice(("村部", "镇政府", "")),
            "content": f"第 {number} 次走访，谈了{draw.choice('甲乙丙丁')}件事",
        }
        for number in range(1, count + 1)
    ]  # fmt: skip


def told(changes: Iterable[Change]) -> Told:
    return {
        (c.key, c.kind, c.heading, *((c.old, c.new) if c.heading else ("", ""))) for c in changes
    }


@given(st.integers(0, 10**6))
def test_exactly_the_edits_are_listed_whatever_the_order_of_rows(seed: int) -> None:
    draw = random.Random(seed)
    before = entries(draw.randrange(4, 40), draw)
    after = [dict(row) for row in before]
    expected: Told = set()
    for row in draw.sample(after, 3):
        field = draw.choice(FIELDS[3:])
        new = f"改{draw.randrange(10**6)}"
        expected.add((row["log_id"], ChangeKind.CHANGED, HEADINGS[field], row[field], new))
        row[field] = new
    untouched = [row for row in after if row["log_id"] not in {key for key, *_ in expected}]
    for row in draw.sample(untouched, min(2, len(untouched) - 1)):
        after.remove(row)
        expected.add((row["log_id"], ChangeKind.REMOVED, "", "", ""))
    for number in range(draw.randrange(3)):
        row = {**before[0], "log_id": f"R640402104-9000{number}", "content": f"新的 {number}"}
        after.append(row)
        expected.add((row["log_id"], ChangeKind.ADDED, "", "", ""))
    draw.shuffle(after)

    comparison = compare_states(state(before), state(after))

    assert told(comparison.changes) == expected
    assert len(comparison.changes) == len(told(comparison.changes))


def test_ids_filled_in_and_ids_changed_are_changes_of_a_cell_and_no_new_rows() -> None:
    draw = random.Random(3)
    before = entries(6, draw)
    after = [dict(row) for row in before]
    before[0]["log_id"] = ""  # filled in
    before[2]["log_id"] = before[1]["log_id"]  # was there twice
    before[3]["log_id"] = "R64040210-4"  # was no ID
    before[4]["log_id"], after[4]["content"] = "", "写详细了"

    comparison = compare_states(state(before), state(after))

    assert told(comparison.changes) == {
        (after[0]["log_id"], ChangeKind.CHANGED, "日志编号", "", after[0]["log_id"]),
        (after[2]["log_id"], ChangeKind.CHANGED, "日志编号", before[1]["log_id"], after[2]["log_id"]),
        (after[3]["log_id"], ChangeKind.CHANGED, "日志编号", "R64040210-4", after[3]["log_id"]),
        (after[4]["log_id"], ChangeKind.CHANGED, "日志编号", "", after[4]["log_id"]),
        (after[4]["log_id"], ChangeKind.CHANGED, "内容", before[4]["content"], "写详细了"),
    }  # fmt: skip


def test_a_row_with_a_cut_off_id_is_the_same_row_under_its_right_one() -> None:
    before = entries(3, random.Random(3))
    after = [dict(row) for row in before]
    before[1]["log_id"] = "R640402104-12"
    after[1]["content"] = "另一段话"

    changes = compare_states(state(before), state(after)).changes

    assert [(c.heading, c.old) for c in changes] == [
        ("日志编号", "R640402104-12"),
        ("内容", before[1]["content"]),
    ]


def test_rows_without_ids_continue_the_most_alike_of_their_unit() -> None:
    before = [
        {
            "pairing_id": f"J640402104-00{n}",
            "assessed_on": "2026-06-01",
            "score": f"8{n}",
            "rating": "合格",
            "conclusion": "出师",
        }
        for n in range(5)
    ]
    after = [dict(row) for row in reversed(before)]
    after[1]["score"] = "95"
    after[1]["rating"] = "优秀"

    changes = compare_states(
        state(before, model=CompletionRow), state(after, model=CompletionRow)
    ).changes

    assert [(c.kind, c.heading, c.old, c.new) for c in changes] == [
        (ChangeKind.CHANGED, "得分", "83", "95"), (ChangeKind.CHANGED, "等次", "合格", "优秀"),
    ]  # fmt: skip


def test_another_writing_of_the_same_value_is_no_change() -> None:
    before = entries(2, random.Random(1))
    after = [dict(row) for row in before]
    before[0]["date"], after[0]["date"] = "2026.5.3", "2026-05-03"
    before[1]["date"], after[1]["date"] = "2026年5月", "2026-05-03"

    changes = compare_states(state(before), state(after)).changes

    assert [(c.old, c.new) for c in changes] == [("2026年5月", "2026-05-03")]


def test_a_word_that_stands_for_no_content_is_no_change_from_an_empty_cell() -> None:
    before = entries(2, random.Random(1))
    after = [dict(row) for row in before]
    before[0]["place"], after[0]["place"] = "—", ""
    before[1]["place"], after[1]["place"] = "", "无"

    assert compare_states(state(before), state(after)).changes == ()


def test_a_column_only_one_state_has_changes_nothing() -> None:
    after = entries(5, random.Random(2))
    before = [{name: text for name, text in row.items() if name != "place"} for row in after]

    assert compare_states(state(before), state(after)).changes == ()


def problem(
    row: int, message: str, heading: str = "日期", level: Level = Level.ERROR
) -> PlacedFinding:
    cell = f"B{row + 4}"
    finding = Finding("a.xlsx", NAME, cell, row + 4, "B", heading, "", level, "", message, "")
    return PlacedFinding(finding, row)


def test_findings_follow_their_rows_whatever_row_numbers_they_name() -> None:
    before = entries(5, random.Random(7))
    after = before[::-1]

    changes = compare_states(
        state(before, problem(0, "与第 5 行重复"), problem(1, "不是有效日期"), problem(2, "提示", level=Level.NOTICE)),
        state(after, problem(4, "与第 9 行重复"), problem(0, "不是有效日期"), problem(2, "提示", level=Level.NOTICE)),
    ).changes  # fmt: skip

    ids = [row["log_id"] for row in before]
    assert [(c.key, c.kind, c.old, c.new) for c in changes] == [
        (ids[1], ChangeKind.FIXED, "不是有效日期", ""),
        (ids[0], ChangeKind.LEFT, "与第 9 行重复", ""),
        (ids[4], ChangeKind.NEW, "", "不是有效日期"),
    ]


def test_a_finding_on_a_sheet_the_other_state_does_not_know_is_told_by_its_cell() -> None:
    rows = entries(2, random.Random(7))
    pairings = state([{"pairing_id": "J640402104-001"}], model=PairingRow)
    before = State("开城镇", pairings.sheets, [problem(1, "不是有效日期")._replace(row=BLANK)])
    sheets = {**pairings.sheets, NAME: row_set(rows)}
    after = State("开城镇", sheets, [problem(1, "不是有效日期")])

    assert [c.kind for c in compare_states(before, after).changes] == [ChangeKind.LEFT]
    assert [c.kind for c in compare_states(after, before).changes] == [ChangeKind.LEFT]


@pytest.mark.parametrize("blank", [True, False])
def test_many_rows_are_compared_by_columns(blank: bool) -> None:
    count = 30_000
    before = [
        {
            "log_id": "" if blank else f"R640402104-{n:06d}",
            "date": f"2026-0{1 + n % 6}-11",
            "content": f"走访 {n}",
        }
        for n in range(count)
    ]
    after = [dict(row) for row in before]
    for row in after[::1000]:
        row["content"] += "，补充"
    sides = state(before), state(after)

    began = time.process_time()
    changes = compare_states(*sides).changes

    assert Counter(c.kind for c in changes) == {ChangeKind.CHANGED: count // 1000}
    assert time.process_time() - began < 1.5


@given(st.lists(st.sampled_from(["", *Source]), max_size=8), st.lists(st.booleans(), min_size=8))
def test_posts_a_superior_sent_down_are_no_change_of_the_townships(
    origins: list[str], there: list[bool]
) -> None:
    posts = [
        {"exchange_id": f"L640402104-000{at}", "title": f"第 {at} 条", "origin": origin}
        for at, origin in enumerate(origins)
    ]
    some = [post for post, stays in zip(posts, there, strict=False) if stays]
    renewed = [{**post, "title": "已更新"} for post in posts]
    base = {"exchange_id": "L640402104-9999", "title": "问", "origin": "本乡镇"}

    def own(changes: Iterable[Change]) -> list[str]:
        return sorted(change.key for change in changes)

    expected = [p["exchange_id"] for p in posts if p["origin"] in {"", Source.TOWNSHIP}]
    added = [code for code in expected if code not in {post["exchange_id"] for post in some}]
    fewer, every, newer = (
        state([base, *rows], model=ExchangeRow) for rows in (some, posts, renewed)
    )
    assert own(compare_states(fewer, every).changes) == added
    assert own(compare_states(every, fewer).changes) == added
    assert own(compare_states(every, newer).changes) == expected
