"""What the search of 首页 must say of a person, from the typed rows by plain code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.workbooks.template.plain_todo import Row, plain_code, read_day, table_rows

PERSONS = {"导师库": ("导师", "导师编号"), "个人对象": ("个人对象", "对象编号"),
           "组织对象": ("组织对象", "对象编号")}  # fmt: skip
SHEETS = (*PERSONS, "结对台账", "职责清单", "工作日志", "预警名单", "成长档案")


class Ledger:
    """A ledger's rows by sheet, and what stands of somebody in them on a day."""

    def __init__(self, path: Path, today: date) -> None:
        self.rows = {name: table_rows(path, name) for name in SHEETS}
        self.today = today

    def names(self) -> list[str]:
        """Return every name in the pool and among the mentees."""
        found = (str(_name(row)) for sheet in PERSONS for row in self.rows[sheet])
        return [*dict.fromkeys(name for name in found if name)]

    def codes(self) -> list[str]:
        """Return every ID of a mentor or mentee."""
        return [
            row[key] for sheet, (_, key) in PERSONS.items() for row in self.rows[sheet] if row[key]
        ]

    def persons(self, sought: str) -> list[list[str]]:
        """Return a line for everybody of this name or ID."""
        return [
            self._person(sheet, row)
            for sheet, (_, key) in PERSONS.items()
            for row in self.rows[sheet]
            if sought in (_name(row), row[key])
        ]

    def pairs(self, sought: str) -> list[list[str]]:
        """Return a line for each pairing of theirs, those that run first."""
        found = [
            row
            for row in self.rows["结对台账"]
            if sought in (self._side(row, "导师"), self._side(row, "对象"), row["结对编号"],
                          plain_code(row["导师编号"]), plain_code(row["对象编号"]))
        ]  # fmt: skip
        return [self._pair(row) for row in sorted(found, key=lambda row: not _runs(row))]

    def _person(self, sheet: str, row: Row) -> list[str]:
        role, key = PERSONS[sheet]
        side = "导师编号" if role == "导师" else "对象编号"
        own = [pair for pair in self.rows["结对台账"] if plain_code(pair[side]) == row[key]]
        pairs = f"帮带中 {sum(map(_runs, own))} 对，累计 {len(own)} 对"
        if role == "导师" and row["可带人数"] != "":
            pairs += f"，可带 {int(row['可带人数'])} 人"
        place = row["单位"] if role == "导师" else row["所在村(社区)"]
        after = (
            ["", ""] if role == "导师" else [self._flag(row[key], long=True), self._trend(row[key])]
        )
        return [f"{_name(row)}（{role}　{row['状态']}）", row[key], place, pairs, *after]

    def _pair(self, row: Row) -> list[str]:
        code, mentee = row["结对编号"], plain_code(row["对象编号"])
        days = [read_day(row[name]) for name in ("结对日期", "期满日期")]
        contacts = [
            day for entry in self.rows["工作日志"]
            if (day := read_day(entry["日期"])) and day <= self.today
            and code in map(plain_code, re.split(r"[、,，;；\s]+", str(entry["结对编号"])))
        ]  # fmt: skip
        trend = self._trend(mentee)
        return [
            "→".join((self._side(row, "导师"), self._side(row, "对象"))),
            f"{code}\n{row['状态'] or '帮带中'}",
            "\n至 ".join(day.isoformat() if day else "未填" for day in days),
            max(contacts).isoformat() if contacts else "本年无联系记录",
            self._duties(code),
            self._flag(mentee, long=False) + (f"；评价趋势{trend}" if trend else ""),
        ]

    def _side(self, row: Row, side: str) -> str:
        code = plain_code(row[f"{side}编号"])
        sheets = ("导师库",) if side == "导师" else ("个人对象", "组织对象")
        named = (_name(other) for sheet in sheets for other in self.rows[sheet]
                 if other[PERSONS[sheet][1]] == code)  # fmt: skip
        return str(next(named, row[f"{side}编号"]))

    def _duties(self, code: str) -> str:
        own = [row for row in self.rows["职责清单"] if plain_code(row["结对编号"]) == code]
        undone = [row for row in own if row["进度"] != "已完成"]
        late = sum(
            (day := read_day(row["截止日期"])) is not None and day < self.today for row in undone
        )
        text = f"{len(own)} 项，未完成 {len(undone)} 项" + (f"，逾期 {late} 项" if late else "")
        return text if own else "未制定"

    def _flag(self, code: str, *, long: bool) -> str:
        row = next((row for row in self.rows["预警名单"] if row["对象编号"] == code), None)
        if row is None:
            return "未列入预警"
        rules = row["触发规则"]
        reasons = f"：{rules[:13]}" + ("……" if len(rules) > 13 else "") if long else ""
        return "预警已处理" if row["处理日期"] else f"{row['级别']}色预警{reasons}"

    def _trend(self, code: str) -> str:
        rows = (row["成长趋势"] for row in self.rows["成长档案"] if row["对象编号"] == code)
        return next(rows, "")


def _name(row: Row) -> str:
    return row["姓名"] if "姓名" in row else row["党组织名称"]


def _runs(row: Row) -> bool:
    return row["状态"] in {"", "帮带中"}
