"""What two ledgers tell of an edit, their consolidated workbooks tell of it, too."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from addin.actions.consolidate import consolidate
from addin.actions.exchange.compare import compare_files
from addin.domain.changes import ChangeKind, Comparison
from tests.addin.actions.returned.desk import Desk, Tab, plain
from tests.addin.actions.returned.test_typed_into_generated import KEYS, generated
from tests.support.shared import SharedFolder
from validators.columns import Kind
from validators.divisions import by_code, full_name
from validators.errors import UsageError
from validators.sheets import columns_by_field
from workbooks.masking import mask_phone, mask_text
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
UNITS = ("640402104", "640422100")
FORM = ("填报人", "审核人", "办公电话", "填报单位")


def write(folder: Path) -> None:
    for unit in UNITS:
        rows = clean_rows(unit, seed=5, as_of=AS_OF, log_rows=30)
        rows |= {KEYS[sheet]: listed for sheet, listed in generated(rows).items()}
        path = folder / f"{full_name(by_code()[unit])}.xlsx"
        write_ledger(path, by_code()[unit], AS_OF.year, rows=rows, as_of=AS_OF)


def edit(path: Path, draw: random.Random) -> None:
    """Type over a cell of every column of every sheet, empty a row here and there."""
    desk = Desk(path, AS_OF)
    for tab in desk.tabs.values():
        about = tab.model.sheet.about[:1]
        rows = (
            [row for row in range(tab.head + 1, tab.sheet.max_row + 1) if tab.text(row, about[0])]
            if about
            else [*tab.rows()]
        )
        for name in tab.typed() if rows else ():
            tab.put(draw.choice(rows), name, another(tab, name, draw))
        if len(rows) > 5 and tab.model.sheet.key not in {"setting", "mentor"}:
            tab.empty(draw.choice(rows))
    for heading in draw.sample(FORM, 2):
        desk.form[heading].value = f"{draw.choice('张王李赵')}{draw.choice('军伟芳敏')}"
    desk.book.save(path)


def another(tab: Tab, name: str, draw: random.Random) -> object:
    """Return a value that fits a column, or one that does not."""
    column = columns_by_field(tab.model)[name]
    if draw.random() < 0.15:
        return draw.choice(["不详", "五月某日", 20260503, -7, None])
    if column.kind in {Kind.DAY, Kind.MONTH}:
        return AS_OF - timedelta(days=draw.randrange(400))
    if column.choices:
        return draw.choice(column.choices)
    if column.kind is Kind.TEXT:
        return f"改{draw.randrange(10**6)}电话139{draw.randrange(10**8):08}"
    return draw.randrange(1, 6)


def told(comparison: Comparison, *, masked: bool) -> Counter[tuple[str, ...]]:
    """Return the lines on rows and cells, with personal numbers as a consolidated workbook has them."""

    def shown(heading: str, text: str) -> str:
        return text if masked else mask_phone(text) if heading == "联系电话" else mask_text(text)

    return Counter(
        (c.place, c.sheet, shown("", c.key), c.kind, c.heading,
         *((shown(c.heading, c.old), shown(c.heading, c.new)) if c.heading else ()))
        for c in comparison.changes
        if not c.kind.startswith("问题")
    )  # fmt: skip


@given(st.integers(0, 10**6))
@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_ledgers_and_their_consolidated_workbooks_tell_the_same_of_every_edit(
    shared_folder: SharedFolder, tmp_path: Path, seed: int
) -> None:
    before, draw = shared_folder("compared-ledgers", write), random.Random(seed)
    after = tmp_path / f"{seed}"
    shutil.copytree(before, after, dirs_exist_ok=True)
    for path in sorted(after.iterdir()):
        edit(path, draw)
    of_ledgers: Counter[tuple[str, ...]] = Counter()
    for path in sorted(before.iterdir()):
        result = compare_files(path, after / path.name, as_of=AS_OF)
        of_ledgers += told(result.comparison, masked=False)
    old, new = (tmp_path / f"{seed}-{name}.xlsx" for name in ("上期", "本期"))
    for folder, out in ((before, old), (after, new)):
        consolidate([folder], out, as_of=AS_OF)

    assert told(compare_files(old, new, as_of=AS_OF).comparison, masked=True) == of_ledgers
    assert {line[1] for line in of_ledgers} >= {
        "填报信息",
        "交流园地",
        "职责清单",
        "参数",
        "职责模板",
        *KEYS,
    }


@pytest.mark.parametrize("typed", ["code", "township"])
def test_ledgers_of_two_units_are_not_compared_but_those_of_one_under_a_wrong_name_are(
    shared_folder: SharedFolder, tmp_path: Path, typed: str
) -> None:
    one, other = sorted(shared_folder("compared-ledgers", write).iterdir())
    with pytest.raises(UsageError, match="不是同一单位的台账"):
        compare_files(one, other, as_of=AS_OF)
    desk, wrong = Desk(one, AS_OF), tmp_path / "改.xlsx"
    heading, value = {"code": ("行政区划代码", UNITS[1]), "township": ("乡镇(街道)", "将台堡镇")}[
        typed
    ]
    desk.form[plain(heading)].value = value
    desk.book.save(wrong)

    lines = [
        c for c in compare_files(wrong, one, as_of=AS_OF).comparison.changes if c.heading == heading
    ]

    assert [(c.kind, c.old) for c in lines if not c.kind.startswith("问题")] == [("修改", value)]


def test_a_memory_somebody_typed_over_is_named(shared_folder: SharedFolder, tmp_path: Path) -> None:
    folder, out = shared_folder("compared-ledgers", write), tmp_path / "上期.xlsx"
    consolidate([folder], out, as_of=AS_OF)
    book = openpyxl.load_workbook(out)
    told = next(r for r in book["_汇总数据"].iter_rows() if str(r[1].value) == "内容·参数")
    for typed in ("改", "{", '{"rows": [4], "columns": {"value": []}}'):
        told[2].value = typed
        book.save(out)

        with pytest.raises(UsageError, match=r"“上期\.xlsx”隐藏的“_汇总数据”表已被改动"):
            compare_files(out, out, as_of=AS_OF)


def test_a_part_of_a_whole_number_is_shown_and_compared_as_typed(
    shared_folder: SharedFolder, tmp_path: Path
) -> None:
    before = min(shared_folder("compared-ledgers", write).iterdir())
    outs = [tmp_path / "上期.xlsx", tmp_path / "本期.xlsx"]
    for out, typed in zip(outs, (1.5, 2), strict=True):
        ledger = tmp_path / out.stem / before.name
        desk = Desk(before, AS_OF)
        duties = desk.tabs["duty"]
        duties.put(row := min(duties.rows()), "target", typed)
        duties.sheet.cell(row, duties.columns["target"]).number_format = "General"
        code = duties.code(row, "duty_id")
        ledger.parent.mkdir()
        desk.book.save(ledger)
        consolidate([ledger.parent], out, as_of=AS_OF)

    book = openpyxl.load_workbook(outs[0], read_only=True)
    shown = next(row for row in book["职责清单"].iter_rows(values_only=True) if code in row)
    told = compare_files(*outs, as_of=AS_OF).comparison.changes

    assert "1.5" in shown
    assert [(c.heading, c.old, c.new) for c in told if c.kind is ChangeKind.CHANGED] == [
        ("目标次数", "1.5", "2")
    ]
