"""Buttons that carry results out: copy_reminders and period_report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwings as xw

from addin import clock
from addin.actions.ledger_set import read_ledgers
from addin.actions.reports.remind import reminders_of
from addin.actions.reports.report import report_period
from addin.buttons import Button
from addin.domain.reports.period import parse_period
from addin.hosts.calc import CalcHost
from addin.ribbon.records import copy_reminders
from addin.ribbon.townships import period_report
from tests.support.books import cells_of
from validators.errors import UsageError
from validators.sheets import MentorRow, PairingRow
from workbooks.live.host import use_host
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 9, 30, tzinfo=clock.now().tzinfo)

Press = Callable[..., list[str]]


class Clipboard(CalcHost):
    """A host with a clipboard."""

    copied = ""

    def copy_text(self, text: str) -> bool:
        Clipboard.copied = text
        return True


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "台账"
    write_samples(folder, townships=1, log_rows=60, error_rate=0, seed=7, as_of=AS_OF)
    return folder


@pytest.fixture
def press(calc: xw.App, monkeypatch: pytest.MonkeyPatch) -> Press:
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(button: Button, book: xw.Book, host: CalcHost) -> list[str]:
        told = len(calc.impl.alerts)
        with clock.as_if(AS_OF), use_host(host):
            button.press(book)
        return [alert.prompt for alert in calc.impl.alerts[told:]]

    return run


def test_the_township_or_the_selected_mentor_is_copied(
    calc: xw.App, press: Press, ledgers: Path
) -> None:
    (path,) = ledgers.glob("*.xlsx")
    (examined,) = read_ledgers(path, as_of=AS_OF).examined
    township, *mentors = reminders_of(examined, AS_OF)
    book = calc.books.open(path)
    row = examined.ledger.table(MentorRow).by_id[mentors[0].mentor_id] + 4
    pairings = examined.ledger.table(PairingRow)
    other = pairings.column("mentor_id").index(mentors[-1].mentor_id) + 4

    book.sheets["填报信息"].activate()
    (said,) = press(copy_reminders, book, Clipboard())
    copied = [Clipboard.copied]
    for sheet, at in (("导师库", row), ("结对台账", other)):
        book.sheets[sheet].activate()
        book.sheets[sheet].range(f"A{at}").select()
        press(copy_reminders, book, Clipboard())
        copied.append(Clipboard.copied)

    assert copied == [township.text, mentors[0].text, mentors[-1].text]
    assert "已复制，可粘贴到微信" in said


def test_without_a_clipboard_the_whole_text_is_shown(
    calc: xw.App, press: Press, ledgers: Path
) -> None:
    (path,) = ledgers.glob("*.xlsx")
    (examined,) = read_ledgers(path, as_of=AS_OF).examined
    book = calc.books.open(path)
    book.sheets["填报信息"].activate()

    (said,) = press(copy_reminders, book, CalcHost())

    assert said.endswith(next(iter(reminders_of(examined, AS_OF))).text)
    assert "请从此处复制" in said


def test_a_mentor_with_nothing_due_is_told(calc: xw.App, press: Press, ledgers: Path) -> None:
    (path,) = ledgers.glob("*.xlsx")
    (examined,) = read_ledgers(path, as_of=AS_OF).examined
    due = {each.mentor_id for each in reminders_of(examined, AS_OF)}
    codes = examined.ledger.table(MentorRow).column("mentor_id")
    free = next(at for at, code in enumerate(codes) if code not in due)
    book = calc.books.open(path)
    book.sheets["导师库"].activate()
    book.sheets["导师库"].range(f"A{free + 4}").select()

    (said,) = press(copy_reminders, book, Clipboard())

    assert "选中的导师没有到期事项，未复制" in said


def test_a_period_is_reported_as_the_command_does_it(
    calc: xw.App, press: Press, ledgers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "季报.xlsx"

    said = press(
        period_report, calc.books.add(), CalcHost([str(ledgers), "2026Q2", "固原市", str(out)])
    )

    alike = report_period(
        ledgers, tmp_path / "照.xlsx", parse_period("2026Q2"), as_of=AS_OF, scope="固原市"
    )
    assert cells_of(out) == cells_of(alike.out)
    assert calc.books.active.name == "季报.xlsx"
    assert f"已保存到：{out}" in said[-1]
    assert f"可打印的 PDF：{out.with_suffix('.pdf')}" in said[-1]
    assert out.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_last_years_ledgers_are_asked_for_where_the_period_before_lies_in_them(
    calc: xw.App, press: Press, ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = tmp_path / "上年"
    write_samples(last, townships=1, log_rows=60, error_rate=0, seed=7, as_of=date(2025, 12, 31))
    monkeypatch.setattr("workbooks.reports.pdf.print_pdf", lambda _: None)
    out = tmp_path / "半年报.xlsx"

    said = press(
        period_report, calc.books.add(),
        CalcHost([str(ledgers), "2026H1", "固原市", str(last), str(out)]),
    )  # fmt: skip

    alike = report_period(
        ledgers, tmp_path / "照.xlsx", parse_period("2026H1"), as_of=AS_OF, previous=last,
        scope="固原市",
    )  # fmt: skip
    assert cells_of(out) == cells_of(alike.out)
    assert "未生成 PDF；请用 Excel 或 WPS 打开报告，另存为 PDF。" in said[-1]


@pytest.mark.parametrize("given", [0, 1, 2, 3])
def test_no_report_is_made_where_a_question_is_cancelled(
    calc: xw.App, press: Press, ledgers: Path, tmp_path: Path, given: int
) -> None:
    answers = [str(ledgers), "2026Q2", "固原市"][:given]

    (said,) = press(period_report, calc.books.add(), CalcHost(answers))

    assert "已取消，未生成报告" in said
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_period_or_no_county_is_refused(
    calc: xw.App, press: Press, ledgers: Path
) -> None:
    for answers, words in ((["去年"], "不是季度、半年或年度"), (["2026", "开城镇"], "是乡镇")):
        with pytest.raises(UsageError, match=words):
            press(period_report, calc.books.add(), CalcHost([str(ledgers), *answers]))
