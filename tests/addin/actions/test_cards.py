"""`bangdai cards`: every number of a card counted again by plain Python over the ledger's rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from addin.actions.cards import CardsResult, write_cards
from addin.actions.found_files import discover
from addin.actions.validate import examine
from addin.cli import cli
from tests.addin.domain.test_growth_rederived import (
    AS_OF,
    FIELDS,
    Rows,
    accepted_rows,
    entries_of,
    naive_duties,
    naive_progress,
    naive_steps,
    naive_trend,
)
from tests.workbooks.cards.reading import facts_of, opened, sections
from validators.errors import UsageError, WriteRefused
from workbooks.cards.content import FILE_KIND
from workbooks.files import file_kind
from workbooks.samples import write_samples

ASPECTS = ("思想情怀", "业务能力", "组织建设", "工作作风", "产业发展", "基层治理")
Case = tuple[Rows, dict[str, Worksheet], CardsResult]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivery")
    write_samples(folder, townships=1, log_rows=400, error_rate=0.15, seed=14, as_of=AS_OF)
    (path,) = folder.glob("*.xlsx")
    return path


@pytest.fixture(scope="module")
def case(ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return the accepted rows of a ledger with planted errors, and its cards' sheets by ID."""
    examination = examine(discover([ledger])[0], as_of=AS_OF)
    examination.report()
    own = examination.examined[0].ledger
    rows = {key: accepted_rows(own, key) for key in own.tables}
    out = tmp_path_factory.mktemp("cards") / "卡.xlsx"
    done = write_cards(ledger, out, as_of=AS_OF)
    book = opened(out)
    sheets = {str(sheet["E2"].value): sheet for sheet in book.worksheets[1:]}
    return rows, sheets, done


def told_of(entry: Any) -> str:
    further = (("发现问题", entry.problem), ("下步打算", entry.next_step))
    said = [
        f"【{entry.form}】{entry.content}",
        *(f"{what}：{text}" for what, text in further if text),
    ]
    return "\n".join(" ".join(line.split()) for line in said)


def mentees(rows: Rows) -> list[Any]:
    return [*rows["individual"], *rows["organisation"]]


def pairings_of(rows: Rows, mentee: Any) -> list[Any]:
    return [one for one in rows["pairing"] if one.mentee_id == mentee.mentee_id]


def test_every_accepted_mentee_has_one_card_and_the_others_are_named(case: Case) -> None:
    rows, sheets, done = case

    assert list(sheets) == [one.mentee_id for one in mentees(rows)]
    assert done.cards == len(sheets) > 20
    assert set(done.left_out).isdisjoint(sheets)
    assert done.left_out
    assert done.exit_code == 1


def test_scores_and_assessments_are_those_of_the_rows(case: Case) -> None:
    rows, sheets, _ = case
    rated = 0
    for mentee in mentees(rows):
        card = sections(sheets[mentee.mentee_id])
        series = [one for one in rows["assessment"] if one.mentee_id == mentee.mentee_id]
        series.sort(key=lambda one: one.assessed_on)
        before = [getattr(mentee, name) for name in FIELDS]
        now = [getattr(series[-1], name) if series else None for name in FIELDS]
        change = [b - a if a and b else None for a, b in zip(before, now, strict=True)]

        table = card["六个方面"][2:8] or [[name] + [None] * 8 for name in ASPECTS]
        assert [row[1:4] for row in table] == [
            list(r) for r in zip(before, now, change, strict=True)
        ]
        weak = [row[0] for row, score in zip(table, before, strict=True) if score and score <= 2]
        if any(before) or any(now):
            assert card["六个方面"][9][1] == ("、".join(weak) or ("无" if any(before) else None))
            assert card["六个方面"][10][1] == naive_trend(before, series)
        for row, one in zip(card["成长评价"][2::2], series, strict=True):
            scores = [getattr(one, name) for name in FIELDS]
            total = sum(scores) if all(scores) else None
            assert row == [str(one.assessed_on), *scores, one.satisfaction, total]
        said = [(row[1], row[7]) for row in card["成长评价"][3::2]]
        assert said == [(one.comment, one.assessor) for one in series]
        rated += len(series)
    assert rated > 20


def test_mentors_and_contacts_are_those_of_the_log(case: Case) -> None:
    rows, sheets, _ = case
    names = {one.mentor_id: one for one in rows["mentor"]}
    listed_in_all = 0
    for mentee in mentees(rows):
        card, pairings = sections(sheets[mentee.mentee_id]), pairings_of(rows, mentee)
        entries = {p.pairing_id: entries_of(rows, p.pairing_id) for p in pairings}
        listed = {row[4]: row for row in card["结对导师"][2:]}
        assert list(listed) == [p.pairing_id for p in pairings]
        for p in pairings:
            known = names.get(p.mentor_id)
            row = listed[p.pairing_id]
            assert row[0] == (known.name if known else p.mentor_id)
            assert row[6] == f"{p.paired_on}\n至 {p.until}"
            assert row[8] == f"{p.status}\n联系{len(entries[p.pairing_id])}次"
        single = {id(e): e for some in entries.values() for e in some}
        times = sum(map(len, entries.values()))
        records = card["帮带记录"]
        if not single:
            assert records[0][0].endswith("尚无联系记录")
            continue
        note = records[0][4]
        assert note.startswith(f"联系 {times} 次")
        assert (f"日志 {len(single)} 条" in note) == (times != len(single))
        told = Counter((str(e.date), e.aspect, told_of(e)) for e in single.values())
        assert Counter((row[0], row[1], row[3] or row[4]) for row in records[2:]) == told
        assert [row[0] for row in records[2:]] == sorted(row[0] for row in records[2:])
        listed_in_all += len(single)
    assert listed_in_all > 100


def test_duties_are_counted_from_the_log(case: Case) -> None:
    rows, sheets, _ = case
    seen = Counter[str]()
    for mentee in mentees(rows):
        card = sections(sheets[mentee.mentee_id])["职责清单"]
        codes = {one.pairing_id for one in pairings_of(rows, mentee)}
        duties = [one for one in rows["duty"] if one.pairing_id in codes]
        done = {
            duty: len(found) for code in codes for duty, found in naive_duties(rows, code).items()
        }
        states = [naive_progress(one, done[one.duty_id]) for one in duties]
        for row, one, state in zip(card[2:], duties, states, strict=True):
            assert row[:2] == [one.side, one.aspect]
            assert row[5:7] == [f"{done[one.duty_id]}/{one.target}", str(one.due_on)]
            assert row[8] == state
        if duties:
            assert card[0][4] == f"共 {len(duties)} 项，已完成 {states.count('已完成')} 项"
        seen.update(states)
    assert len(seen) == 4


def test_results_and_outcomes_are_those_registered(case: Case) -> None:
    rows, sheets, _ = case
    led = judged = closed = 0
    for mentee in mentees(rows):
        card = sections(sheets[mentee.mentee_id])
        facts = facts_of(card.get("培养成效") or card["验收销号"])
        history = card.get("成长历程") or card["提升历程"]
        kinds = Counter(row[1] for row in history[2:])
        assert [row[0] for row in history[2:]] == sorted(row[0] for row in history[2:])
        steps = [s for s in naive_steps(rows, mentee.mentee_id) if s.date <= AS_OF]
        stating = [one for one in steps if one.people_led is not None]
        if stating:
            assert facts["带动人数"] == f"{stating[-1].people_led} 人"
            assert facts["人均增收"] == f"{stating[-1].income_gain:g} 元"
        assert kinds["转化"] == len(steps)
        assert kinds["结对"] == len(pairings_of(rows, mentee))
        codes = {one.pairing_id for one in pairings_of(rows, mentee)}
        outcomes = [one for one in rows["completion"] if one.pairing_id in codes]
        outcomes.sort(key=lambda one: one.assessed_on)
        assert kinds["续帮"] == sum(one.conclusion == "续帮" for one in outcomes)
        assert kinds["期满考核"] == len(outcomes) - kinds["续帮"]
        over = [p for p in pairings_of(rows, mentee) if p.status == "期满" and p.until <= AS_OF]
        assert kinds["期满"] == len(over)
        for row, one in zip(card["期满考核"][2:], outcomes, strict=True):
            assert [row[at] for at in (0, 3, 5, 6, 7)] == [
                str(one.assessed_on), one.pairing_id, one.score, one.rating, one.conclusion,
            ]  # fmt: skip
        if getattr(mentee, "closed_on", None):
            assert facts["销号情况"] == "已销号"
            closed += 1
        led += bool(stating)
        judged += len(outcomes)
    assert led
    assert judged
    assert closed


def test_milestones_tell_finished_duties_and_changed_scores(case: Case) -> None:
    rows, sheets, _ = case
    seen = Counter[str]()
    for mentee in mentees(rows):
        card = sections(sheets[mentee.mentee_id])
        history = (card.get("成长历程") or card["提升历程"])[2:]
        done = [row for row in card["职责清单"][2:] if row[8] == "已完成" and row[7]]
        told = Counter((row[0], row[2]) for row in history if row[1] == "职责完成")
        assert told == Counter((row[7], f"{row[2]}：已完成（{row[5]} 次）") for row in done)
        known = {
            aspect: getattr(mentee, name) for aspect, name in zip(ASPECTS, FIELDS, strict=True)
        }
        series = [one for one in rows["assessment"] if one.mentee_id == mentee.mentee_id]
        expected = []
        for one in sorted(series, key=lambda one: one.assessed_on):
            changes = []
            for aspect, name in zip(ASPECTS, FIELDS, strict=True):
                now, before = getattr(one, name), known[aspect]
                if now and before and now != before:
                    changes.append(f"{aspect} {before}→{now} 分")
                known[aspect] = now or before
            expected += [(str(one.assessed_on), "、".join(changes))] if changes else []
        assert [(row[0], row[2]) for row in history if row[1] == "评价变化"] == expected
        seen.update(row[1] for row in history)
    assert {"结对", "摸底", "职责完成", "评价变化", "期满考核"} <= seen.keys()


def test_no_phone_of_the_ledger_is_on_a_card(case: Case) -> None:
    rows, sheets, _ = case
    phones = {one.phone for key in ("mentor", "individual") for one in rows[key] if one.phone}

    said = " ".join(
        str(cell) for sheet in sheets.values() for row in sheet.values for cell in row if cell
    )

    assert phones
    assert not [phone for phone in phones if phone in said]


def test_wanted_mentees_only(ledger: Path, case: Case, tmp_path: Path) -> None:
    first, *_, last = case[1]

    done = write_cards(ledger, tmp_path / "卡.xlsx", as_of=AS_OF, mentees=[last.lower(), first])

    assert (done.cards, done.left_out, done.exit_code) == (2, (), 0)
    assert len(opened(done.out).sheetnames) == 3


def test_an_unknown_mentee_is_named_and_nothing_written(ledger: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="G640402104-999"):
        write_cards(ledger, tmp_path / "卡.xlsx", as_of=AS_OF, mentees=["G640402104-999"])

    assert list(tmp_path.iterdir()) == []


def test_only_cards_are_overwritten(ledger: Path, case: Case, tmp_path: Path) -> None:
    before = ledger.read_bytes()
    with pytest.raises(WriteRefused, match="不是本工具生成的成长档案卡"):
        write_cards(ledger, ledger, as_of=AS_OF)
    assert ledger.read_bytes() == before

    out = tmp_path / "卡.xlsx"
    first = next(iter(case[1]))
    write_cards(ledger, out, as_of=AS_OF, mentees=[first])
    written = out.read_bytes()
    write_cards(ledger, out, as_of=AS_OF, mentees=[first])

    assert out.read_bytes() == written
    assert file_kind(out) == FILE_KIND


@pytest.mark.parametrize("by_name", [False, True])
def test_the_command_says_what_it_wrote(
    ledger: Path, case: Case, tmp_path: Path, by_name: bool
) -> None:
    out = tmp_path / "卡.xlsx"
    named = Counter(mentee.name for mentee in mentees(case[0]))
    mentee = next(one for one in mentees(case[0]) if named[one.name] == 1)
    first = mentee.name if by_name else mentee.mentee_id

    answer = CliRunner().invoke(
        cli,
        ["cards", str(ledger), "--out", str(out), "--mentee", first, "--as-of", str(AS_OF)],
        standalone_mode=False,
    )

    assert answer.return_value == 0
    assert f"成长档案卡 1 份，已保存到：{out}" in answer.output
    assert opened(out).worksheets[-1]["E2"].value == mentee.mentee_id


def test_nothing_after_the_as_of_date_is_shown(ledger: Path, tmp_path: Path) -> None:
    early = date(2025, 12, 31)

    done = write_cards(ledger, tmp_path / "卡.xlsx", as_of=early)

    days = [
        row[0]
        for sheet in opened(done.out).worksheets[1:]
        for title, rows in sections(sheet).items()
        if title in {"成长评价", "帮带记录", "成长历程", "提升历程", "期满考核"}
        for row in rows[2:]
        if str(row[0]).startswith("20")
    ]
    assert days
    assert max(days) <= str(early)
