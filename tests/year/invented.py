"""Invent small ledgers at random, as plain rows: every date, state and score may meet every other."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tests.year.plain_rows import SIX, Row, month_of
from tests.year.township import UNIT, a_mentor, an_individual, an_organisation

ITEMS = (
    "带对象参加矛盾纠纷调解，讲清法律政策依据",
    "指导对象组织一次规范的主题党日，会后点评",
    "带对象考察产业基地或合作社",
)
METHODS = ("布置作业法", "案件处理法", "放手压担法", "交流提高法")
Rows = dict[str, list[Row]]


class Inventor:
    """Makes one ledger; equal seeds make equal ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.as_of = self.day(date(2026, 1, 20), date(2027, 1, 31))
        self.rows: Rows = {}

    def day(self, first: date, last: date) -> date:
        """Return a day between two, often the first or last of a month; `first` for none between."""
        day = first + timedelta(self.random.randint(0, max(0, (last - first).days)))
        edge = self.random.choice([day, day, month_of(day), month_of(day) - timedelta(1)])
        return edge if first <= edge <= last else day

    def maybe(self, share: float) -> bool:
        """Return whether something happens that happens so often."""
        return self.random.random() < share

    def settings(self) -> dict[str, str]:
        """Return 参数 that differ from the defaults."""
        pick = self.random.choice
        return {
            "免计时段": pick(["", "", "2026-02-10至2026-02-24", "2026-05-01至2026-05-31"]),
            "每月联系次数": pick(["1", "1", "2"]),
            "薄弱方面分值": pick(["2", "2", "3"]),
            "需提升分值": pick(["4", "3"]),
            "评价间隔": pick(["3", "3", "6"]),
            "红色预警分数线": pick(["60", "60", "80"]),
            "预警规则分值": pick(["", "", "上月未联系=35、职责即将到期=0"]),
            "成效考察月数": pick(["6", "3"]),
            "增加帮带成效率": pick(["80", "30"]),
            "金牌导师总分下限": pick(["90", "20"]),
            "金牌导师日志合规率下限": pick(["95", "20"]),
        }

    def ledger(self) -> Rows:
        """Return the rows of every input sheet."""
        self._people()
        self._pairings()
        for pairing in self.rows["结对台账"]:
            self._records(pairing)
        self._entries_for_several()
        for mentee in (*self.rows["个人对象"], *self.rows["组织对象"]):
            self._assessments(mentee)
        for mentee in self.rows["个人对象"]:
            self._conversions(mentee)
        for person in (*self.rows["导师库"], *self.rows["个人对象"]):
            if self.maybe(0.05):
                self.rows["负面情形"].append({
                    "日期": self.day(date(2025, 1, 1), self.as_of), "情形": "工作纪律问题",
                    "编号": person.get("对象编号") or person["导师编号"], "认定单位": "镇纪委",
                })  # fmt: skip
        return self.rows

    # --- people ---

    def scores(self) -> Row:
        """Return six scores, now and then one of them blank."""
        return {
            aspect: None if self.maybe(0.03) else self.random.choice([1, 2, 2, 3, 3, 3, 4, 5])
            for aspect in SIX
        }

    def _people(self) -> None:
        for sheet in ("导师库", "个人对象", "组织对象", "结对台账", "职责清单", "工作日志", "成长评价",
                      "培养转化", "期满考核", "负面情形"):  # fmt: skip
            self.rows[sheet] = []
        for number in range(1, 6):
            status = self.random.choice(["在库"] * 5 + ["暂停", "调出"])
            self.rows["导师库"].append(a_mentor(
                number, 状态=status, 可带人数=self.random.choice([None, 1, 2]),
                状态变更日期=self.day(date(2026, 1, 1), self.as_of) if self.maybe(0.5) else None,
                聘期至=self.day(date(2026, 1, 1), date(2027, 12, 31)) if self.maybe(0.7) else None,
            ))  # fmt: skip
        ends = {"个人对象": ["期满出师", "退出"], "组织对象": ["已销号", "退出"]}
        for sheet, row, count in (("个人对象", an_individual, 6), ("组织对象", an_organisation, 2)):
            for number in range(1, count + 1):
                status = self.random.choice(["帮带中", "帮带中", "帮带中", "待结对", *ends[sheet]])
                chosen = self.day(date(2025, 6, 1), self.as_of)
                mentee = row(
                    number, **self.scores(), 状态=status, 确定日期=chosen,
                    摸底日期=chosen if self.maybe(0.8) else None,
                    状态变更日期=self.day(chosen, self.as_of) if self.maybe(0.7) else None,
                )  # fmt: skip
                if sheet == "个人对象":
                    mentee["培养阶段"] = self.random.choice(
                        ["未纳入", "致富带头人", "后备干部", None]
                    )
                elif self.maybe(0.5):
                    votes = self.random.randint(10, 40)
                    against = self.random.randint(0, votes)
                    mentee |= {"验收得分": self.random.choice([65, 70, 82.5])}
                    mentee |= {"测评总票": votes, "不满意票": against}
                self.rows[sheet].append(mentee)

    # --- pairings and what they do ---

    def _pairings(self) -> None:
        pick = self.random.choice
        mentees = [row["对象编号"] for row in (*self.rows["个人对象"], *self.rows["组织对象"])]
        for number in range(1, self.random.randint(5, 10)):
            start = self.day(date(2025, 6, 1), self.as_of)
            until = self.day(start + timedelta(60), start + timedelta(400))
            status = pick(["帮带中"] * 4 + ["期满", "终止"])
            pairing = {
                "结对编号": f"J{UNIT}-{number:03}", "导师编号": f"D{UNIT}-{pick(range(1, 6)):03}",
                "对象编号": pick(mentees), "结对方式": "跨村带", "帮带路径": "强带弱",
                "结对日期": start, "期满日期": until, "状态": status,
            }  # fmt: skip
            if status == "终止":
                reason = pick(["导师工作调动", "对象调离本乡镇", "双方协商"])
                ended = self.day(start, min(until, self.as_of)) if self.maybe(0.6) else None
                pairing |= {"终止原因": reason, "终止日期": ended}
            if self.maybe(0.3):
                paused = self.day(start, until)
                resumed = self.day(paused, until) if self.maybe(0.8) else None
                pairing |= {"暂停起": paused, "暂停止": resumed}
            self.rows["结对台账"].append(pairing)

    def _records(self, pairing: Row) -> None:
        pick, start = self.random.choice, pairing["结对日期"]
        until = pairing["期满日期"]
        duties = []
        for _ in range(self.random.randint(0, 3)):
            begins = self.day(start, until)
            duties.append({
                "职责编号": f"ZR{UNIT}-{len(self.rows['职责清单']) + len(duties) + 1:04}",
                "结对编号": pairing["结对编号"], "责任方": pick(["导师", "对象"]),
                "帮带方面": pick(SIX), "职责事项": pick(ITEMS), "帮带方法": pick([None, *METHODS]),
                "目标次数": self.random.randint(1, 3), "开始日期": begins,
                "截止日期": self.day(begins, until),
            })  # fmt: skip
        self.rows["职责清单"] += duties
        day = start
        last = min(until, pairing.get("终止日期") or until, self.as_of)
        share = pick([0.3, 0.7, 1.0])
        while day <= last:
            if self.maybe(share):
                duty = pick(duties) if duties and self.maybe(0.6) else None
                self._entry(day, pairing["结对编号"], duty)
            day += timedelta(self.random.randint(5, 40))
        for typed in ("上旬", self.as_of + timedelta(40)):
            if self.maybe(0.1):
                self._entry(typed, pairing["结对编号"], None)
        if pairing["状态"] == "期满" or self.maybe(0.15):
            self._completion(pairing)

    def _entry(self, day: date | str, pairing: str, duty: Row | None) -> None:
        pick = self.random.choice
        self.rows["工作日志"].append({
            "日志编号": f"R{UNIT}-{len(self.rows['工作日志']) + 1:05}", "日期": day,
            "结对编号": pairing, "职责编号": duty["职责编号"] if duty else None,
            "帮带方面": duty["帮带方面"] if duty else pick(SIX), "形式": pick(["线下", "线上"]),
            "帮带作用": pick([None, *"传帮带培促传帮带培促"]), "帮带方法": pick(METHODS),
            "内容": f"{pick(ITEMS)}，第{len(self.rows['工作日志'])}次", "记录人": "马小云",
        })  # fmt: skip

    def _entries_for_several(self) -> None:
        running = [row for row in self.rows["结对台账"] if row["状态"] == "帮带中"]
        for _ in range(self.random.randint(0, 2)):
            some = self.random.sample(running, min(len(running), 3))
            first = max((row["结对日期"] for row in some), default=self.as_of)
            last = min((row["期满日期"] for row in some), default=self.as_of)
            if len(some) > 1 and first <= last:
                codes = "、".join(row["结对编号"] for row in some)
                self._entry(self.day(first, min(last, self.as_of)), codes, None)

    def _completion(self, pairing: Row) -> None:
        score = self.random.choice([55, 69.5, 70, 80, 89.9, 90, 96])
        rating = "优秀" if score >= 90 else "合格" if score >= 70 else "不合格"
        ends = ["续帮", "调整"] if rating == "不合格" else ["出师", "出师", "续帮"]
        self.rows["期满考核"].append({
            "结对编号": pairing["结对编号"], "得分": score, "等次": rating, "考核单位": "镇党委",
            "考核日期": self.day(pairing["结对日期"], self.as_of),
            "结论": self.random.choice(ends),
        })  # fmt: skip

    # --- what mentees show ---

    def _assessments(self, mentee: Row) -> None:
        scores = {aspect: mentee[aspect] for aspect in SIX}
        for _ in range(self.random.randint(0, 4)):
            for aspect in SIX:
                step = self.random.choice([-2, -1, 0, 0, 0, 1, 1])
                scores[aspect] = min(5, max(1, (scores[aspect] or 3) + step))
            self.rows["成长评价"].append({
                "评价编号": f"P{UNIT}-{len(self.rows['成长评价']) + 1:04}",
                "对象编号": mentee["对象编号"],
                "评价日期": self.day(date(2025, 9, 1), self.as_of), **scores,
                "满意度": self.random.choice([None, 1, 2, 3, 4, 5, 5, 5]), "采集方式": "座谈",
                "评价人": "杨生财",
            })  # fmt: skip

    def _conversions(self, mentee: Row) -> None:
        stages = ["未纳入", "致富带头人", "后备干部", "村党组织带头人"]
        for _ in range(self.random.choice([0, 0, 0, 1, 2])):
            before, after = self.random.sample(stages, 2)
            self.rows["培养转化"].append({
                "对象编号": mentee["对象编号"], "日期": self.day(date(2025, 3, 1), self.as_of),
                "原阶段": before, "新阶段": after, "依据文号": "开党发〔2026〕1号",
                "带动人数": self.random.choice([None, 8, 30]),
                "人均增收(元)": self.random.choice([None, 1200, 2350.5]),
            })  # fmt: skip
