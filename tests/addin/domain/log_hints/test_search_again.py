"""A search that rests on an earlier one finds what a search of everything finds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.actions.parcels.parcel import packed, save_parcel, sections_of, unpacked
from addin.actions.parcels.searched import log_hints_kept
from addin.actions.validate import ExaminedLedger
from addin.domain.log_hints.copied import KnownSearch
from addin.domain.log_hints.records import log_hints, log_hints_of
from addin.domain.log_hints.sketches import LogSketch, log_sketch
from tests.build import AS_OF, a_ledger, a_log_entry, a_mentor, code
from validators.ledger import Ledger
from validators.settings import Settings

SETTINGS = Settings(day_entries=2, period_entries=3)
WHO = ("朱晓明", "朱晓燕", "沈玉芹", "陈小燕", "王", "")
DONE = (
    "核对养牛合作社的分红名单",
    "商量换届时谁来管冷库的账",
    "看水渠加固后漏不漏水",
    "入户走访了解情况",
)
WHERE = ("在冯庄村部", "到双泉村的冷库旁", "在镇政府会议室")
NEXT = ("入股凭证由会计补齐", "约好下周三前把名单报上来", "钥匙交给新任文书", "")

sentences = st.tuples(
    *map(st.sampled_from, (WHERE, WHO, DONE, DONE, NEXT)), st.sampled_from(["", "8户", "另"])
).map("，".join)
days = st.integers(0, 40).map(lambda past: date(2026, 5, 31) - timedelta(past))
rows = st.tuples(days, sentences, st.integers(1, 3))
logs = st.lists(rows, max_size=12)
names = st.lists(st.sampled_from(["朱晓明", "朱晓燕", "朱燕", "欧阳建国"]), max_size=2, unique=True)
workbooks = st.tuples(logs, names)
folders = st.dictionaries(st.sampled_from(["甲.xlsx", "乙.xlsx", "丙.xlsx"]), workbooks, max_size=3)


def a_workbook(file: str, log: list[tuple[date, str, int]], people: list[str]) -> Ledger:
    entries = [
        a_log_entry(
            number, duty_ids=None, date=day, content=content, pairing_ids=code("J", pairing)
        )
        for number, (day, content, pairing) in enumerate(log, 1)
    ]
    mentors = [a_mentor(number, name=name) for number, name in enumerate(people, 1)]
    return a_ledger(file=file, log=entries, mentor=mentors)


def sketches_in(folder: dict[str, Any]) -> list[LogSketch]:
    return [log_sketch(a_workbook(f, *folder[f]), SETTINGS, AS_OF) for f in sorted(folder)]


def arrays_of(searched: KnownSearch) -> dict[str, Any]:
    """Return all that a later search rests on, but what need not be worked out again."""
    index = searched.skeletons
    values = (index.texts.units, index.runs.counts, index.keys)
    pairs = (index.near.codes, index.near.times, index.held.codes, index.held.times)
    every = {str(at): value.tolist() for at, value in enumerate([*values, *pairs])}
    return every | {file: ranks.tolist() for file, ranks in searched.ranks.items()}


@given(st.lists(folders, min_size=2, max_size=4))
def test_the_search_of_changed_logs_finds_what_a_search_of_everything_finds(
    runs: list[dict[str, Any]],
) -> None:
    known = None
    for folder in runs:
        sketches = sketches_in(folder)

        hints, known = log_hints_of(sketches, SETTINGS, known)

        whole, anew = log_hints_of(sketches, SETTINGS)
        assert hints == whole
        assert arrays_of(known) == arrays_of(anew)


@given(logs, logs, st.data())
def test_rows_removed_changed_and_added_are_searched_as_if_all_were_new(
    log: list[Any], other: list[Any], data: st.DataObject
) -> None:
    _, known = log_hints_of(sketches_in({"甲.xlsx": (log, []), "乙.xlsx": (other, [])}), SETTINGS)
    kept = data.draw(st.lists(st.sampled_from(log), max_size=len(log))) if log else []
    changed = sketches_in({"甲.xlsx": (kept + data.draw(logs), []), "乙.xlsx": (other, [])})

    hints, again = log_hints_of(changed, SETTINGS, known)

    whole, anew = log_hints_of(changed, SETTINGS)
    assert (hints, arrays_of(again)) == (whole, arrays_of(anew))


@given(folders)
def test_sketches_joined_show_what_the_merged_ledger_shows(folder: dict[str, Any]) -> None:
    ledgers = [a_workbook(file, *folder[file]) for file in sorted(folder)]
    kept = [unpacked(packed(sketch)) for sketch in sketches_in(folder)]

    assert log_hints_of(kept, SETTINGS)[0] == log_hints(Ledger.merged(ledgers), SETTINGS, AS_OF)


SOURCE = "上午到村部同{}核对养牛合作社的分红名单，入股凭证还没找到，商定由会计补齐"


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [("朱建国华", "他", "朱建国华"), ("小亢", "小朱", "亢建国"), ("亢同志", "朱同志", "亢建国")],
)
def test_a_name_that_another_workbook_brings_is_masked_in_logs_that_did_not_change(
    one: str, other: str, name: str
) -> None:
    entries = [(date(2026, 5, n), SOURCE.format(who), n) for n, who in enumerate((one, other), 1)]
    here, people = ("甲.xlsx", (entries, [])), [name]
    before, known = log_hints_of(sketches_in(dict([here])), SETTINGS)

    after, _ = log_hints_of(sketches_in(dict([here, ("乙.xlsx", ([], people))])), SETTINGS, known)

    assert "除姓名、地名、日期和数字外内容相同" in after.copies[0].facts
    assert after.copies != before.copies


def test_a_search_on_a_shelf_is_read_as_it_was_and_made_anew_where_it_is_damaged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "一.searched"
    entries = [(date(2026, 5, n), SOURCE.format(who), n) for n, who in enumerate(WHO[:4], 1)]
    folder = {"甲.xlsx": (entries, ["朱晓明"]), "乙.xlsx": (entries[:2], [])}
    sketches, parcels = sketches_in(folder), list[Path]()
    for file, sketch in zip(sorted(folder), sketches, strict=True):
        parcels.append(tmp_path / f"{file}.parcel")
        ledger = a_workbook(file, *folder[file])
        save_parcel(ExaminedLedger(file, ledger, [], "", SETTINGS), parcels[-1], sketch)
    whole, anew = log_hints_of(sketches, SETTINGS)

    for damage in (b"", b"x"):
        path.write_bytes(damage + path.read_bytes() if path.exists() else damage)
        assert log_hints_kept(path, parcels, SETTINGS, AS_OF) == whole
    alone = log_hints(a_workbook("甲.xlsx", *folder["甲.xlsx"]), SETTINGS, AS_OF)
    assert log_hints_kept(None, parcels[1:], SETTINGS, AS_OF) == alone

    (section,) = sections_of(path)
    assert arrays_of(unpacked(section)) == arrays_of(anew)
    assert log_hints_of(sketches, SETTINGS, unpacked(section))[0] == whole
