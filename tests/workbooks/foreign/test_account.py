from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks.foreign.sheets import Rows, a_sheet, accounted, cells_of, read, records
from tests.workbooks.foreign.test_forms import a_form
from tests.workbooks.foreign.test_tables import BOTH, MERGES, PAIRS

ROSTER: Rows = [
    ["帮带对象名册"],
    ["序号", "姓名", "性别", "出生年月", "职务", "类别", "联系电话", "备注"],
    *(
        [n, f"朱{c}明", "男", "1990.05", "文书", "乡村干部", "13895409999", None]
        for n, c in enumerate("晓小海玉", 1)
    ),
    ["小计", 4],
    ["注：1.本表一式两份。"],
    ["填表人：苏某", None, None, "2026年3月10日"],
]
LOG: Rows = [
    ["日期", "导师", "对象", "形式", "内容", "记录人"],
    *(["5.3", "马志远", "朱晓明", "线下", f"指导台账{n}", "何文静"] for n in range(6)),
]
LINES: Rows = [
    ["结对名单"],
    ["导师：马志远（镇党委副书记）  对象：朱晓明"],
    ["导师：王秀兰 对象：陈小燕"],
]
SIDEWAYS: Rows = [
    ["姓名", "马志远", "王秀兰"],
    ["职务", "主任", "站长"],
    ["联系电话", "13895401234"],
]
PLACES: Rows = [["甲", 1, "乙"], ["丙", None, 2.5], ["2026年3月"], [True, "冯庄村", "—"]]
LAYOUTS: dict[str, tuple[Rows, tuple[str, ...]]] = {
    "pairs": (PAIRS, MERGES),
    "roster": (ROSTER, ("A1:H1",)),
    "log": (LOG, ()),
    "lines": (LINES, ()),
    "sideways": (SIDEWAYS, ()),
    "no table": (PLACES, ()),
    "mentors above": ([*ROSTER[:3], ["导师：马志远", None, "职务：副镇长"], *ROSTER[3:]], ()),
    "both sides": (BOTH, ("A2:A4",)),
    "two tables": ([*ROSTER, [], *LOG], ("A1:H1",)),
}


def mutated(rows: Rows, rng: Random) -> Rows:
    """Return rows with cells emptied, moved in, doubled and overwritten, and with rows put in between."""
    changed = [list(row) for row in rows]
    for _ in range(rng.randrange(6)):
        row = rng.randrange(len(changed))
        match rng.randrange(6):
            case 0:
                changed.insert(row, [])
            case 1:
                changed.insert(row, list(rng.choice(changed)))
            case 2:
                changed.insert(row, [None] * rng.randrange(4) + [rng.choice(_WORDS)])
            case 3 if changed[row]:
                changed[row][rng.randrange(len(changed[row]))] = None
            case 4 if changed[row]:
                changed[row][rng.randrange(len(changed[row]))] = rng.choice(_WORDS)
            case 5:
                changed[row] = [None, *changed[row]]
    return changed


_WORDS = (
    "合计",
    "姓名",
    "注：略",
    "（续表）",
    "冯庄村",
    12,
    " ",
    "序号",
    "导师：马志远 对象：朱晓明",
    "【导师】马志远",
    "乡村干部",
    "x" * 90,
)


@settings(deadline=None, max_examples=60)
@given(layout=st.sampled_from(sorted(LAYOUTS)), seed=st.integers(0, 10_000))
def test_every_cell_stands_in_one_table_or_is_said_to_be_outside(layout: str, seed: int) -> None:
    rows, merges = LAYOUTS[layout]
    sheet = a_sheet(mutated(rows, Random(seed)), *merges)

    counted = accounted(read(sheet))

    assert set(counted) == cells_of(sheet)
    assert set(counted.values()) <= {1}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_the_cells_of_a_tidy_layout_are_accounted_for(layout: str) -> None:
    rows, merges = LAYOUTS[layout]
    sheet = a_sheet(rows, *merges)

    assert accounted(read(sheet)) == dict.fromkeys(cells_of(sheet), 1)


def test_the_cells_of_forms_on_several_tabs_are_accounted_for() -> None:
    sheets = [a_form("马志远", "朱晓明", "书记"), a_form("王秀兰", "陈小燕", "文书")]

    assert accounted(read(*sheets)) == dict.fromkeys(cells_of(*sheets), 1)


def test_a_cell_of_its_own_under_a_merge_stays_its_rows_own() -> None:
    sheet = a_sheet(
        [["姓名", "职务", "电话"], ["马志远", "主任", "1"], [None, "站长", "2"], [None, None, "3"]],
        "A2:A4",
        "B2:B4",
    )

    source = read(sheet)

    (table,) = source.tables
    assert [row.get("职务") for row in records(table)] == ["主任", "站长", "主任"]
    assert accounted(source) == dict.fromkeys(cells_of(sheet), 1)


def test_a_village_over_no_rows_is_a_cell_outside() -> None:
    sheet = a_sheet([["序号", "姓名", "职务"], ["一、冯庄村"], [], ["注：略"]])

    assert accounted(read(sheet)) == dict.fromkeys(cells_of(sheet), 1)
