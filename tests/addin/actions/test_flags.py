from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from addin.actions.consolidate import consolidate
from addin.actions.ledger_set import LedgerSet, read_ledgers
from addin.cli import cli
from addin.domain.contacts import Contacts
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.growth import growth as grown
from tests.addin.actions.judged_samples import AS_OF, json_of
from validators.sheets import FlagRow, GrowthRow


@pytest.fixture(scope="module")
def ledgers(judged_folder: Path) -> LedgerSet:
    return read_ledgers(judged_folder, as_of=AS_OF)


def test_flags_as_json_have_the_promised_form_and_find_the_planted(judged_folder: Path) -> None:
    found = json_of("flags", judged_folder)
    truth = json.loads((judged_folder / "truth.json").read_text(encoding="utf-8"))

    assert {*found} == {"flags", "copied", "files"}
    assert {*found["flags"][0]} == {
        "file", "mentee_id", "mentor_id", "level", "score", "rules", "measure",
    }  # fmt: skip
    assert {*found["flags"][0]["rules"][0]} == {"code", "points", "facts"}
    assert {*found["copied"][0]} == {
        "file", "log_id", "source_file", "source_log_id", "similarity",
    }  # fmt: skip
    serious = {(f["file"], f["mentee_id"]) for f in found["flags"] if f["level"] in "红黄"}
    planted = {(one["file"], one["mentee_id"]) for one in truth["struggling"]}
    assert len(serious & planted) / len(serious | planted) > 0.95
    copies = {(c["log_id"], c["source_log_id"]) for c in found["copied"]}
    entries = {(c["log_id"], c["source_log_id"]) for c in truth["copied"]}
    assert len(copies & entries) / len(copies | entries) > 0.95


def test_every_flags_parts_add_up(judged_folder: Path) -> None:
    for flag in json_of("flags", judged_folder)["flags"]:
        assert sum(rule["points"] for rule in flag["rules"]) == flag["score"] <= 100


def test_a_clerk_reads_who_needs_help_and_what_to_do(judged_folder: Path) -> None:
    said = (
        CliRunner()
        .invoke(cli, ["flags", str(judged_folder), "--as-of", "2026-06-30"], standalone_mode=False)
        .output
    )

    assert "建议：" in said
    assert "形式主义" not in said
    assert "预警：红" in said


def test_the_consolidation_shows_what_the_merged_records_come_to(
    judged_folder: Path, ledgers: LedgerSet, tmp_path: Path
) -> None:
    out = tmp_path / "汇总.xlsx"
    consolidate([judged_folder], out, as_of=AS_OF)
    book = openpyxl.load_workbook(out, read_only=True)
    contacts = Contacts(ledgers.ledger, ledgers.settings, AS_OF, ledgers.own_settings)

    sheet = book[FlagRow.sheet.name]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    headings = list(next(sheet.iter_rows(min_row=3, max_row=3, values_only=True)))
    mentee, score = headings.index("对象编号"), headings.index("风险分")

    assert {(row[mentee], row[score]) for row in rows} == {
        (flag.mentee_id, flag.score) for flag in flags(LedgerFacts(contacts))
    }
    for name in (
        "金牌导师公示",
        "两个带头人转化",
        "组织销号",
        "比学赶帮",
        "通报下发",
        "记录质量提示",
    ):
        assert book[name]["A3"].value, name
    growth = [row for row in book[GrowthRow.sheet.name].iter_rows(min_row=4) if row[0].value]
    assert len(growth) == len(grown(LedgerFacts(contacts))) > 50
