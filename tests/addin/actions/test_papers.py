"""`bangdai papers`: the papers of pairings that stand in the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from addin.actions.confirm import confirm_pairings
from addin.actions.pair import suggest_pairings
from addin.actions.papers import PapersResult, reprint
from addin.cli import cli
from tests.addin.actions.waiting_ledger import AS_OF, UNIT, mark, waiting_rows, write_waiting
from tests.support.books import cells_of
from validators.errors import UsageError, WriteRefused
from workbooks.files import file_kind

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

ADOPT = {"采纳": "采纳", "导师意见": "同意", "对象意见": "同意"}
NEW = tuple(f"J{UNIT}-{number:03}" for number in range(2, 6))


@pytest.fixture(scope="module")
def confirmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger right after four pairings were confirmed, a team among them; its papers beside."""
    folder = tmp_path_factory.mktemp("confirmed")
    source = write_waiting(folder / "开城镇.xlsx")
    suggest_pairings(source, folder / "建议.xlsx", as_of=AS_OF)
    pairs = ((2, "G", 2), (2, "Z", 1), (3, "Z", 1), (1, "G", 5))
    marks = {
        (f"D{UNIT}-{mentor:03}", f"{kind}{UNIT}-{mentee:03}"): ADOPT
        for mentor, kind, mentee in pairs
    }
    marked = mark(folder / "建议.xlsx", folder / "填.xlsx", marks)
    return confirm_pairings(marked, folder / "新.xlsx", as_of=AS_OF).out


def said(path: Path) -> set[str]:
    return {str(value) for cells in cells_of(path).values() for value in cells.values()}


def test_made_right_after_the_confirmation_they_are_its_own(
    confirmed: Path, tmp_path: Path
) -> None:
    done = reprint(confirmed, tmp_path / "材料.xlsx", as_of=AS_OF)

    assert done == PapersResult(NEW, (), tmp_path / "材料.xlsx")
    assert file_kind(done.out) == "结对材料"
    papers = confirmed.with_name("新-结对材料.xlsx")
    assert cells_of(done.out) == cells_of(papers)
    assert len(cells_of(papers)) == 3


def test_only_the_wanted_pairings_get_papers(confirmed: Path, tmp_path: Path) -> None:
    out = tmp_path / "材料.xlsx"

    done = reprint(confirmed, out, as_of=AS_OF, pairings=[f"j{UNIT}-001", NEW[0], NEW[0]])

    assert done.pairings == (f"J{UNIT}-001", NEW[0])
    text = " ".join(said(out))
    assert "朱晓明" in text
    assert "陈小燕" in text
    assert "白云飞" not in text


def test_a_pairing_whose_row_has_an_error_is_left_out_and_told(tmp_path: Path) -> None:
    rows = waiting_rows()
    second = {**rows["pairing"][0], "pairing_id": NEW[0], "mentee_id": f"G{UNIT}-002"}
    rows["pairing"].append({**second, "mode": "一对多", "until": date(2025, 1, 1)})
    path = write_waiting(tmp_path / "开城镇.xlsx", rows)

    done = reprint(path, tmp_path / "材料.xlsx", as_of=AS_OF, pairings=[f"J{UNIT}-001", NEW[0]])

    assert done.pairings == (f"J{UNIT}-001",)
    assert done.left_out == (f"结对 {NEW[0]} 未生成材料，该行或其对象的登记有错误，或编号重复",)
    assert done.exit_code == 1
    with pytest.raises(UsageError, match="未生成材料"):
        reprint(path, tmp_path / "又.xlsx", as_of=AS_OF, pairings=[NEW[0]])
    assert not (tmp_path / "又.xlsx").exists()


def test_a_ledger_without_pairings_is_told(tmp_path: Path) -> None:
    path = write_waiting(tmp_path / "开城镇.xlsx", {**waiting_rows(), "pairing": []})

    with pytest.raises(UsageError, match="尚无结对"):
        reprint(path, tmp_path / "材料.xlsx", as_of=AS_OF)


def test_an_unknown_pairing_is_told(confirmed: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"没有结对 J{UNIT}-099"):
        reprint(confirmed, tmp_path / "材料.xlsx", as_of=AS_OF, pairings=[f"J{UNIT}-099"])


def test_only_papers_are_replaced(confirmed: Path, tmp_path: Path) -> None:
    out = tmp_path / "材料.xlsx"
    reprint(confirmed, out, as_of=AS_OF, pairings=NEW[:1])

    assert reprint(confirmed, out, as_of=AS_OF).pairings == NEW
    with pytest.raises(WriteRefused, match="不是本工具生成的结对材料"):
        reprint(confirmed, confirmed, as_of=AS_OF)


def test_the_command_says_what_it_did(confirmed: Path, tmp_path: Path) -> None:
    out = tmp_path / "材料.xlsx"

    done = CliRunner().invoke(
        cli, ["papers", str(confirmed), "--out", str(out), "--as-of", str(AS_OF)],
        standalone_mode=False,
    )  # fmt: skip

    assert done.return_value == 0, done.exception
    assert done.output == f"聘书、协议和结对仪式名单 4 对，已保存到：{out}\n"
