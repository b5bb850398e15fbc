"""The diffs of CONTRIBUTING.md, applied to a copy of the repository, and what follows from each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.shared import SharedFolder

ROOT = Path(__file__).parents[1]
FOLDERS = ("addin", "validators", "workbooks", "tests")


def diffs() -> dict[str, str]:
    """Return the diffs below each heading of "How to add"."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    chapter = text.partition("## How to add\n")[2].partition("\n## ")[0]
    sections = re.split(r"^### (.+)\n", chapter, flags=re.MULTILINE)[1:]
    return {
        heading: "".join(re.findall(r"```diff\n(.*?)```", section, re.DOTALL))
        for heading, section in zip(sections[::2], sections[1::2], strict=True)
    }


def with_additions(folder: Path) -> None:
    """Copy what git tracks of the product and the tests, and apply every diff to it."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", *FOLDERS],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.split("\0"):
        if not name.endswith(".png") and (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    for heading, diff in diffs().items():
        for part in re.split(r"^(?=--- )", diff, flags=re.MULTILINE)[1:]:
            applied = subprocess.run(
                ["git", "apply", "--recount", "-"],
                cwd=folder, input=part, capture_output=True, text=True, check=False,
                env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
            )  # fmt: skip
            assert applied.returncode == 0, f"{heading}: {applied.stderr}"


CHECKS = {
    "A column": """
        ledger = written_and_read(mentor=[{"name": "马志远", "training_hours": 12}])
        assert [hours for (hours,) in ledger.table(MentorRow).columns("training_hours")] == [12]
        """,
    "A setting": """
        from validators.settings import Settings, settings_list

        assert Settings().least_training == 8
        ledger = written_and_read(setting=[])
        names = [name for (name,) in ledger.table(SettingRow).columns("name")]
        assert "培训学时下限" in names
        """,
    "A rule": """
        from validators.rules import RULES

        (rule,) = [rule for rule in RULES if rule.code == "mentor.training.short"]
        ledger = written_and_read(mentor=[
            {"name": "马志远", "training_hours": 3}, {"name": "李秀英", "training_hours": 8}
        ])
        (finding,) = [finding for _, finding in rule.findings(ledger, RuleContext(AS_OF))]
        assert (finding.heading, finding.message) == ("培训学时", "培训学时 3 少于 8 学时")
        """,
    "A flag": """
        from addin.domain.flags.judgement import RULES

        (flag,) = [flag for flag in RULES if flag.code == "flag.survey.missing"]
        from tests.addin.domain.flags.case import judge
        from tests.build import change

        flags = judge(change("individual", 0, surveyed_on=None))
        assert [hit.facts for flag in flags for hit in flag.hits] == ["没有摸底日期"]
        """,
    "A button with its command": """
        from datetime import date

        from click.testing import CliRunner

        from addin.buttons import find_button
        from addin.cli import cli
        from addin.hosts.excel.build import ribbon_xml

        assert find_button("补填聘期").id == "fill_appointments"
        assert "补填聘期" in ribbon_xml().decode()
        write(Path("台账.xlsx"), mentor=[{"appointed_on": date(2026, 3, 1)}])
        done = CliRunner().invoke(cli, ["appoint", "台账.xlsx", "--out", "聘期.xlsx"])
        assert "已补填聘期 1 处。" in done.output, done.output
        table = read_ledger(Path("聘期.xlsx")).ledger.table(MentorRow)
        assert next(iter(table.columns("appointed_until")))[0] == date(2027, 3, 1)
        """,
    "A formula": """
        from addin.formulas import BD_MASK, FORMULAS

        assert BD_MASK in FORMULAS
        assert "13912345678" not in BD_MASK("电话13912345678")
        """,
    "An input sheet": """
        from datetime import date

        ledger = written_and_read(
            training=[{"mentor_id": "D640402104-001", "held_on": date(2026, 3, 1), "topic": "党务"}]
        )
        (model,) = [model for model in SHEETS if model.sheet.key == "training"]
        assert list(ledger.table(model).columns("topic")) == [("党务",)]
        """,
}
"""Python run with the copy's modules, by the heading of the diff it belongs to."""

PRELUDE = """
import json
import sys
import traceback
from datetime import date
from pathlib import Path

import validators
from validators.divisions import find_unit
from validators.rules import RuleContext
from validators.sheets import SHEETS, MentorRow, SettingRow
from workbooks.reader import read_ledger
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
assert Path(validators.__file__).is_relative_to(sys.argv[1])


def write(path, **rows):
    write_ledger(path, find_unit("原州区开城镇"), 2026, rows=rows, as_of=AS_OF)


def written_and_read(**rows):
    write(Path("写.xlsx"), **rows)
    return read_ledger(Path("写.xlsx")).ledger


failures = {}
for kind, check in json.loads(sys.argv[2]).items():
    try:
        exec(check, dict(globals()))
    except Exception:
        failures[kind] = traceback.format_exc()
print(json.dumps(failures))
"""


def run_checks(folder: Path) -> None:
    """Copy the repository with every addition, and keep what failed of the checks beside it."""
    copy = folder / "copy"
    with_additions(copy)
    answer = subprocess.run(
        [sys.executable, "-c", PRELUDE, copy, json.dumps({k: dedent(c) for k, c in CHECKS.items()})],
        env={**os.environ, "PYTHONPATH": str(copy)},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    (folder / "failures.json").write_text(answer.stdout.splitlines()[-1], encoding="utf-8")


@pytest.fixture(scope="module")
def failures(shared_folder: SharedFolder) -> dict[str, str]:
    folder = shared_folder("how-to-add", run_checks)
    answer: dict[str, str] = json.loads((folder / "failures.json").read_text(encoding="utf-8"))
    return answer


def test_every_kind_of_addition_has_a_diff_and_a_check() -> None:
    assert {heading: bool(diff) for heading, diff in diffs().items()} == dict.fromkeys(CHECKS, True)


@pytest.mark.parametrize("kind", CHECKS)
def test_what_contributing_shows_is_all_that_has_to_be_done(
    kind: str, failures: dict[str, str]
) -> None:
    assert failures.get(kind) is None, failures[kind]
