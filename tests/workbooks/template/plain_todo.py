"""What 本周待办 must say, from the typed rows of a ledger by plain code: nothing of ours is used.

`typed_rows` makes ledgers as clerks leave them: days as text, days that are none, pairings that
ended, final assessments, mentees left without a mentor.
"""

from __future__ import annotations

import random
import re
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

Row = dict[str, Any]

FORMS = (
    "{0.year}-{0.month}-{0.day}", "{0.year}.{0.month}.{0.day}", "{0.year}/{0.month:02}/{0.day:02}",
    "{0.year}年{0.month}月{0.day}日", "{0.year}年{0.month}月{0.day}号", "{0:%Y%m%d}",
    "{0.year} 年 {0.month} 月 {0.day} 日", "　{0.year}-{0.month}-{0.day} 08:30 ",
    "２０２６－{0.month}－{0.day}",
)  # fmt: skip
NO_DAYS = ("上旬", "2026年5月", "5月3日", "2026-13-01", "26-5-3", "2026-5", "待定", "2026.5.3.")
DAY_FIELDS = {
    "log": ("date",),
    "duty": ("due_on",),
    "assessment": ("assessed_on",),
    "pairing": ("paired_on", "until", "paused_from", "paused_to", "ended_on"),
    "completion": ("assessed_on",),
    "individual": ("chosen_on",),
    "organisation": ("chosen_on",),
}


def typed_rows(rows: dict[str, list[Row]], seed: int, today: date) -> dict[str, list[Row]]:
    """Return the rows of a ledger as careless clerks would have typed and left them."""
    chance = random.Random(seed)
    made = {key: [dict(row) for row in of_sheet] for key, of_sheet in rows.items()}
    for pairing in made["pairing"]:
        if chance.random() < 0.25:
            ended = today - timedelta(days=chance.randint(1, 60))
            pairing["status"] = chance.choice(("终止", "期满"))
            pairing["ended_on"] = ended if chance.random() < 0.5 else None
        elif chance.random() < 0.3:
            pairing["until"] = today + timedelta(days=chance.randint(-3, 31))
    made["completion"] = [
        {"pairing_id": pairing["pairing_id"], "conclusion": chance.choice(("出师", "续帮", None)),
         "assessed_on": today - timedelta(days=chance.choice((1, 5, 200)))}
        for pairing in made["pairing"] if chance.random() < 0.2
    ]  # fmt: skip
    for entry in made["log"]:
        if chance.random() < 0.1:
            entry["date"] = today + timedelta(days=chance.randint(-20, 15))
    for mentee in made["individual"]:
        if chance.random() < 0.2:
            mentee["status"] = "待结对"
    for key, fields in DAY_FIELDS.items():
        for row in made[key]:
            for field in fields:
                if isinstance(row.get(field), date):
                    row[field] = _typed(chance, row[field])
    return made


def _typed(chance: random.Random, day: date) -> date | str:
    drawn = chance.random()
    if drawn < 0.03:
        return chance.choice(NO_DAYS)
    forms = FORMS if day.year == 2026 else FORMS[:-1]
    return chance.choice(forms).format(day) if drawn < 0.4 else day


def page(path: Path) -> list[str]:
    """Return the page as saved: six counts, the lines of six lists, two notes."""
    grid = _grid(path, "本周待办")

    def at(row: int, column: int) -> str:
        inside = row <= len(grid) and column <= len(grid[row - 1])
        value = grid[row - 1][column - 1] if inside else ""
        return str(int(value)) if isinstance(value, float) else str(value)

    counts = [at(5, column) for column in (2, 3, 5, 6, 8, 9)]
    tops = ((2, 8), (2, 23), (5, 8), (5, 23), (8, 8), (8, 23))
    lists = [at(top + n, column) for column, top in tops for n in range(1, 14)]
    return [*counts, *lists, at(38, 2), at(39, 2)]


def expected_page(path: Path, today: date) -> list[str]:
    """Return what `page` must return on a day."""
    book = _Book(path, today)
    lists = book.lists()
    counts = [str(len(lines)) for _, lines in lists]
    shown = [text for sheet, lines in lists for text in _list(sheet, lines)]
    return [*counts, *shown, "", book.note()]


def _list(sheet: str, lines: list[str]) -> list[str]:
    more = f"……等 {len(lines)} 项，见“{sheet}”" if len(lines) > 12 else ""
    first = lines[:12] or ["暂无"]
    return [*first, *[""] * (12 - len(first)), more]


def _grid(path: Path, sheet: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def table_rows(path: Path, sheet: str) -> list[Row]:
    grid = _grid(path, sheet)
    return [dict(zip(grid[2], line, strict=True)) for line in grid[3:]]


def read_day(value: Any) -> date | None:
    """Return the day of a cell, None for what is none; blank or not is for the caller to see."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)).split(" 08:")[0])
    for form in ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y年%m月%d号", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def plain_code(value: Any) -> str:
    return str(value).split("｜")[0]


class _Book:
    """The typed rows of a ledger by sheet, and the lists of a day."""

    def __init__(self, path: Path, today: date) -> None:
        names = ("导师库", "个人对象", "组织对象", "结对台账", "职责清单", "工作日志", "成长评价",
                 "期满考核", "参数")  # fmt: skip
        self.rows = {name: table_rows(path, name) for name in names}
        self.today = today
        self.settings = {row["参数名称"]: row["值"] for row in reversed(self.rows["参数"])}

    def number(self, name: str, default: int) -> int:
        try:
            return int(float(self.settings.get(name, default)))
        except ValueError:
            return default

    def lists(self) -> list[tuple[str, list[str]]]:
        return [
            ("工作日志", self.uncontacted()),
            ("职责清单", self.duties()),
            ("成长评价", self.unassessed()),
            ("结对台账", self.ending()),
            ("个人对象", self.unpaired()),
            ("成长评价", self.unsigned()),
        ]

    def pair(self, row: Row) -> str:
        names = [self.name("导师库", "导师编号", row["导师编号"])]
        names.append(self.mentee_name(row["对象编号"]))
        return "→".join(names)

    def name(self, sheet: str, heading: str, code: Any) -> str:
        wanted = plain_code(code)
        column = "党组织名称" if sheet == "组织对象" else "姓名"
        found = (
            row[column] for row in self.rows[sheet] if wanted and plain_code(row[heading]) == wanted
        )
        return str(next(found, ""))

    def mentee_name(self, code: Any) -> str:
        return self.name("个人对象", "对象编号", code) or self.name("组织对象", "对象编号", code)

    def contacts(self, code: str, since: date) -> list[date]:
        return [
            day
            for row in self.rows["工作日志"]
            if (day := read_day(row["日期"])) and since <= day <= self.today
            and code in [plain_code(part) for part in re.split(r"[、,，;；\s]+", str(row["结对编号"]))]
        ]  # fmt: skip

    def uncontacted(self) -> list[str]:
        first, wanted = self.today.replace(day=1), self.number("每月联系次数", 1)
        grace = timedelta(days=self.number("新结对宽限天数", 30))
        lines = []
        for row in self.rows["结对台账"]:
            start, until, pause, resume = (
                read_day(row[name]) for name in ("结对日期", "期满日期", "暂停起", "暂停止")
            )
            paused = pause and pause <= self.today and not (resume and resume < self.today)
            over = until and until < self.today
            young = start and start + grace > self.today
            code = row["结对编号"]
            if row["状态"] == "帮带中" and not (paused or over or young):
                made = self.contacts(code, first) if code else []
                if len(made) < wanted:
                    lines.append(f"{self.pair(row)}（{code}）")
        return lines

    def duties(self) -> list[str]:
        closed = {
            row["结对编号"] for row in self.rows["结对台账"] if row["状态"] not in {"", "帮带中"}
        }
        last = self.today + timedelta(days=self.number("提前提醒天数", 7))
        found = []
        pairings = {plain_code(row["结对编号"]): row for row in reversed(self.rows["结对台账"])}
        for number, row in enumerate(self.rows["职责清单"]):
            due, code = read_day(row["截止日期"]), plain_code(row["结对编号"])
            if due and due <= last and row["进度"] != "已完成" and code not in closed:
                late = (self.today - due).days
                when = f"逾期 {late} 天" if late > 0 else f"{due:%m-%d}" if late else "今天到期"
                names = self.pair(pairings[code]) if code in pairings else ""
                found.append((due, number, f"{when}　{names}：{row['职责事项']}"))
        return [line for _, _, line in sorted(found)]

    def unassessed(self) -> list[str]:
        months = max(1, self.number("评价间隔", 3))
        start = self.today.replace(month=(self.today.month - 1) // months * months + 1, day=1)
        done = {
            plain_code(row["对象编号"])
            for row in self.rows["成长评价"]
            if (day := read_day(row["评价日期"])) and start <= day <= self.today
        }
        return [
            self.mentee(row)
            for row in (*self.rows["个人对象"], *self.rows["组织对象"])
            if row["状态"] == "帮带中" and row["对象编号"] not in done - {""}
        ]

    @staticmethod
    def mentee(row: Row) -> str:
        return f"{row.get('姓名') or row.get('党组织名称') or ''}（{row['对象编号']}）"

    def ending(self) -> list[str]:
        near = timedelta(days=self.number("临近期满提醒天数", 30))
        found = []
        for number, row in enumerate(self.rows["结对台账"]):
            until = read_day(row["期满日期"])
            if row["状态"] != "帮带中" or until is None or until > self.today + near:
                continue
            finals = [
                final
                for final in self.rows["期满考核"]
                if final["结论"] and row["结对编号"] and plain_code(final["结对编号"]) == row["结对编号"]
                and (final["结论"] != "续帮"
                     or ((day := read_day(final["考核日期"])) and day >= until - near))
            ]  # fmt: skip
            if not finals:
                left = (until - self.today).days
                word = "已期满" if left < 0 else "今天期满" if left == 0 else "期满"
                line = f"{until:%m-%d} {word}　{self.pair(row)}（{row['结对编号']}）"
                found.append((until, number, line))
        return [line for _, _, line in sorted(found)]

    def unpaired(self) -> list[str]:
        limit, found = self.number("未结对天数", 15), []
        for kind, sheet in enumerate(("个人对象", "组织对象")):
            for number, row in enumerate(self.rows[sheet]):
                code, status = row["对象编号"], row["状态"]
                own = [
                    p for p in self.rows["结对台账"] if code and plain_code(p["对象编号"]) == code
                ]
                waits = status == "待结对" or (status == "帮带中" and code)
                if not waits or any(p["状态"] in {"", "帮带中"} for p in own):
                    continue
                days = [read_day(row["确定日期"]), *map(self.last_day, own)]
                since = max((day for day in days if day), default=None)
                if since and (self.today - since).days > limit:
                    line = f"{self.mentee(row)}　已 {(self.today - since).days} 天"
                    found.append((since, kind, number, line))
        return [line for *_, line in sorted(found)]

    def last_day(self, row: Row) -> date | None:
        until, ended = read_day(row["期满日期"]), read_day(row["终止日期"])
        if row["状态"] != "终止" or ended:
            return ended if row["状态"] == "终止" else until
        last = [read_day(row["结对日期"]), *self.contacts(row["结对编号"], date(1900, 1, 1))]
        known = max((day for day in last if day), default=None)
        return min(known, until) if known and until else known

    def unsigned(self) -> list[str]:
        return [
            f"{self.mentee_name(row['对象编号'])}　{day:%m-%d} 评价"
            for row in self.rows["成长评价"]
            if (day := read_day(row["评价日期"])) and not row["对象签字日期"]
        ]

    def note(self) -> str:
        columns = {
            "工作日志": ("日期",), "职责清单": ("截止日期",), "成长评价": ("评价日期",),
            "结对台账": ("结对日期", "期满日期", "暂停起", "暂停止", "终止日期"),
            "期满考核": ("考核日期",), "个人对象": ("确定日期",), "组织对象": ("确定日期",),
        }  # fmt: skip
        said = ""
        for sheet, headings in columns.items():
            cells = [row[heading] for row in self.rows[sheet] for heading in headings]
            lost = [cell for cell in cells if cell != "" and read_day(cell) is None]
            if sheet in {"工作日志", "成长评价"}:
                lost += [cell for cell in cells if (day := read_day(cell)) and day > self.today]
            said += f"{sheet} {len(lost)} 处，" if lost else ""
        if not said:
            return ""
        return (
            f"提示：以下日期无法识别，或记录的日期晚于今天，未计入：{said}"
            "请点“规范格式”，仍未计入的请按 2026-05-03 的格式填写。"
        )
