"""Reminders say what 本周待办 lists, to each mentor the own part, and no phone number."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from addin.actions.ledger_set import read_ledgers
from addin.actions.reports.remind import DueItems, Reminder, RemindResult, write_reminders
from addin.actions.update import update_ledgers
from addin.cli import cli
from tests.build import OTHER_UNIT, a_duty, a_ledger, a_world, add, change, code, ledger_of
from tests.year.plain_todo import TITLES, saved_todo
from validators.divisions import by_code
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from workbooks.masking import mask_text
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
GENERATED = datetime(2026, 7, 1, 9, 30)
MOBILE = "13912345678"
LISTS = ("contact", "duty", "assessment", "ending", "unpaired", "signature")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("提醒") / "台账"
    made.mkdir()
    for number in ("640402104", "640422100"):
        rows = clean_rows(number, seed=5, as_of=AS_OF, log_rows=60)
        rows["log"] = [row for row in rows["log"] if row["date"] < date(2026, 6, 12)]
        rows["mentor"][0]["phone"] = MOBILE
        rows["individual"][0]["name"] = "王小明"
        rows["duty"][0]["item"] = f"联系{MOBILE}"
        source = made.parent / f"{number}.xlsx"
        write_ledger(source, by_code()[number], 2026, rows=rows, as_of=AS_OF)
        update_ledgers(source, made / source.name, as_of=AS_OF)
    return made


@pytest.fixture(scope="module")
def done(folder: Path) -> RemindResult:
    return write_reminders(
        folder, folder.parent / "提醒文本.xlsx", as_of=AS_OF, generated=GENERATED
    )


def test_what_is_due_is_what_the_page_lists(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        (examined,) = read_ledgers(file, as_of=AS_OF).examined
        due = DueItems.of(examined.ledger, examined.settings, AS_OF)

        listed = saved_todo(file)

        counted = {name: len(due.reminders.keys(name)) for name in LISTS}
        assert counted == {
            name: listed[title][0] for name, title in zip(LISTS, TITLES, strict=True)
        }
        assert sum(counted.values()) > 8, "something is due"
        text = due.township_text("开城镇")
        for title in ("本月未联系", "本期未评价", "待结对超期"):
            for line in listed[title][1][:5]:
                assert line.partition("（")[0] in text


def told(ledger: Ledger, as_of: date = AS_OF) -> DueItems:
    validate(ledger, RuleContext(as_of))
    return DueItems.of(ledger, Settings(), as_of)


def test_a_mentor_is_told_of_own_pairings_only() -> None:
    other = a_duty(2, pairing_id=code("J", 2), item="看一看账本", due_on="2026-06-20")
    due = told(ledger_of(add("duty", other), change("duty", 0, due_on="2026-07-03")))

    first, second = (due.of_mentor(code("D", number)) for number in (1, 2))

    assert set(due.mentors()) == {code("D", 1), code("D", 2)}
    (of_second,) = second["duty"]
    assert of_second.endswith("“看一看账本”（已逾期10天）")
    assert first["duty"] == [f"朱晓明“{due.reminders.rows['duty'][0]['item']}”（7月3日前）"]
    text = due.mentor_text("马志远", "开城镇", first)
    assert text.startswith("【开城镇导师帮带提醒】马志远同志，6月有以下帮带事项：\n1. ")
    assert "看一看账本" not in text


def test_a_day_of_another_year_is_told_with_its_year() -> None:
    unsigned = change("assessment", 0, assessed_on="2025-11-20", signed_on=None)
    due = told(ledger_of(unsigned, change("duty", 0, due_on="2026-07-03", target=9)))

    text = due.township_text("开城镇")

    assert "（2025年11月20日）" in text
    assert "（7月3日前）" in text


@pytest.mark.parametrize("names", [{}, {code("D", 9, OTHER_UNIT): "穆桂花"}])
def test_a_mentor_from_elsewhere_is_named_or_told_by_id(names: dict[str, str]) -> None:
    away = code("D", 9, OTHER_UNIT)
    ledger = ledger_of(
        change("pairing", 0, mentor_id=away, mentor_name=None),
        change("duty", 0, due_on="2026-06-20", target=9),
        change("log", 0, date="2026-05-03"),
    )
    validate(ledger, RuleContext(AS_OF))

    due = DueItems.of(ledger, Settings(), AS_OF, names)

    name = names.get(away, away)
    assert due.mentor_name(away) == name
    text = due.township_text("开城镇")
    assert f"本月尚未联系：{name}→朱晓明" in text
    assert f"职责到期或逾期：{name}→朱晓明（已逾期10天）" in text
    assert not re.search(r"[、：]→", text)


def test_the_mentor_of_another_ledger_is_looked_up_there(folder: Path, tmp_path: Path) -> None:
    book = {path.stem: tmp_path / path.name for path in folder.iterdir()}
    home, away = "640402104", "640422100"
    for number, path in book.items():
        rows = clean_rows(number, seed=5, as_of=AS_OF, log_rows=60)
        if number == away:
            mentor = clean_rows(home, seed=5, as_of=AS_OF, log_rows=60)["mentor"][2]
            rows["log"] = [row for row in rows["log"] if row["date"] < date(2026, 6, 1)]
            for row in rows["pairing"]:
                row |= {"mentor_id": mentor["mentor_id"], "mentor_name": None}
        write_ledger(path, by_code()[number], 2026, rows=rows, as_of=AS_OF)

    told = write_reminders(tmp_path, tmp_path / "提醒文本.xlsx", as_of=AS_OF).reminders

    (text,) = (each.text for each in told if each.unit == away and not each.mentor_id)
    assert f"本月尚未联系：{mentor['name']}→" in text
    assert [each.name for each in told if each.unit == away and each.mentor_id] == [mentor["name"]]


def test_a_duty_the_log_says_is_done_is_not_due() -> None:
    done_duty = change("duty", 0, target=1, due_on="2026-06-20", progress="逾期")

    assert told(ledger_of(done_duty)).reminders.keys("duty") == []


def test_a_township_with_nothing_due_is_told_so() -> None:
    world = a_world()
    form = world.pop("unit")
    empty = told(a_ledger(file="开城镇.xlsx", form=form, **{key: [] for key in world}))

    assert empty.mentors() == []
    assert empty.township_text("开城镇") == (
        "【开城镇导师帮带提醒】截至6月30日，无到期事项，请继续按月联系、按季评价。"
    )


def test_texts_stand_in_the_sheet_and_in_the_plain_file(done: RemindResult) -> None:
    sheet = openpyxl.load_workbook(done.out)["提醒文本"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]

    assert [row[5] for row in rows] == [each.text for each in done.reminders]
    plain = done.plain.read_text(encoding="utf-8-sig")
    assert plain.strip().split("\n\n") == [each.text for each in done.reminders]
    townships = [each for each in done.reminders if not each.mentor_id]
    assert [each.name for each in townships] == ["开城镇", "吉强镇"]
    assert all(each.items for each in done.reminders if each.mentor_id)


def test_no_number_to_call_is_in_a_text(done: RemindResult) -> None:
    def clean(each: Reminder) -> bool:
        return mask_text(each.text) == each.text and not re.search(r"\d{7,}", each.text)

    assert [each.text for each in done.reminders if not clean(each)] == []


def test_equal_inputs_give_equal_bytes(folder: Path, done: RemindResult, tmp_path: Path) -> None:
    again = write_reminders(folder, tmp_path / "r.xlsx", as_of=AS_OF, generated=GENERATED)

    assert again.out.read_bytes() == done.out.read_bytes()


def test_the_command_counts_its_texts(folder: Path, tmp_path: Path) -> None:
    (first, _) = sorted(folder.iterdir())
    arguments = ["remind", str(first), "--out", str(tmp_path / "r.xlsx"), "--as-of", "2026-06-30"]

    answer = CliRunner().invoke(cli, arguments, standalone_mode=False)

    assert answer.return_value == 0
    assert "提醒文本：乡镇（街道）1 条、导师" in answer.output
    assert f"文字版：{tmp_path / 'r.txt'}" in answer.output
