"""What clerks type into the sheets bangdai writes: exactly that is told, by what the row is about."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin.actions.consolidate import consolidate
from addin.actions.exchange.compare import compare_files
from addin.domain.changes import ChangeKind
from tests.addin.actions.returned.test_round_trip import listed
from validators.divisions import by_code, full_name
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF, UNIT = date(2026, 6, 30), by_code()["640402104"]
Rows = list[dict[str, Any]]
ABOUT = {"结对建议": ("mentee_id", "mentor_id"), "预警名单": ("mentee_id",),
         "导师库调整": ("mentor_id", "change")}  # fmt: skip
KEYS = {"结对建议": "suggestion", "预警名单": "flag", "导师库调整": "pool"}
TYPED: dict[str, dict[str, tuple[str, tuple[object, ...]]]] = {
    "结对建议": {
        "decision": ("采纳", ("采纳", "组织指定", "不予结对")),
        "mentor_opinion": ("导师意见", ("同意", "服从安排")),
        "mentee_opinion": ("对象意见", ("同意", "不同意")),
        "remark": ("备注", ("已与本人谈话", "=待定")),
    },
    "预警名单": {
        "handling": ("处理情况", ("已上门了解", "责成导师 本周补访\n并报结果", "核" * 20_000)),
        "handled_on": ("处理日期", (AS_OF, AS_OF - timedelta(days=9))),
    },
    "导师库调整": {
        "decision": ("决定", ("同意", "暂缓", "不同意")),
        "decided_on": ("日期", (AS_OF - timedelta(days=3), AS_OF - timedelta(days=4))),
    },
}


def generated(rows: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return rows as bangdai writes them, nothing typed: some mentees twice, one without a mentor."""
    mentees, mentors = rows["individual"], rows["mentor"]
    pairs = {(row["mentee_id"], row["mentor_id"]) for row in rows["pairing"]}
    return {
        "结对建议": [
            {"mentee_id": mentee["mentee_id"], "mentor_id": mentor and mentor["mentor_id"],
             "score": 60.5 + at, "reason": "同村，产业发展见长"}
            for at, mentee in enumerate(mentees[:7])
            for mentor in (mentors[at], None if at == 3 else mentors[at + 1])
            if not mentor or (mentee["mentee_id"], mentor["mentor_id"]) not in pairs
        ],
        "预警名单": [
            {"mentee_id": mentee["mentee_id"], "mentors": "张建国", "level": "黄", "score": 20 + at,
             "facts": "2026-05 没有联系"}
            for at, mentee in enumerate(mentees[:9])
        ],
        "导师库调整": [
            {"mentor_id": mentor["mentor_id"], "change": change, "reason": "聘期已满"}
            for mentor in mentors[:5]
            for change in ("暂停", "增加帮带人数")
        ],
    }  # fmt: skip


def type_in(sheet: str, rows: Iterable[dict[str, Any]], draw: random.Random) -> None:
    """Type into some cells, and empty some."""
    for row in rows:
        for name, (_, words) in TYPED[sheet].items():
            if draw.random() < 0.3:
                row[name] = draw.choice([*words, None])


def run_again(sheet: str, rows: Rows, draw: random.Random) -> Rows:
    """Return what another run would write: rows nobody typed in are gone, figures and order differ."""
    kept = [r for r in rows if any(r.get(n) for n in TYPED[sheet]) or draw.random() < 0.6]
    for row in kept:
        row.update({"score": 33} if sheet != "导师库调整" else {"reason": "另一理由"})
    return draw.sample(kept, len(kept))


def cells(tables: Mapping[str, Rows]) -> dict[tuple[str, str, str], str]:
    """Return what is typed, by sheet, what the row is about, and heading."""
    return {
        (sheet, "、".join(str(row[n]) for n in ABOUT[sheet] if row[n]), heading): str(row[name])
        for sheet, rows in tables.items()
        for row in rows
        for name, (heading, _) in TYPED[sheet].items()
        if row.get(name)
    }


def write(path: Path, rows: Mapping[str, Rows], tables: Mapping[str, Rows]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    both = {**rows, **{KEYS[sheet]: listed for sheet, listed in tables.items()}}
    write_ledger(path, UNIT, AS_OF.year, rows=both, as_of=AS_OF)


def shown(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:400]}……"


def of_generated(lines: Iterable[Any]) -> list[tuple[str, ...]]:
    """Return the lines on the generated sheets without their unit."""
    return sorted(
        tuple(map(str, line[1:7])) for line in lines if line[1] in ABOUT and line[3] == "修改"
    )


@pytest.mark.parametrize("seed", [1])
def test_what_is_typed_is_told_with_old_and_new_and_what_is_computed_is_not(
    seed: int, tmp_path: Path
) -> None:
    draw = random.Random(seed)
    rows = clean_rows(UNIT.code, seed=5, as_of=AS_OF, log_rows=30)
    before = generated(rows)
    for sheet, listed_rows in before.items():
        type_in(sheet, listed_rows, draw)
    after = {s: run_again(s, [dict(r) for r in listed], draw) for s, listed in before.items()}
    for sheet, listed_rows in after.items():
        type_in(sheet, listed_rows, draw)
    name = f"{full_name(UNIT)}.xlsx"
    write(tmp_path / "上期" / name, rows, before)
    write(tmp_path / "本期" / name, rows, after)
    was, now = cells(before), cells(after)
    expected = sorted(
        (sheet, key, "修改", heading, old, new)
        for sheet, key, heading in was.keys() | now.keys()
        if (old := was.get((sheet, key, heading), ""))
        != (new := now.get((sheet, key, heading), ""))
    )
    assert len(expected) > 12

    told = compare_files(tmp_path / "上期" / name, tmp_path / "本期" / name, as_of=AS_OF)
    assert of_generated(told.comparison.changes) == expected

    old, new, bare = (tmp_path / f"{word}.xlsx" for word in ("上期", "本期", "无记忆"))
    consolidate([tmp_path / "上期"], old, as_of=AS_OF)
    consolidate([tmp_path / "本期"], new, as_of=AS_OF, previous=old)
    assert of_generated(listed(new)[0]) == [
        (*line[:4], shown(line[4]), shown(line[5])) for line in expected
    ]
    assert of_generated(compare_files(old, new, as_of=AS_OF).comparison.changes) == expected

    forget(old, bare)
    changes = compare_files(bare, new, as_of=AS_OF).comparison.changes
    assert [change for change in changes if change.kind is ChangeKind.CHANGED] == []


def forget(path: Path, target: Path) -> None:
    """Make of a consolidated workbook one of the time when it did not remember these sheets."""
    book = openpyxl.load_workbook(path)
    memory = book["_汇总数据"]
    for row in range(memory.max_row, 1, -1):
        if any(sheet in str(memory.cell(row, 2).value) for sheet in ABOUT):
            memory.delete_rows(row)
    book.save(target)


def test_the_first_word_typed_is_told_and_a_suggestion_that_became_a_pairing_is_not(
    tmp_path: Path,
) -> None:
    rows = clean_rows(UNIT.code, seed=5, as_of=AS_OF, log_rows=30)
    pairing = rows["pairing"][0]
    suggested: Rows = [{"mentee_id": pairing["mentee_id"], "mentor_id": pairing["mentor_id"],
                        "reason": "同村，产业发展见长", "decision": "采纳"}]  # fmt: skip
    flagged: Rows = [{"mentee_id": pairing["mentee_id"], "level": "黄", "facts": "没有联系"}]
    name = f"{full_name(UNIT)}.xlsx"
    unpaired = {**rows, "pairing": rows["pairing"][1:]}
    write(tmp_path / "一" / name, unpaired, {"结对建议": suggested, "预警名单": flagged})
    write(tmp_path / "二" / name, rows, {"预警名单": [{**flagged[0], "handling": "已约谈导师"}]})
    for each in ("一", "二"):
        consolidate([tmp_path / each], tmp_path / f"{each}.xlsx", as_of=AS_OF)

    told = compare_files(tmp_path / "一.xlsx", tmp_path / "二.xlsx", as_of=AS_OF).comparison

    assert [
        (c.sheet, c.key, c.heading, c.new) for c in told.changes if not c.kind.startswith("问题")
    ] == [
        ("结对台账", pairing["pairing_id"], "", told.changes[0].new),
        ("预警名单", pairing["mentee_id"], "处理情况", "已约谈导师"),
    ]
