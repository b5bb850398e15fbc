"""Make a planned file as untidy as real ones are, with the right answers kept beside it.

Each function changes the plan and says whether it found something to change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import copy
from random import Random

from tests.imports.cast import NEIGHBOUR, TOWNSHIP
from tests.imports.plan import NUMBER, Answer, Plan, Tab, nothing

Disturbance = Callable[[Plan, Random], bool]
ID_CARD = nothing("id_card")
YELLOW = "#FFFF00"


def _tables(plan: Plan) -> list[Tab]:
    """Return the tabs with a record a row below headings."""
    return [tab for tab in plan.tabs if _is_table(tab)]


def _is_table(tab: Tab) -> bool:
    lines: dict[str, set[int]] = {}
    for (row, _), put in tab.puts.items():
        if len(put.records) == 1:
            lines.setdefault(put.records[0], set()).add(row)
    return bool(lines) and all(len(rows) == 1 for rows in lines.values()) and len(lines) > 1


def _below(tab: Tab) -> list[int]:
    """Return the rows that follow a record's row and no merge ties to it."""
    rows = tab.record_rows()
    tied = {row for first, _, last, _ in tab.merges for row in range(first + 1, last + 1)}
    return [row for row in rows if row - 1 in rows and row not in tied]


def _heading_row(tab: Tab) -> int:
    return tab.record_rows()[0] - 1


def _heading_rows(tab: Tab) -> list[int]:
    """Return the rows of headings, those of further tables and repeated ones too."""
    rows = tab.record_rows()
    filled = Counter(row for row, _ in tab.puts)
    return [row - 1 for row in rows if row - 1 not in rows and filled[row - 1] > 2]


def blank_rows(plan: Plan, rng: Random) -> bool:
    """Leave rows empty between records."""
    found = False
    for tab in _tables(plan):
        for row in sorted(rng.sample(_below(tab), min(2, len(_below(tab)))), reverse=True):
            tab.insert_row(row)
            found = True
    return found


def hidden_column(plan: Plan, rng: Random) -> bool:
    """Hide a column of the table."""
    for tab in _tables(plan):
        columns = {column for (_, column), put in tab.puts.items() if put.records}
        tab.hidden_columns.add(rng.choice(sorted(columns)))
    return bool(_tables(plan))


def hidden_row(plan: Plan, rng: Random) -> bool:
    """Hide a record, as a filter leaves it."""
    for tab in _tables(plan):
        tab.hidden_rows.add(rng.choice(tab.record_rows()))
    return bool(_tables(plan))


def formula_numbers(plan: Plan, rng: Random) -> bool:
    """Number the rows by a formula."""
    numbers = [put for _, _, put in plan.cells() if put.answer == NUMBER]
    for put in numbers:
        if isinstance(put.value, int):
            put.formula = f"=ROW()-ROW($A$3)+{put.value}*0"
    return bool(numbers)


def narrow_title(plan: Plan, rng: Random) -> bool:
    """Merge the title over part of the table's width only."""
    found = False
    for tab in plan.tabs:
        for merge in [merge for merge in tab.merges if merge[0] == merge[2] == 1 and merge[3] > 4]:
            tab.merges.discard(merge)
            tab.merges.add((merge[0], merge[1], merge[2], merge[1] + 2))
            found = True
    return found


NOTES = (
    "注：1.本表由各村（社区）填写，一式两份。",
    "2.联系电话请填写本人手机号码。",
    "填表说明：请于每月5日前报送至镇党建办，联系人：马小云，电话0954-2032000。",
)


def trailing_notes(plan: Plan, rng: Random) -> bool:
    """Write notes below the table."""
    for tab in _tables(plan):
        row = tab.last_row + rng.choice((1, 2))
        for number, note in enumerate(NOTES):
            tab.put(row + number, 1, note)
    return bool(_tables(plan))


def foreign_people(plan: Plan, rng: Random) -> bool:
    """Give some rows to another township."""
    found = False
    for tab in _tables(plan):
        row = rng.choice(tab.record_rows())
        for (at, _), put in tab.puts.items():
            if at == row and put.records and TOWNSHIP in str(put.value):
                put.value = str(put.value).replace(TOWNSHIP, NEIGHBOUR)
                found = True
    return found


CHANGED = {
    "mentor.phone": "13900009876",
    "individual.phone": "13900006789",
    "mentor.employer": "开城镇综合执法大队副队长",
    "individual.post": "村务监督委员会主任",
    "log.content": "到村部一起核对了补贴发放表。",
}


def same_person_twice(plan: Plan, rng: Random) -> bool:
    """Repeat a row with one field different."""
    for tab in _tables(plan):
        rows = _below(tab)
        if not rows:
            continue
        row = rng.choice(rows)
        tab.insert_row(row)
        for column in range(1, tab.last_column + 1):
            put = tab.puts.get((row - 1, column))
            if put and len(put.records) == 1:
                again = copy(put)
                again.records = (f"{put.records[0]}99",)
                again.value = CHANGED.get(put.answer.key, put.value) if put.answer else put.value
                tab.puts[row, column] = again
    return any(_below(tab) for tab in _tables(plan))


def id_cards(plan: Plan, rng: Random) -> bool:
    """Add a column of numbers that are shaped like those of identity cards, of nobody."""
    found, words = False, rng.choice(("身份证号", "身份证号码", "公民身份号码"))
    for tab in plan.tabs if _tables(plan) else ():
        heading = _heading_row(tab)
        column = next(
            (
                column
                for (row, column), put in sorted(tab.puts.items())
                if put.answer and put.answer.key.endswith(".name") and len(put.records) == 1
            ),
            0,
        )
        if not column or any(c <= column < d for _, c, _, d in tab.merges if heading > 1 and c > 1):
            continue
        tab.insert_column(column + 1)
        for row in _heading_rows(tab):
            tab.put(row, column + 1, words)
        for row in tab.record_rows():
            owner = tab.puts.get((row, column))
            if owner:
                tab.put(row, column + 1, _id_number(rng), *owner.records, answer=ID_CARD)
        found = True
    return found


def id_in_text(plan: Plan, rng: Random) -> bool:
    """Write a number of that shape into a text, as somebody does who has no column for it."""
    found = False
    for tab in _tables(plan):
        texts = [
            put
            for put in tab.puts.values()
            if put.records and isinstance(put.value, str) and _is_text(put.answer)
        ]
        for put in rng.sample(texts, min(2, len(texts))):
            put.value = f"{put.value}（身份证{_id_number(rng)}）"
            found = True
    return found


def _is_text(answer: Answer | None) -> bool:
    return answer is not None and answer.key in ("notes", "log.content", "individual.weakness")


def _id_number(rng: Random) -> str:
    year, month, day = rng.randint(1960, 2004), rng.randint(1, 9), rng.randint(10, 28)
    return f"640402{year}0{month}{day}99{rng.randint(10, 99)}"


def struck_rows(plan: Plan, rng: Random) -> bool:
    """Strike somebody through who has left."""
    for tab in _tables(plan):
        tab.struck.add(rng.choice(tab.record_rows()))
    return bool(_tables(plan))


def coloured_rows(plan: Plan, rng: Random) -> bool:
    """Colour rows, and say below what the colour means."""
    for tab in _tables(plan):
        for row in rng.sample(tab.record_rows(), 2):
            tab.fills[row] = YELLOW
        tab.put(tab.last_row + 1, 1, "注：黄色为已调离人员")
    return bool(_tables(plan))


def margins(plan: Plan, rng: Random) -> bool:
    """Begin in C3 rather than in A1."""
    for tab in plan.tabs:
        tab.insert_row(1, 2)
        tab.insert_column(1)
        tab.insert_column(1)
    return True


def stray_note(plan: Plan, rng: Random) -> bool:
    """Write something beside the table."""
    for tab in _tables(plan):
        row = rng.choice(tab.record_rows())
        tab.put(row, tab.last_column + 3, "请党建办核对")
    return bool(_tables(plan))


def total_row(plan: Plan, rng: Random) -> bool:
    """Add up below the table."""
    for tab in _tables(plan):
        count, row = len(tab.record_rows()), tab.last_row + 1
        tab.put(row, 1, "合计")
        tab.put(row, 2, f"共{count}人")
    return bool(_tables(plan))


def spaced_names(plan: Plan, rng: Random) -> bool:
    """Write names of two characters as wide as those of three."""
    found = False
    for _, _, put in plan.cells():
        named = put.answer and put.records and put.answer.key in ("mentor.name", "individual.name")
        if named and isinstance(put.value, str) and len(put.value) == 2:
            put.value = "　".join(put.value)
            found = True
    return found


def repeated_headings(plan: Plan, rng: Random) -> bool:
    """Repeat the headings amid the table, as pages pasted together have them."""
    found = False
    for tab in _tables(plan):
        records = tab.record_rows()
        rows = [row for row in _below(tab) if row - 2 in records]
        if not rows:
            continue
        row = rng.choice(rows)
        heading = max((above for above in _heading_rows(tab) if above < row), default=0)
        if not heading or any(first <= heading <= last for first, _, last, _ in tab.merges):
            continue
        tab.insert_row(row)
        for column in range(1, tab.last_column + 1):
            put = tab.puts.get((heading, column))
            if put and not put.records:
                tab.puts[row, column] = copy(put)
        found = True
    return found


def dittos(plan: Plan, rng: Random) -> bool:
    """Write 同上 where a unit is that of the row above."""
    found = False
    for tab in _tables(plan):
        for (row, column), put in sorted(tab.puts.items(), reverse=True):
            above = tab.puts.get((row - 1, column))
            unit = put.answer is not None and put.answer.key.endswith(".employer")
            if unit and put.records and above and above.records and above.value == put.value:
                put.value = rng.choice(("同上", "〃"))
                found = True
    return found


HARMLESS: tuple[Disturbance, ...] = (
    blank_rows,
    hidden_column,
    hidden_row,
    formula_numbers,
    narrow_title,
    trailing_notes,
    id_cards,
    coloured_rows,
    margins,
    stray_note,
    total_row,
    spaced_names,
    repeated_headings,
    dittos,
)
"""What changes nothing of what a paper says."""
DISTURBANCES = (*HARMLESS, foreign_people, same_person_twice, id_in_text, struck_rows)


def disturbed(plan: Plan, rng: Random, count: int = 3) -> list[str]:
    """Disturb a plan in `count` ways; text files have none of them.

    Returns:
        The names of the disturbances that found something to change.
    """
    if plan.suffix != ".xlsx":
        return []
    chosen = rng.sample(DISTURBANCES, count)
    return [disturb.__name__ for disturb in chosen if disturb(plan, rng)]
