from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from addin.actions.confirm import ConfirmResult, confirm_pairings
from addin.actions.found_files import discover
from addin.actions.pair import suggest_pairings
from addin.actions.validate import examine
from tests.addin.actions.waiting_ledger import (
    AS_OF,
    UNIT,
    individual,
    mark,
    mentor,
    waiting_rows,
    write_waiting,
)
from validators.errors import UsageError
from validators.ledger import Ledger
from validators.sheets import (
    DutyRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    SuggestionRow,
)
from workbooks.files import file_kind
from workbooks.reader import read_ledger

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

ADOPT = {"采纳": "采纳", "导师意见": "同意", "对象意见": "同意"}

Marks = dict[tuple[str, str], dict[str, Any]]
Confirm = Callable[[Marks], ConfirmResult]


def pair(mentor_number: int, mentee: str) -> tuple[str, str]:
    return f"D{UNIT}-{mentor_number:03}", f"{mentee[0]}{UNIT}-{int(mentee[1:]):03}"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("draft")
    source = write_waiting(folder / "开城镇.xlsx")
    suggest_pairings(source, folder / "建议.xlsx", as_of=AS_OF)
    return folder / "建议.xlsx"


@pytest.fixture
def confirm(draft: Path, tmp_path: Path) -> Confirm:
    def run(marks: Marks) -> ConfirmResult:
        marked = mark(draft, tmp_path / "填.xlsx", marks)
        return confirm_pairings(marked, tmp_path / "新.xlsx", as_of=AS_OF)

    return run


@pytest.fixture(scope="module")
def confirmed(draft: Path, tmp_path_factory: pytest.TempPathFactory) -> ConfirmResult:
    folder = tmp_path_factory.mktemp("confirmed")
    marks = {pair(2, "G2"): ADOPT, pair(2, "Z1"): ADOPT, pair(3, "Z1"): {"采纳": "组织指定"}}
    marks[pair(1, "G5")] = ADOPT
    marked = mark(draft, folder / "填.xlsx", marks)
    return confirm_pairings(marked, folder / "新.xlsx", as_of=AS_OF)


@pytest.fixture(scope="module")
def ledger(confirmed: ConfirmResult) -> Ledger:
    return read_ledger(confirmed.out).ledger


def test_adopted_rows_become_pairings_with_the_next_ids_and_a_years_period(
    confirmed: ConfirmResult, ledger: Ledger
) -> None:
    rows = ledger.table(PairingRow).columns(
        "pairing_id", "mentor_id", "mentee_id", "mode", "paired_on", "until", "status"
    )

    new = list(rows)[1:]
    assert confirmed.pairings == len(new) == 4
    assert [(row[0], row[1][-3:], row[2][0] + row[2][-1:]) for row in new] == [
        (f"J{UNIT}-002", "002", "G2"),
        (f"J{UNIT}-003", "001", "G5"),
        (f"J{UNIT}-004", "002", "Z1"),
        (f"J{UNIT}-005", "003", "Z1"),
    ]
    assert {row[3] for row in new[2:]} == {"组团帮"}
    assert {row[4:] for row in new} == {(AS_OF, date(2027, 6, 29), "帮带中")}


def test_they_leave_the_draft_and_the_others_stay(ledger: Ledger) -> None:
    left = list(ledger.table(SuggestionRow).columns("number", "mentee_id"))

    assert left == [(1, f"G{UNIT}-003"), (2, f"G{UNIT}-004")]


def test_mentees_are_now_being_helped_since_that_day(ledger: Ledger) -> None:
    individuals = list(ledger.table(IndividualRow).columns("status", "status_since"))
    organisations = list(ledger.table(OrganisationRow).columns("status", "status_since"))

    assert individuals[1] == individuals[4] == ("帮带中", AS_OF)
    assert individuals[2] == ("待结对", None)
    assert organisations == [("帮带中", AS_OF)]


def test_a_running_pairing_gets_the_mode_the_new_ones_make_true(
    confirmed: ConfirmResult, ledger: Ledger
) -> None:
    """Mentor 1 had one mentee and was 一对一."""
    assert ledger.table(PairingRow).column("mode")[0] == "一对多"
    assert any("由“一对一”改为“一对多”" in note for note in confirmed.notes)


def test_every_new_pairing_has_duties_for_what_it_is_to_mend(
    confirmed: ConfirmResult, ledger: Ledger
) -> None:
    duties = list(ledger.table(DutyRow).columns("duty_id", "pairing_id", "aspect", "side"))
    by_pairing = {code: {d[2] for d in duties if d[1] == code} for code in {d[1] for d in duties}}

    assert confirmed.duties == len(duties)
    assert duties[0][0] == f"ZR{UNIT}-0001"
    assert by_pairing == {
        f"J{UNIT}-002": {"产业发展"},
        f"J{UNIT}-003": {"工作作风"},
        f"J{UNIT}-004": {"产业发展"},
        f"J{UNIT}-005": {"基层治理"},
    }
    assert {d[3] for d in duties if d[1] == f"J{UNIT}-002"} == {"导师", "对象"}


def test_mentors_without_a_certificate_get_a_number_and_a_term(ledger: Ledger) -> None:
    rows = list(ledger.table(MentorRow).columns("certificate", "appointed_on", "appointed_until"))

    since = date(2026, 6, 21)  # his first pairing
    assert rows[0] == ("开城镇导聘字〔2026〕001号", since, date(2027, 6, 29))
    assert rows[3] == (None, None, None), "he has no new mentee"


def test_the_new_ledger_has_no_new_errors_or_warnings(confirmed: ConfirmResult) -> None:
    sources, _ = discover([confirmed.out])

    report = examine(sources, as_of=AS_OF).report()

    assert [f for f in report.findings if f.level != "notice"] == []


def test_the_papers_are_a_workbook_of_their_own(confirmed: ConfirmResult) -> None:
    assert confirmed.papers is not None
    assert file_kind(confirmed.papers) == "结对材料"
    book = load_workbook(confirmed.papers)
    said = {
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    }

    assert any("陈小燕" in text for text in said)
    assert any("开城镇导聘字〔2026〕002号" in text for text in said)
    assert f"编号：J{UNIT}-002" in said or any(f"J{UNIT}-002" in text for text in said)


def test_a_row_somebody_disagrees_with_is_not_confirmed(confirm: Confirm) -> None:
    done = confirm({
        pair(2, "G2"): {"采纳": "采纳", "对象意见": "不同意"},
        pair(1, "G5"): ADOPT,
    })  # fmt: skip

    assert done.pairings == 1
    assert [line for line in done.refused if "对象意见是“不同意”" in line]


def test_what_the_organisation_assigns_is_confirmed_against_an_opinion(confirm: Confirm) -> None:
    done = confirm({pair(2, "G2"): {"采纳": "组织指定", "对象意见": "不同意"}})

    assert done.pairings == 1


def test_a_word_that_is_no_choice_is_told_and_kept(confirm: Confirm) -> None:
    done = confirm({pair(2, "G2"): {"采纳": "才纳"}, pair(1, "G5"): ADOPT})

    assert done.pairings == 1
    assert any("第 4 行" in line and "有错误" in line for line in done.refused)
    assert load_workbook(done.out)["结对建议"]["M4"].value is not None


def test_nothing_marked_is_said_and_writes_nothing(draft: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有采纳"):
        confirm_pairings(draft, tmp_path / "新.xlsx", as_of=AS_OF)

    assert list(tmp_path.iterdir()) == []


def test_a_mentor_is_never_filled_beyond_the_limit(tmp_path: Path) -> None:
    rows = waiting_rows()
    rows["pairing"], rows["organisation"] = [], []
    rows["mentor"] = [mentor(1, "马志远", "conduct", capacity=2)]
    rows["individual"] = [individual(n, f"朱{'一二三'[n - 1]}明", "conduct") for n in range(1, 4)]
    rows["suggestion"] = [
        {"mentee_id": f"G{UNIT}-{n:03}", "mentor_id": f"D{UNIT}-001", "decision": "组织指定"}
        for n in range(1, 4)
    ]
    path = write_waiting(tmp_path / "开城镇.xlsx", rows)

    done = confirm_pairings(path, tmp_path / "新.xlsx", as_of=AS_OF)

    assert done.pairings == 2
    assert "已达上限 2 个" in done.refused[0]


def test_neither_target_is_ever_overwritten(draft: Path, tmp_path: Path) -> None:
    marked = mark(draft, tmp_path / "填.xlsx", {pair(2, "G2"): ADOPT})
    papers = tmp_path / "新-结对材料.xlsx"
    papers.write_bytes(b"last year's papers")

    with pytest.raises(UsageError, match="已存在"):
        confirm_pairings(marked, tmp_path / "新.xlsx", as_of=AS_OF)

    assert papers.read_bytes() == b"last year's papers"
    assert not (tmp_path / "新.xlsx").exists()


def _rows(out: Path) -> list[dict[str, Any]]:
    table = read_ledger(out).ledger.table(PairingRow)
    return [row.model_dump() for row in table.records()]


def test_another_mentor_typed_into_a_row_gets_its_own_score(draft: Path, tmp_path: Path) -> None:
    """Whatever was suggested for the mentee, what is confirmed is what pair says of the pair."""
    marked = mark(
        draft,
        tmp_path / "填.xlsx",
        {pair(2, "G2"): {"导师编号": pair(1, "G2")[0], "采纳": "组织指定"}},
    )
    said = suggest_pairings(marked, None, as_of=AS_OF).suggestions.pairs

    done = confirm_pairings(marked, tmp_path / "新.xlsx", as_of=AS_OF)

    new = _rows(done.out)[-1]
    (suggested,) = (one for one in said if one.mentee_id == new["mentee_id"])
    before = {
        row.mentee_id: row.score for row in read_ledger(draft).ledger.table(SuggestionRow).records()
    }
    assert (new["mentor_id"], new["mentor_id"]) == (suggested.mentor_id, pair(1, "G2")[0])
    assert new["score"] == round(100 * suggested.total, 2)
    assert new["score"] < before[new["mentee_id"]]
    assert (new["mode"], new["path"]) == ("一对多", suggested.path)
    book = load_workbook(done.papers)
    texts = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
    assert any("马志远" in text for text in texts)
    assert not any("王秀兰" in text for text in texts)


def test_another_townships_mentor_in_the_row_of_ours_gets_neither_score_nor_name(
    draft: Path, tmp_path: Path
) -> None:
    marks = {pair(2, "G2"): {"导师编号": "D640402105-001", "采纳": "组织指定"}}
    marked = mark(draft, tmp_path / "填.xlsx", marks)

    done = confirm_pairings(marked, tmp_path / "新.xlsx", as_of=AS_OF)

    assert _rows(done.out)[-1]["score"] is None
    book = load_workbook(done.papers)
    texts = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
    assert not any("王秀兰" in text for text in texts)


def _one_place(decisions: tuple[str, str], **mentee: Any) -> Any:
    rows = waiting_rows()
    rows["organisation"] = []
    rows["individual"] = [individual(1, "朱晓明", "conduct", village="冯庄村", **mentee)]
    if mentee.get("status") != "帮带中":
        rows["pairing"] = []
    rows["suggestion"] = [
        {"mentee_id": f"G{UNIT}-001", "mentor_id": f"D{UNIT}-{n:03}", "decision": decision}
        for n, decision in enumerate(decisions, 2)
    ]
    return rows


def test_what_is_assigned_comes_before_what_is_adopted(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "开城镇.xlsx", _one_place(("采纳", "组织指定")))

    done = confirm_pairings(path, tmp_path / "新.xlsx", as_of=AS_OF)

    assert [row["mentor_id"][-3:] for row in _rows(done.out)] == ["003"]
    assert "需 1 名导师，已有 1 名" in done.refused[0]


def test_a_mentor_is_changed_only_when_asked_to_and_the_old_pairing_is_broken_off(
    tmp_path: Path,
) -> None:
    path = write_waiting(tmp_path / "开城镇.xlsx", _one_place(("采纳", "采纳"), status="帮带中"))
    (before,) = _rows(path)

    with pytest.raises(UsageError, match="已有 1 名"):
        confirm_pairings(path, tmp_path / "不换.xlsx", as_of=AS_OF)
    done = confirm_pairings(path, tmp_path / "新.xlsx", as_of=AS_OF, replace=True)

    old, new = _rows(done.out)
    changed = {"status": "终止", "ended_on": AS_OF, "end_reason": "更换导师"}
    assert old == before | changed
    assert (new["mentor_id"][-3:], new["status"], new["paired_on"]) == ("002", "帮带中", AS_OF)
    assert len(done.refused) == 1, "the second is no change of the first"
    assert any("终止，原因“更换导师”" in note for note in done.notes)
    sources, _ = discover([done.out])
    findings = examine(sources, as_of=AS_OF).report().findings
    assert [f for f in findings if f.level == "error"] == []
