"""A search that rests on an earlier one finds what a search of everything finds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from addin.actions.parcels.parcel import packed, unpacked
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
