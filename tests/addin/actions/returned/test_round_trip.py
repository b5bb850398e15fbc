"""The loop over sample ledgers with every planted fault: what a returned ledger says leads to a clean one.

`BANGDAI_ROUND_TRIPS=20x100x7,20x100x8` (ledgers × log rows × seed) walks it over larger folders.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from addin.actions.consolidate import consolidate
from addin.actions.demo import make_samples
from addin.actions.exchange.return_ledgers import return_ledgers
from tests.addin.actions.returned.advice import correct
from tests.addin.actions.returned.desk import listed_changes
from validators.findings import Finding
from validators.vocabulary import Level

AS_OF = date(2026, 11, 20)
LONG = ",12x200x21,20x100x7" if os.environ.get("HYPOTHESIS_PROFILE") == "long" else ""
SIZES = os.environ.get("BANGDAI_ROUND_TRIPS", f"3x60x11{LONG}").split(",")


RATE = 0.08


class Line(NamedTuple):
    """A line of 变动明细 on a row or a cell."""

    place: str
    sheet: str
    key: str
    kind: str
    heading: str
    old: str
    new: str

    def says(self, other: Line) -> bool:
        """Tell whether another line says the same, personal numbers in this one masked."""
        masked = (re.sub(r"(?:\\\*)+", ".+", re.escape(text)) for text in self[5:])
        return self[:5] == other[:5] and all(
            any(re.fullmatch(pattern, one, re.DOTALL) for one in (text, text.replace("-", "")))
            for pattern, text in zip(masked, map(_narrow, other[5:]), strict=True)
        )


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text) if text.isupper() else text


def grave(findings: Iterable[Finding]) -> list[str]:
    return [
        f"{f.file} {f.sheet}!{f.cell} {f.code} {f.message}→{f.suggestion}"
        for f in findings
        if f.level is not Level.NOTICE
    ]


def listed(workbook: Path) -> tuple[list[Line], int]:
    """Return the lines on rows and cells, and how many findings are told fixed."""
    rows = [Line(*(str(cell or "") for cell in row)) for row in listed_changes(workbook)]
    lines = [line for line in rows if not line.kind.startswith("问题")]
    lines = [line if line.heading else line._replace(old="", new="") for line in lines]
    return lines, sum(line.kind == "问题已改正" for line in rows)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("style", [1, 2])
def test_what_returned_ledgers_ask_for_leaves_nothing_and_is_all_that_is_told_as_changed(
    style: int, size: str, tmp_path: Path
) -> None:
    townships, log_rows, seed = map(int, size.split("x"))
    reported, again = tmp_path / "上报", tmp_path / "再报"
    make_samples(
        reported, townships=townships, log_rows=log_rows, error_rate=RATE, seed=seed, as_of=AS_OF,
        style=style,
    )  # fmt: skip
    for truth in reported.glob("truth*"):
        truth.unlink()
    first = consolidate([reported], tmp_path / "一.xlsx", as_of=AS_OF)
    planted = grave(first.report.findings)
    assert len(planted) > 5 * townships

    returned = return_ledgers(reported, tmp_path / "退回", as_of=AS_OF)
    shutil.copytree(reported, again)
    done = []
    for each in returned.files:
        assert not each.problem
        if each.message:
            shutil.copyfile(returned.out / each.file, again / each.file)
            done += [Line(each.place, *line) for line in correct(again / each.file, AS_OF)]
    second = consolidate([again], tmp_path / "二.xlsx", as_of=AS_OF, previous=tmp_path / "一.xlsx")

    assert grave(second.report.findings) == []
    lines, fixed = listed(tmp_path / "二.xlsx")
    assert fixed == len(planted)
    assert [d for d in done if not any(line.says(d) for line in lines)] == []
    assert [line for line in lines if not any(line.says(d) for d in done)] == []
    assert len(lines) == len(done)
