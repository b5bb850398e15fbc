"""List again what 本周待办 lists, line by line, as its saved cells say it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.year.plain_help import SEEKING, Help
from tests.year.plain_rows import FILE, Row, code_of, codes_of, day_of, month_of

LISTED = 12
TITLES = ("本月未联系", "职责到期", "本期未评价", "即将期满", "待结对超期", "评价待签字")
_CARD_ROW, _LIST_ROW = 5, 9
_CARD_COLUMNS, _LIST_COLUMNS = (2, 3, 5, 6, 8, 9), (2, 5, 8)


def saved_todo(path: Path) -> dict[str, tuple[int, list[str]]]:
    """Return count and lines of every list as the workbook was saved with."""
    workbook = CalamineWorkbook.from_path(str(path))
    cells = workbook.get_sheet_by_name("本周待办").to_python(skip_empty_area=False)
    cells += [[""] * 9] * 40  # what is blank at the end is not read
    lists = {}
    for index, title in enumerate(TITLES):
        top, column = _LIST_ROW + index % 2 * (LISTED + 3), _LIST_COLUMNS[index // 2]
        lines = [str(cells[top - 1 + n][column - 1]) for n in range(LISTED)]
        count = int(cells[_CARD_ROW - 1][_CARD_COLUMNS[index] - 1] or 0)
        lists[title] = count, [line for line in lines if line not in {"", "暂无"}]
    return lists


def todo(helped: Help) -> dict[str, tuple[int, list[str]]]:
    """Return count and first lines of every list."""
    lists = (
        _uncontacted(helped), _due(helped), _unassessed(helped), _ending(helped), _unpaired(helped),
        _unsigned(helped),
    )  # fmt: skip
    return {title: (len(lines), lines[:LISTED]) for title, lines in zip(TITLES, lists, strict=True)}


def _names(helped: Help, pairing: Row) -> str:
    mentor = helped.mentors.get(code_of(pairing["导师编号"]), {}).get("姓名") or ""
    return f"{mentor}→{_name(helped.mentees.get(code_of(pairing['对象编号']), {}))}"


def _name(mentee: Row) -> str:
    return mentee.get("姓名") or mentee.get("党组织名称") or ""


def _pair(helped: Help, pairing: Row) -> str:
    return f"{_names(helped, pairing)}（{pairing['结对编号']}）"


def _uncontacted(helped: Help) -> list[str]:
    today = helped.as_of
    this_month = [
        code
        for entry in helped.book.rows("工作日志")
        if (day := day_of(entry["日期"])) and month_of(today) <= day <= today
        for code in codes_of(entry["结对编号"])
    ]
    return [
        _pair(helped, pairing)
        for pairing in helped.pairings.values()
        if pairing["状态"] == "帮带中"
        and pairing["结对日期"] + timedelta(helped.book.number("新结对宽限天数")) <= today
        and today <= pairing["期满日期"]
        and not helped.pauses_on(pairing, today)
        and this_month.count(pairing["结对编号"])
        < helped.book.number("每月联系次数", pairing[FILE])
    ]


def _due(helped: Help) -> list[str]:
    rows = [
        row
        for row in helped.book.rows("职责清单")
        if row["截止日期"] <= helped.as_of + timedelta(helped.book.number("提前提醒天数"))
        and row.get("进度") != "已完成"
        and helped.pairings[code_of(row["结对编号"])]["状态"] == "帮带中"
    ]
    lines = []
    for row in sorted(rows, key=lambda row: row["截止日期"]):
        late = (helped.as_of - row["截止日期"]).days
        when = f"逾期 {late} 天" if late > 0 else f"{row['截止日期']:%m-%d}" if late else "今天到期"
        pairing = helped.pairings[code_of(row["结对编号"])]
        lines.append(f"{when}　{_names(helped, pairing)}：{row['职责事项']}")
    return lines


def _unassessed(helped: Help) -> list[str]:
    months = int(helped.book.number("评价间隔"))
    today = helped.as_of
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    rated = {
        code_of(row["对象编号"])
        for row in helped.book.rows("成长评价")
        if start <= row["评价日期"] <= today
    }
    return [
        f"{_name(row)}（{code}）"
        for code, row in helped.mentees.items()
        if row["状态"] == "帮带中" and code not in rated
    ]


def _ending(helped: Help) -> list[str]:
    days = timedelta(helped.book.number("临近期满提醒天数"))
    rows = [
        row
        for row in helped.pairings.values()
        if row["状态"] == "帮带中"
        and row["期满日期"] <= helped.as_of + days
        and not any(
            one["结论"] != "续帮" or one["考核日期"] >= row["期满日期"] - days
            for one in helped.completions(row)
        )
    ]
    lines = []
    for row in sorted(rows, key=lambda row: row["期满日期"]):
        left = (row["期满日期"] - helped.as_of).days
        word = "已期满" if left < 0 else "今天期满" if left == 0 else "期满"
        lines.append(f"{row['期满日期']:%m-%d} {word}　{_pair(helped, row)}")
    return lines


def _unpaired(helped: Help) -> list[str]:
    limit = helped.book.number("未结对天数")
    waiting = []
    for order, (code, row) in enumerate(helped.mentees.items()):
        ends = [helped.last_day(one) for one in helped.of_mentee[code]]
        since = max([row["确定日期"], *ends])
        days = (helped.as_of - since).days
        if row["状态"] in SEEKING and not helped.running(code) and days > limit:
            waiting.append((since, order, f"{_name(row)}（{code}）　已 {days} 天"))
    return [line for *_, line in sorted(waiting)]


def _unsigned(helped: Help) -> list[str]:
    return [
        f"{_name(helped.mentees[code_of(row['对象编号'])])}　{row['评价日期']:%m-%d} 评价"
        for row in helped.book.rows("成长评价")
        if row["评价日期"] and not row.get("对象签字日期")
    ]
