"""期满处理 and the decisions of an update on files: what is written, and what stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from addin.actions.decisions.complete import CompleteResult, complete_pairings
from addin.actions.decisions.consequences import consequences
from addin.actions.ledger_set import read_ledgers
from addin.actions.update import update_ledgers
from tests.addin.actions.decisions.decided_ledger import AS_OF, write_decided
from tests.addin.actions.decisions.sheet_values import changed_values
from tests.build import code
from tests.support.books import cells_of
from validators.divisions import find_unit
from validators.errors import UsageError
from validators.sheets import DutyRow, PairingRow
from workbooks.template.workbook import write_ledger


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_decided(tmp_path_factory.mktemp("decided") / "台账.xlsx")


@pytest.fixture(scope="module")
def completed(source: Path) -> CompleteResult:
    return complete_pairings(source, source.with_name("期满.xlsx"), as_of=AS_OF)


def test_the_ends_are_handled_and_nothing_else_is_touched(
    source: Path, completed: CompleteResult
) -> None:
    assert completed.out is not None
    changed = changed_values(source, completed.out)

    wanted = {(proposal.sheet, proposal.cell) for proposal in completed.ending.proposals}
    assert completed.ending.prepared == (code("J", 5),)
    assert {cell for cell in changed if cell not in wanted} == {
        ("期满考核", "A7"),
        ("期满考核", "B7"),
    }
    assert changed["期满考核", "B7"] == "王秀兰→白云飞"
    assert changed["期满考核", "A7"] == code("J", 5)
    ledgers = read_ledgers(completed.out, as_of=AS_OF)
    status = ledgers.ledger.tables["individual"].column("status")
    assert status == ["帮带中", "期满出师", "帮带中", "待结对", "帮带中"]
    assert ledgers.ledger.tables["pairing"].column("status")[1:4] == ["期满", "帮带中", "期满"]
    assert str(ledgers.ledger.tables["pairing"].column("until")[2]) == "2027-05-31"
    assert ledgers.ledger.tables["completion"].column("rating")[0] == "优秀"


def test_pressed_again_it_asks_for_the_rows_that_are_not_filled_in(
    completed: CompleteResult, tmp_path: Path
) -> None:
    assert completed.out is not None
    again = complete_pairings(completed.out, tmp_path / "再.xlsx", as_of=AS_OF)

    assert again.out is None
    assert again.ending.prepared == again.ending.proposals == ()
    assert again.ending.remarks == (
        f"{code('J', 5)} 在“期满考核”已有一行，请填写考核日期、得分和结论后再点一次",
    )


def test_who_passed_and_is_not_renewed_gets_a_certificate(completed: CompleteResult) -> None:
    assert completed.papers is not None
    sheets = cells_of(completed.papers)
    texts = {name: "\n".join(map(str, cells.values())) for name, cells in sheets.items()}

    assert list(sheets) == ["出师证书", "期满证书"]
    assert "陈小燕 同志" in texts["出师证书"]
    assert "自2025年6月1日至2026年5月31日" in texts["出师证书"]
    assert "由王秀兰同志帮带，经期满考核，等次为优秀，准予出师" in texts["出师证书"]
    assert "田玉梅 同志" in texts["期满证书"]
    assert "等次为合格，帮带期满" in texts["期满证书"]
    assert completed.certificates.left_out == (f"{code('J', 3)} 未生成证书：结论是“续帮”",)


def test_a_certificate_is_made_of_the_pairing_that_is_named(source: Path, tmp_path: Path) -> None:
    result = complete_pairings(
        source, tmp_path / "新.xlsx", as_of=AS_OF, pairings=[code("J", 4), code("J", 1)]
    )

    assert [one.mentee for one in result.certificates.certificates] == ["田玉梅"]
    assert result.certificates.left_out == (f"{code('J', 1)} 未生成证书：期满考核未填写完整",)
    with pytest.raises(UsageError, match="没有结对"):
        complete_pairings(source, tmp_path / "无.xlsx", as_of=AS_OF, pairings=[code("J", 99)])


def test_an_update_writes_what_was_decided_only_if_that_is_agreed_to(
    source: Path, tmp_path: Path
) -> None:
    asked = []

    def refuses(proposals: object) -> bool:
        asked.append(proposals)
        return False

    refused = update_ledgers(source, tmp_path / "不.xlsx", as_of=AS_OF, agrees=refuses)
    agreed = update_ledgers(source, tmp_path / "同意.xlsx", as_of=AS_OF, agrees=lambda _: True)

    (listed,) = agreed.proposals.values()
    assert asked == [refused.proposals] == [agreed.proposals]
    assert changed_values(source, refused.out) == {}
    assert {*changed_values(source, agreed.out)} == {
        (one.sheet, one.cell) for one in listed if one.cell
    }
    again = read_ledgers(agreed.out, as_of=AS_OF)
    assert consequences(again.ledger, again.settings, AS_OF) == ()
    assert not update_ledgers(agreed.out, tmp_path / "再.xlsx", as_of=AS_OF).proposals


def test_a_renewed_pairing_gets_duties_for_every_month_of_its_next_period(
    source: Path, tmp_path: Path
) -> None:
    before = read_ledgers(source, as_of=AS_OF).ledger
    agreed = update_ledgers(source, tmp_path / "同意.xlsx", as_of=AS_OF, agrees=lambda _: True)
    after = read_ledgers(agreed.out, as_of=AS_OF).ledger
    old, new = (
        dict(ledger.table(PairingRow).columns("pairing_id", "until")) for ledger in (before, after)
    )
    renewed = {pairing for pairing, until in new.items() if until != old[pairing]}

    assert renewed
    duties = list(after.table(DutyRow).columns("pairing_id", "starts_on", "due_on", "target"))
    for pairing in renewed:
        targets = [
            target
            for owner, first, due, target in duties
            if owner == pairing and old[pairing] < first <= due <= new[pairing]
        ]
        assert sum(targets) == 12, "one contact a month, for one duty each"
    had, has = (len(ledger.table(DutyRow)) for ledger in (before, after))
    (listed,) = agreed.proposals.values()
    assert has - had == sum(len(one.added) for one in listed if one.key == "duty")


def test_generated_sheets_are_those_of_the_ledger_with_the_decisions_in_it(
    source: Path, tmp_path: Path
) -> None:
    once = update_ledgers(source, tmp_path / "一.xlsx", as_of=AS_OF, agrees=lambda _: True)
    twice = update_ledgers(once.out, tmp_path / "二.xlsx", as_of=AS_OF)

    generated = ["成长档案", "预警名单", "金牌导师", "导师库调整", "校验结果"]
    changed = changed_values(once.out, twice.out, generated)
    assert {cell for cell in changed if cell[1].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "2"} == set()


def test_in_a_folder_each_ledger_follows_its_own_decisions(source: Path, tmp_path: Path) -> None:
    (tmp_path / "台账").mkdir()
    shutil.copy(source, tmp_path / "台账" / "一.xlsx")
    write_ledger(tmp_path / "台账" / "二.xlsx", find_unit("三营镇"), 2026, as_of=AS_OF)

    result = update_ledgers(tmp_path / "台账", tmp_path / "新", as_of=AS_OF, agrees=lambda _: True)

    assert [*result.proposals] == ["一.xlsx"]
    assert [copy.problem for copy in result.copies] == ["", ""]
    changed = changed_values(source, tmp_path / "新" / "一.xlsx")
    assert len(changed) == sum(bool(one.cell) for one in result.proposals["一.xlsx"])
