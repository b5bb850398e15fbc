"""The rarer sheets: conversions, end-of-period assessments, misconduct, exchange, settings."""

from __future__ import annotations

from datetime import date, timedelta

from workbooks.samples.days import full_months, workday
from workbooks.samples.world import Mentee, World

__all__ = ["SETTINGS", "completions", "conversions", "exchange", "misconduct", "settings"]

SETTINGS = (
    ("导师帮带人数提醒值", "3", "人"),
    ("导师帮带人数上限", "5", "人"),
    ("导师帮带组织数上限", "2", "个"),
    ("个人最多导师数", "3", "名"),
    ("组织最多导师数", "3", "名"),
    ("薄弱方面分值", "2", "分"),
    ("擅长方面分值", "4", "分"),
    ("帮带周期", "12", "月"),
    ("每月联系次数", "1", "次"),
    ("评价间隔", "3", "月"),
    ("联系完成率下限", "80", "%"),
    ("薄弱方面未帮带天数", "60", "天"),
    ("未结对天数", "15", "天"),
    ("满意度下限", "2", "分"),
    ("老业务、老乡镇、老支书最低年限", "5", "年"),
    ("新结对宽限天数", "30", "天"),
    ("免计时段", "", ""),
    ("合格分数线", "70", "分"),
    ("优秀分数线", "90", "分"),
    ("销号验收分数线", "70", "分"),
    ("销号不满意票比例上限", "50", "%"),
)
"""Name, default and unit of the settings the samples rely on."""

_QUESTIONS = ("致富带头人长期外出，帮带怎么开展", "联户党员怎么计入职责", "村书记兼合作社法人能否当导师",
    "期满考核材料交几份", "跨乡镇结对的交通补助怎么列支", "移民村的老党员怎么参加结对仪式")  # fmt: skip
_LESSONS = ("一本账带出一个养殖示范组", "把调解现场变成课堂", "周三夜话：导师到村部坐诊",
    "先跟后带再放手三步法", "三张清单管住帮带进度", "用方言直播卖出第一车洋芋")  # fmt: skip
_FACTS = ("帮带记录与本人签字日期不符，经核实为补记", "无故不参加结对仪式", "因工作纪律问题被约谈",
    "职责未履行，被通报批评")  # fmt: skip


def conversions(world: World) -> None:
    """Add steps between the two leaders; the latest one is the mentee's stage."""
    found: list[tuple[date, Mentee, str, str]] = []
    able = [m for m in world.mentees if m.person and m.fate in {"plain", "graduated"}]
    able = [m for m in able if m.entry.values["category"] == "致富带头人"]
    for mentee in able[: world.scaled(6, 9, least=3)]:
        later = world.ago(10, 60)
        if world.rng.random() < 0.4:
            found.append((world.ago(150, 300), mentee, "致富带头人", "后备干部"))
            found.append((later, mentee, "后备干部", "村党组织带头人"))
        else:
            found.append((later, mentee, "致富带头人", "后备干部"))
    for day, mentee, old, new in sorted(found, key=lambda item: item[0]):
        mentee.entry.values["stage"] = new
        _conversion(world, workday(day), mentee, old, new)


def _conversion(world: World, day: date, mentee: Mentee, old: str, new: str) -> None:
    led = world.rng.randint(3, 60)
    world.add(
        "conversion",
        {
            "mentee_id": mentee.mentee_id,
            "date": day,
            "from_stage": old,
            "to_stage": new,
            "document": f"{world.unit.name[:2]}党发〔{day.year}〕{world.rng.randint(3, 80)}号",
            "people_led": led,
            "income_gain": world.rng.randint(5, 60) * 100,
        },
    )


def completions(world: World) -> None:
    """Add the assessment of each expired pairing."""
    for made in world.pairs:
        if made.entry.values["status"] != "期满":
            continue
        score = world.rng.choice((72, 76.5, 81, 85, 88, 90, 92.5, 95))
        world.add(
            "completion",
            {
                "pairing_id": made.pairing_id,
                "assessed_on": min(world.as_of, made.last + timedelta(days=5)),
                "score": score,
                "rating": "优秀" if score >= 90 else "合格",
                "assessor": f"{world.unit.name}党建办",
                "conclusion": "出师",
            },
        )


def misconduct(world: World) -> None:
    """Add a recorded fact or two about people nothing else is planned for."""
    plain = [m for m in world.mentees if m.fate == "plain"]
    for _ in range(world.rng.choice((0, 1, 1, 2))):
        world.add(
            "misconduct",
            {
                "date": workday(world.ago(15, 300)),
                "participant_id": world.rng.choice(plain).mentee_id,
                "fact": world.rng.choice(_FACTS),
                "confirmed_by": f"{world.unit.name}纪委",
            },
        )


def exchange(world: World) -> None:
    """Add questions with answers, and experiences."""
    rng, office = world.rng, f"{world.unit.name}党建办"
    days = sorted(world.ago(5, 300) for _ in range(rng.randint(4, 8)))
    for day in days:
        asks = rng.random() < 0.5
        title = rng.choice(_QUESTIONS if asks else _LESSONS)
        post = world.add(
            "exchange",
            {
                "date": day,
                "kind": "问题" if asks else "经验",
                "author": office,
                "title": title,
                "content": f"{title}。结合{rng.choice(world.villages)}的情况写出来供大家讨论。",
                "origin": "本乡镇",
            },
        )
        if asks:
            post.locked = True
            world.add(
                "exchange",
                {
                    "date": min(world.as_of, day + timedelta(days=rng.randint(1, 5))),
                    "kind": "答复",
                    "author": "县委组织部",
                    "reply_to": post.values["exchange_id"],
                    "title": f"关于“{title}”的答复",
                    "content": "按参数表口径执行，特殊情况报县委组织部研究。",
                    "origin": "市级下发" if rng.random() < 0.3 else "本乡镇",
                },
            )


def settings(world: World) -> None:
    """Add 参数 with the defaults and, where the township has one, its exempt month."""
    first, last = full_months(world.as_of, 1)[0]
    for name, value, unit in SETTINGS:
        exempt = name == "免计时段" and world.exempt
        shown = f"{first.isoformat()}至{last.isoformat()}" if exempt else value
        world.add("setting", {"name": name, "value": shown, "unit": unit}, locked=True)
