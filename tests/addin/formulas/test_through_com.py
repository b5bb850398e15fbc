"""What Excel gets through xlwings' own COM-side code is what a direct call returns."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import addin.formulas
from addin.formulas import FORMULAS
from tests.support.as_com import Tables, tables_of
from tests.support.com_side import MISSING, Cells
from workbooks.samples import write_samples

DAY = datetime(2026, 6, 30)
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("com")
    write_samples(folder, townships=1, log_rows=200, seed=5, as_of=date(2026, 6, 30))
    return tables_of(next(folder.glob("*.xlsx")))[0]


def ids(table: list[list[Any]]) -> list[list[Any]]:
    at = next(at for at, heading in enumerate(table[0]) if heading and "编号" in heading)
    return [[row[at]] for row in table[1:]]


def calls_of(tables: Tables) -> list[tuple[str, list[Any]]]:
    def whole(*keys: str) -> list[Any]:
        return [Cells(tables[key]) for key in keys]

    mentees = Cells(ids(tables["individual"]))
    mentors = Cells(ids(tables["mentor"]))
    first = Cells(mentors.values[0][0])
    pool = whole("mentor", "individual", "organisation", "pairing", "suggestion")
    records = whole("pairing", "duty", "log", "assessment")
    people = whole("individual", "organisation")
    setting = Cells(tables["setting"])
    log = Cells(tables["log"][1:]), Cells(tables["log"][:1])
    untidy = [["2026年5月3日"], [None], [datetime(2026, 5, 4)], [-2146826246], [46203.0], ["?"]]
    return [
        ("BD_CHECK", [*log, "工作日志", MISSING, DAY, MISSING]),
        ("BD_MATCH", [first, mentees, *pool, MISSING, DAY]),
        ("BD_WHY", [first, mentees, *pool, setting, DAY]),
        ("BD_SUGGEST", [mentees, 3.0, *pool, setting, DAY]),
        ("BD_DUTY", [Cells(ids(tables["duty"])), *whole("duty", "log", "pairing"),
                     setting, DAY]),
        ("BD_GROWTH", [mentees, *people, *whole("assessment"), setting, DAY]),
        ("BD_RISK", [mentees, *people, *whole("mentor"), *records, setting, DAY]),
        ("BD_GOLD", [mentors, *whole("mentor"), *people, *records,
                     *whole("conversion", "completion", "misconduct"), setting, DAY]),
        ("BD_DATE", [Cells(untidy)]),
        ("BD_DATE", [Cells("2026.5.3")]),
        ("BD_NAME", [Cells([["马 志 远", "阿依古丽.买买提"]])]),
        ("BD_PLACE", [Cells([["开城镇"], ["冯庄村委会"]])]),
        ("BD_RISK", [mentees, *people, *whole("log"), *records, setting, DAY]),  # a wrong table
    ]  # fmt: skip


def test_every_formula_gives_the_same_over_com_as_called_directly(tables: Tables) -> None:
    calls = calls_of(tables)

    answer = subprocess.run(
        [sys.executable, "-m", "tests.support.com_side"],
        input=pickle.dumps(calls),
        capture_output=True,
        cwd=ROOT,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr.decode()[-2000:]
    over_com = pickle.loads(answer.stdout)
    assert {name for name, _ in calls} == {one.__name__ for one in FORMULAS}
    for (name, arguments), told in zip(calls, over_com, strict=True):
        handed = [_direct(one) for one in arguments]
        assert told == _written(getattr(addin.formulas, name)(*handed)), name
    assert "第 4 个参数" in over_com[-1][0][0]


def _direct(argument: Any) -> Any:
    if isinstance(argument, Cells):
        return argument.values
    return None if argument == MISSING else argument


def _written(answer: Any) -> list[list[Any]]:
    """Return an answer as xlwings writes it: always rows, times with the zone COM asks for."""
    rows = answer if isinstance(answer, list) else [[answer]]
    return [
        [one.replace(tzinfo=UTC) if isinstance(one, datetime) else one for one in row]
        for row in rows
    ]
