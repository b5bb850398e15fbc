"""Where a new workbook is proposed to go."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from addin.ribbon.session import ask_target, folder_of
from workbooks.live.host import use_host


class Accepts:
    """A clerk who takes what is proposed, or types another name."""

    def __init__(self, typed: Path | None = None) -> None:
        self.typed = typed

    def choose_target(self, _: Any, title: str, proposal: Path) -> Path:
        return self.typed or proposal


class InTheCloud:
    @property
    def fullname(self) -> str:
        raise RuntimeError("Couldn't find the local OneDrive folder")


def asked(book: Any, name: str, **how: Any) -> Path | None:
    with use_host(Accepts(**how)):  # type: ignore[arg-type] # only what is used
        return ask_target(book, "写到哪里？", name)


@pytest.fixture
def saved(tmp_path: Path) -> Any:
    return SimpleNamespace(fullname=str(tmp_path / "台账.xlsx"))


def test_beside_the_open_workbook_under_a_name_nobody_has(saved: Any, tmp_path: Path) -> None:
    assert asked(saved, "卡") == tmp_path / "卡.xlsx"
    (tmp_path / "卡.xlsx").touch()
    (tmp_path / "卡（2）.xlsx").touch()

    assert asked(saved, "卡") == tmp_path / "卡（3）.xlsx"


def test_without_characters_windows_refuses(saved: Any, tmp_path: Path) -> None:
    assert asked(saved, 'A/B:"马*明"?') == tmp_path / "AB马明.xlsx"


@pytest.mark.parametrize(
    ("typed", "target"), [("卡.XLSX", "卡.XLSX"), ("卡", "卡.xlsx"), ("卡.6", "卡.6.xlsx")]
)
def test_a_typed_name_gets_the_ending_it_lacks(
    saved: Any, tmp_path: Path, typed: str, target: str
) -> None:
    assert asked(saved, "卡", typed=tmp_path / typed) == tmp_path / target


def test_a_workbook_without_a_folder_leads_to_the_clerks_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    books: list[Any] = [SimpleNamespace(fullname="工作簿1"), InTheCloud()]

    assert [folder_of(book) for book in books] == [tmp_path, tmp_path]
    (tmp_path / "Documents").mkdir()
    assert [folder_of(book) for book in books] == [tmp_path / "Documents"] * 2
