"""The people of 开城镇 whose year is lived through: invented names, real villages."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.year.plain_rows import SIX

UNIT = "640402104"

FORM = {
    "填报单位": "中共开城镇委员会",
    "填报人": "马小云",
    "审核人": "杨生财",
    "办公电话": "0954-2032000",
    "填报时间": date(2026, 1, 10),
    "一抓两整示范乡创建": "是",
}

_MENTORS = (
    # name, sex, born, village, category, since, specialties, six scores, room
    ("马志远", "男", (1971, 3), "冯庄村", "老支书", (1995, 7), "党建工作、乡村治理", "545344", 3),
    ("王秀兰", "女", (1974, 6), "开城村", "老乡镇", (1997, 9), "群众工作、信访调解", "454535", 3),
    (
        "李建国",
        "男",
        (1968, 11),
        "大马庄村",
        "老支书",
        (1990, 3),
        "产业发展、农业技术",
        "434454",
        2,
    ),
    ("杨生华", "男", (1976, 1), "柯庄村", "老业务", (1999, 7), "项目建设、财务管理", "354353", 2),
    ("赵国平", "男", (1970, 9), "双泉村", "优秀共产党员", (1994, 8), "党建工作", "535443", None),
    ("田桂花", "女", (1979, 4), "吴庄村", "先进工作者", (2003, 7), "农业技术", "443354", 2),
    ("苏文斌", "男", (1973, 12), "寇庄村", "老乡镇", (1996, 7), "乡村治理、政策法规", "443545", 3),
    ("何成林", "男", (1977, 8), "彭庄村", "优秀公务员", (2001, 7), "民政社保", "454434", 2),
    ("丁玉梅", "女", (1975, 2), "和泉村", "老业务", (1998, 7), "群众工作", "445534", 2),
    ("金占福", "男", (1969, 5), "清源村", "老支书", (1992, 5), "产业发展", "434355", 2),
    ("罗永胜", "男", (1972, 10), "郭庙村", "优秀共产党员", (1996, 9), "党建工作", "545444", 2),
    ("冯学义", "男", (1966, 7), "小马庄村", "老支书", (1989, 7), "乡村治理", "444444", 1),
)

_INDIVIDUALS = (
    # name, sex, born, village, category, post, six scores, chosen
    ("朱晓明", "男", (1992, 3), "冯庄村", "乡村干部", "村委会副主任", "323433", (2025, 6, 20)),
    ("陈小燕", "女", (1994, 7), "开城村", "乡村干部", "村委会委员", "332333", (2025, 6, 20)),
    ("白云飞", "男", (1990, 5), "大马庄村", "致富带头人", "合作社理事长", "333323", (2025, 6, 20)),
    ("何文静", "女", (1995, 9), "柯庄村", "新任职领导班子成员", "副镇长", "424332", (2026, 1, 5)),
    ("柳青山", "男", (1988, 2), "双泉村", "乡村干部", "村委会主任", "332423", (2026, 1, 5)),
    (
        "丁向东",
        "男",
        (1986, 11),
        "吴庄村",
        "软弱涣散村党组织书记",
        "村党支部书记",
        "321323",
        (2026, 1, 6),
    ),
    ("金玉霞", "女", (1993, 4), "寇庄村", "乡村干部", "村妇联主席", "333432", (2026, 1, 6)),
    ("马建军", "男", (1989, 8), "彭庄村", "致富带头人", "养殖大户", "323332", (2026, 1, 8)),
    ("杨晓琴", "女", (1996, 1), "和泉村", "乡村干部", "村文书", "432333", (2026, 1, 8)),
    ("苏海龙", "男", (1991, 6), "清源村", "致富带头人", "农机手", "333323", (2026, 3, 3)),
    ("田小军", "男", (1987, 10), "郭庙村", "乡村干部", "治保主任", "323334", (2026, 3, 3)),
    (
        "王雅楠",
        "女",
        (1997, 2),
        "小马庄村",
        "新任职领导班子成员",
        "组织委员",
        "424333",
        (2026, 3, 4),
    ),
    ("张福贵", "男", (1985, 12), "上青石村", "致富带头人", "种植大户", "333224", (2026, 3, 20)),
    ("李春燕", "女", (1994, 3), "下青石村", "乡村干部", "村委会委员", "332343", (2026, 7, 6)),
    ("赵海峰", "男", (1992, 8), "二十里铺村", "乡村干部", "民兵连长", "343332", (2026, 7, 6)),
)

_ORGANISATIONS = (
    # village, secretary, category, six scores, mentors, chosen
    ("三十里铺村", "罗成", "软弱涣散", "332333", 2, (2026, 1, 7)),
    ("寇庄村", "马全有", "集体经济薄弱", "333323", 1, (2026, 1, 7)),
    ("彭庄村", "杨万福", "工作基础差", "323332", 1, (2026, 3, 5)),
    ("上青石村", "张明德", "存在短板弱项", "332332", 1, (2025, 8, 20)),
)

MENTORS, INDIVIDUALS, ORGANISATIONS = len(_MENTORS), len(_INDIVIDUALS), len(_ORGANISATIONS)


def _scores(digits: str) -> dict[str, int]:
    return dict(zip(SIX, map(int, digits), strict=True))


def a_mentor(number: int, **changes: Any) -> dict[str, Any]:
    """Return the row of a mentor, from 1."""
    name, sex, born, village, category, since, skills, scores, room = _MENTORS[number - 1]
    return {
        "导师编号": f"D{UNIT}-{number:03}", "姓名": name, "性别": sex, "民族": "回族",
        "出生年月": date(*born, 1), "政治面貌": "中共党员", "单位": "开城镇人民政府",
        "职务": "四级调研员", "所在村(社区)": village, "导师类别": category,
        "参加基层工作时间": date(*since, 1), "专业领域": skills, **_scores(scores),
        "可带人数": room, "聘任日期": date(2025, 6, 1), "聘期至": date(2028, 12, 31),
        "纳入日期": date(2025, 5, 20), "状态": "在库", **changes,
    }  # fmt: skip


def an_individual(number: int, **changes: Any) -> dict[str, Any]:
    """Return the row of an individual, from 1."""
    name, sex, born, village, category, post, scores, chosen = _INDIVIDUALS[number - 1]
    return {
        "对象编号": f"G{UNIT}-{number:03}", "姓名": name, "性别": sex, "民族": "汉族",
        "出生年月": date(*born, 1), "政治面貌": "中共党员", "单位": f"{village}村民委员会",
        "职务": post, "任现职时间": date(2025, 1, 1), "所在村(社区)": village, "对象类别": category,
        "专业领域": "产业发展", "岗位特点": "直接服务群众", "短板弱项": "经验不足",
        **_scores(scores), "摸底日期": date(*chosen), "确定日期": date(*chosen),
        "培养阶段": "未纳入", "状态": "待结对", **changes,
    }  # fmt: skip


def an_organisation(number: int, **changes: Any) -> dict[str, Any]:
    """Return the row of an organisation, from 1."""
    village, secretary, category, scores, mentors, chosen = _ORGANISATIONS[number - 1]
    return {
        "对象编号": f"Z{UNIT}-{number:03}", "党组织名称": f"{village}党支部", "所在村(社区)": village,
        "书记姓名": secretary, "党员数": 30 + number, "组织类别": category,
        "村集体经济年收入(万元)": 8.5 + number, **_scores(scores), "摸底日期": date(*chosen),
        "需导师数": mentors, "确定日期": date(*chosen), "提升措施": "盘活闲置校舍，发展养殖合作社",
        "提升期限": date(2026, 11, 30), "状态": "待结对", **changes,
    }  # fmt: skip


def a_pairing(number: int, mentor: int, mentee: str, **changes: Any) -> dict[str, Any]:
    """Return a row of 结对台账 as a clerk types it; `mentee` is G1 or Z4."""
    return {
        "结对编号": f"J{UNIT}-{number:03}", "导师编号": f"D{UNIT}-{mentor:03}",
        "对象编号": f"{mentee[0]}{UNIT}-{int(mentee[1:]):03}", "结对方式": "一对一",
        "帮带路径": "强带弱", "状态": "帮带中", **changes,
    }  # fmt: skip


def an_assessment(
    mentee: str, day: date, scores: str, pleased: int, **changes: Any
) -> dict[str, Any]:
    """Return a row of 成长评价 without an ID: the product numbers it."""
    return {
        "对象编号": f"{mentee[0]}{UNIT}-{int(mentee[1:]):03}", "评价日期": day, **_scores(scores),
        "满意度": pleased, "采集方式": "座谈", "对象签字日期": day, "评价人": "杨生财", **changes,
    }  # fmt: skip
