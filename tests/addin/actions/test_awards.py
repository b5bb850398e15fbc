from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from addin.cli import cli
from tests.addin.actions.judged_samples import AS_OF, json_of
from validators.divisions import by_code
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger


def test_awards_as_json_tell_every_condition_and_add_up(judged_folder: Path) -> None:
    found = json_of("awards", judged_folder)

    assert found["awards"]
    for award in found["awards"]:
        assert round(sum(award["scores"].values()), 1) == award["total"]
        assert all(condition["why"] for condition in award["conditions"])
        if award["shortlisted"]:
            assert all(condition["met"] for condition in award["conditions"])
    assert [one["name"] for one in found["public"]] == [
        one["name"] for one in found["awards"] if one["shortlisted"]
    ]


def test_the_year_is_the_ledgers_or_the_one_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = clean_rows("640402104", seed=5, as_of=AS_OF, log_rows=20)
    write_ledger(path, by_code()["640402104"], 2026, rows=rows, as_of=AS_OF)

    def judged(*arguments: str) -> Any:
        told = ["awards", str(path), "--json", "--as-of", "2027-01-09", *arguments]
        return json.loads(CliRunner().invoke(cli, told, standalone_mode=False).output)

    said = CliRunner().invoke(cli, ["awards", str(path), "--as-of", "2027-01-09"]).output

    assert judged()["year"] == 2026
    assert judged()["awards"] == judged("--year", "2026")["awards"]
    assert judged("--year", "2027")["year"] == 2027
    assert judged("--year", "2027")["awards"] != judged()["awards"]
    assert "2026 年度参评导师" in said
