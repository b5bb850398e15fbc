from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from addin.actions.consolidate import consolidate
from addin.actions.ledger_set import LedgerSet, read_together
from addin.cli import cli
from addin.domain.contacts import Contacts
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.growth import growth as grown
from validators.sheets import FlagRow, GrowthRow
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("judged")
    write_samples(path, townships=4, log_rows=300, seed=9, as_of=AS_OF, jobs=2)
    return path


@pytest.fixture(scope="module")
def together(folder: Path) -> LedgerSet:
    return read_together(folder, as_of=AS_OF, jobs=2)


def as_json(command: str, folder: Path) -> Any:
    arguments = [command, str(folder), "--json", "--as-of", "2026-06-30"]
    return json.loads(CliRunner().invoke(cli, arguments, standalone_mode=False).output)


def test_flags_as_json_have_the_promised_form_and_find_the_planted(folder: Path) -> None:
    found = as_json("flags", folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))

    assert {*found} == {"flags", "copied"}
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


def test_every_flags_parts_add_up(folder: Path) -> None:
    for flag in as_json("flags", folder)["flags"]:
        assert sum(rule["points"] for rule in flag["rules"]) == flag["score"] <= 100


def test_awards_as_json_tell_every_condition_and_add_up(folder: Path) -> None:
    found = as_json("awards", folder)

    assert found["awards"]
    for one in found["awards"]:
        assert round(sum(one["scores"].values()), 1) == one["total"]
        assert all(condition["why"] for condition in one["conditions"])
        if one["shortlisted"]:
            assert all(condition["met"] for condition in one["conditions"])
    assert [one["name"] for one in found["public"]] == [
        one["name"] for one in found["awards"] if one["shortlisted"]
    ]


def test_a_clerk_reads_who_needs_help_and_what_to_do(folder: Path) -> None:
    said = (
        CliRunner()
        .invoke(cli, ["flags", str(folder), "--as-of", "2026-06-30"], standalone_mode=False)
        .output
    )

    assert "建议：" in said
    assert "形式主义" not in said
    assert "预警：红" in said


def test_the_consolidation_shows_what_the_merged_records_come_to(
    folder: Path, together: LedgerSet, tmp_path: Path
) -> None:
    out = tmp_path / "汇总.xlsx"
    consolidate([folder], out, as_of=AS_OF, jobs=2)
    book = openpyxl.load_workbook(out, read_only=True)
    contacts = Contacts(together.ledger, together.settings, AS_OF, together.own_settings)

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
