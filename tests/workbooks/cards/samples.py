"""Cards to print in tests: ordinary ones, empty ones, and texts longer than anybody types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from workbooks.cards.content import (
    Assessment,
    Card,
    Cards,
    Completion,
    Contact,
    Duty,
    Fact,
    Mentor,
    Milestone,
)

AS_OF = date(2026, 6, 30)
START, END = date(2025, 7, 1), date(2026, 6, 30)
NOTHING = (None,) * 6
LONG = "协调县乡村三级把养殖园区的水电路一次说清楚，谁来办、几时办完、钱从哪里出都写进会议纪要；"


def contacts(
    number: int, mentors: tuple[str, ...] = ("马志远",), content: str = "一起核对圈棚补贴材料"
) -> tuple[Contact, ...]:
    """Return `number` entries, one every 12 days until the as-of date."""
    days = (AS_OF - timedelta(days=12 * back) for back in range(number - 1, -1, -1))
    return tuple(
        Contact(day, "产业发展", "线下", mentors, f"{content}（第{one}次）")
        for one, day in enumerate(days, 1)
    )


def duties(number: int, item: str = "带对象全程参与一个项目") -> tuple[Duty, ...]:
    return tuple(
        Duty("导师", "产业发展", f"{item}{one}", one % 5, 4, END, START, "已完成" if one % 5 == 4 else "进行中")
        for one in range(1, number + 1)
    )  # fmt: skip


def mentors(*names: str, count: int = 0, post: str = "开城镇 四级调研员") -> tuple[Mentor, ...]:
    return tuple(
        Mentor(name, post, f"J640402104-{number:03}", START, END, "帮带中", count)
        for number, name in enumerate(names, 1)
    )


def a_card(number: int = 1, **changes: Any) -> Card:
    """Return the card of an individual of whom nothing is known but the basics."""
    fields: dict[str, Any] = {
        "mentee_id": f"G640402104-{number:03}",
        "name": f"朱晓{'一二三四五六七八九十'[number % 10]}",
        "organisation": False,
        "unit": "原州区开城镇",
        "category": "乡村干部",
        "status": "待结对",
        "facts": (
            Fact("姓名", "朱晓明"), Fact("性别", "女"), Fact("民族", "汉族"),
            Fact("出生年月", "1992-03"), Fact("政治面貌", "中共党员"), Fact("状态", "待结对"),
            Fact("单位", "冯庄村村民委员会"), Fact("职务", "村委会副主任"), Fact("任现职", "2025-01"),
            Fact("所在村", "冯庄村"), Fact("对象类别", "乡村干部"), Fact("确定日期", "2025-06-20"),
            Fact("专业领域", "产业发展", wide=True), Fact("岗位特点", "直接服务群众", wide=True),
            Fact("短板弱项", "产业项目经验少，不会算账", wide=True),
        ),
        "plan": (),
        "mentors": (),
        "weak": "",
        "trend": "待评价",
        "surveyed_on": None,
        "baseline": NOTHING,
        "assessments": (),
        "duties": (),
        "contacts": (),
        "milestones": (),
        "results": (),
        "completions": (),
    }  # fmt: skip
    return Card(**{**fields, **changes})


def a_rich_card(number: int = 1, **changes: Any) -> Card:
    """Return the card of somebody helped for twelve months."""
    fields: dict[str, Any] = {
        "status": "期满出师",
        "mentors": mentors("马志远", count=31),
        "weak": "业务能力、产业发展",
        "trend": "上升",
        "surveyed_on": date(2025, 6, 25),
        "baseline": (4, 2, 3, 4, 1, 3),
        "assessments": (
            Assessment(date(2025, 9, 25), (4, 3, 3, 4, 2, 3), 4, "马志远", "肯学，账目还不熟"),
            Assessment(date(2025, 12, 26), (4, 3, 3, 4, 2, 4), 4, "马志远", "能独立开好院坝会"),
            Assessment(date(2026, 3, 27), (5, 4, 3, 4, 3, 4), 5, "王秀兰", ""),
            Assessment(date(2026, 6, 20), (5, 4, 4, 5, 4, 4), 5, "马志远", "能带着群众干，建议出师"),
        ),
        "duties": duties(6),
        "contacts": contacts(31),
        "milestones": (
            Milestone(date(2025, 6, 25), "摸底", "薄弱方面：业务能力、产业发展"),
            Milestone(START, "结对", "与导师马志远结对"),
            Milestone(date(2026, 5, 8), "转化", "致富带头人 → 后备干部（开党发〔2026〕12号）"),
        ),
        "results": (
            Fact("培养阶段", "后备干部"), Fact("带动人数", "18 人"), Fact("人均增收", "2600 元"),
        ),
        "completions": (
            Completion(END, "马志远", "J640402104-001", 92, "优秀", "出师"),
        ),
    }  # fmt: skip
    return a_card(number, **{**fields, **changes})


def an_organisation_card(number: int = 1, **changes: Any) -> Card:
    """Return the card of an organisation with three mentors, who made joint visits."""
    names = ("马志远", "王秀兰", "阿卜杜热西提·买买提明")
    fields: dict[str, Any] = {
        "mentee_id": f"Z640402104-{number:03}",
        "name": "中共原州区开城镇冯庄村支部委员会",
        "organisation": True,
        "category": "巩固脱贫攻坚成果不力",
        "status": "帮带中",
        "facts": (
            Fact("党组织", "中共原州区开城镇冯庄村支部委员会", wide=True),
            Fact("书记姓名", "罗成"), Fact("党员数", "32 人"), Fact("所在村", "冯庄村"),
            Fact("组织类别", "巩固脱贫攻坚成果不力"), Fact("集体收入", "12.5 万元（年）"),
            Fact("确定日期", "2026-02-01"), Fact("状态", "帮带中"),
        ),
        "plan": (
            Fact("提升措施", "盘活闲置校舍，发展养殖合作社", wide=True),
            Fact("提升期限", "2026-12-31"), Fact("验收单位", "县委组织部"),
        ),
        "mentors": mentors(*names, count=12),
        "contacts": contacts(20, names),
        "duties": duties(12),
        "completions": (),
        "results": (
            Fact("提升进展", "提升中"), Fact("验收得分", "82 分"),
            Fact("不满意票", "3/40 票（7.5%）"), Fact("销号情况", "达到销号条件，待县级验收", wide=True),
        ),
    }  # fmt: skip
    return a_rich_card(number, **{**fields, **changes})


def a_long_card(number: int = 1, **changes: Any) -> Card:
    """Return a card whose every text is far too long."""
    fields: dict[str, Any] = {
        "name": "阿卜杜热西提·买买提明·艾合买提江·吐尔逊",
        "unit": "宁夏回族自治区固原市原州区开城镇",
        "facts": (
            Fact("姓名", "阿卜杜热西提·买买提明·艾合买提江"), Fact("性别", "男"),
            Fact("民族", "维吾尔族"), Fact("单位", LONG), Fact("职务", LONG),
            Fact("任现职", "2025-01"), Fact("短板弱项", LONG * 8, wide=True),
        ),
        "mentors": mentors("阿卜杜热西提·买买提明·艾合买提江", "王秀兰", "李", post=LONG * 3),
        "weak": "思想情怀、业务能力、组织建设、工作作风、产业发展、基层治理",
        "contacts": contacts(60, ("阿卜杜热西提·买买提明", "王秀兰"), LONG * 80),
        "duties": duties(12, LONG * 2),
        "milestones": tuple(
            Milestone(START + timedelta(days=one), "转化", LONG * 4) for one in range(4)
        ),
    }  # fmt: skip
    return a_rich_card(number, **{**fields, **changes})


def cards(*some: Card) -> Cards:
    return Cards(some, AS_OF)


def many(number: int, units: Sequence[str] = ("原州区开城镇",)) -> Cards:
    """Return `number` cards for each of `units`."""
    return cards(*(a_card(one, unit=unit) for unit in units for one in range(1, number + 1)))
