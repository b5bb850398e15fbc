"""Duties of each pairing: due ones are done unless their mentee is meant to struggle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from validators.vocabulary import Method
from workbooks.samples.days import add_months
from workbooks.samples.rows import Entry
from workbooks.samples.world import ASPECTS, Pair, World

__all__ = ["ITEMS", "assign_duties", "templates"]

ITEMS = {
    "思想情怀": ("每季度谈心一次，了解思想动态", "共学一份文件并交流体会", "走访一名老党员写心得"),
    "业务能力": ("讲解一项政策并现场答疑", "指导完成一份实施方案", "陪同办结一件难事", "批改一份材料"),
    "组织建设": ("指导开好一次支委会", "旁听并点评一次主题党日", "规范三会一课记录", "带教发展党员程序"),
    "工作作风": ("随机跟岗一天并当面反馈", "督促按期办结群众诉求", "检查民情日记", "入户回访五户"),
    "产业发展": ("帮助算清一笔产业账", "对接一家企业或合作社", "参加一次田间技术指导", "理清集体资产台账"),
    "基层治理": ("一起调解一起矛盾纠纷", "指导修订村规民约", "组织一次人居环境整治", "排查一次安全隐患"),
}  # fmt: skip
"""What duties say, by aspect."""


def assign_duties(world: World) -> dict[Entry, int]:
    """Add the duties of every logged pairing.

    Returns:
        Duties that must be done in time, with how many contacts that takes.
    """
    promised: dict[Entry, int] = {}
    for made in world.pairs:
        if made.logged and made.mentee.fate != "bare":
            for number in range(max(2, round(world.rng.randint(2, 6) * world.size))):
                _assign(world, made, number, promised)
    return promised


def _assign(world: World, made: Pair, number: int, promised: dict[Entry, int]) -> None:
    rng = world.rng
    weak = made.mentee.weak()
    aspect = weak[number] if number < len(weak) else rng.choice(ASPECTS)
    target = rng.randint(2, 6)
    starts, due = made.first, _due(world, made)
    old_enough = (world.as_of - made.first).days > 95
    running = made.last >= world.as_of
    if running and number == 0 and made.mentee.fate == "duty_overdue":
        due, target = world.ago(18, 40), 4
        aspect = rng.choice([a for a in ASPECTS if a not in weak])
        made.shunned.append((aspect, starts, world.as_of))
    elif running and number == 0 and old_enough and made.mentee.fate == "plain":
        due, target = starts + timedelta(days=rng.randint(70, 88)), rng.randint(1, 2)
    elif not running:
        due, target = made.last - timedelta(days=rng.randint(0, 30)), 1
    values: dict[str, Any] = {
        "pairing_id": made.pairing_id,
        "side": "导师" if rng.random() < 0.6 else "对象",
        "aspect": aspect,
        "item": rng.choice(ITEMS[aspect]),
        "method": rng.choice([word.value for word in Method]) if rng.random() < 0.8 else None,
        "target": target,
        "starts_on": starts,
        "due_on": due,
    }
    entry = world.add("duty", values, locked=made.entry.locked)
    if due < world.as_of and made.mentee.fate == "plain":
        promised[entry] = target
        entry.locked = True
    made.duties.append(entry)


def _due(world: World, made: Pair) -> date:
    """Return a day after the as-of date and within the period."""
    first = max(world.as_of + timedelta(days=12), add_months(made.first, 2))
    room = (made.last - first).days
    return made.last if room <= 0 else first + timedelta(days=world.rng.randint(0, room))


def templates(world: World) -> None:
    """Add the duty templates."""
    for aspect, items in ITEMS.items():
        for side, item in zip(("导师", "对象"), items, strict=False):
            world.add(
                "duty_template",
                {
                    "subject": "组织" if aspect == "组织建设" else "个人",
                    "aspect": aspect,
                    "side": side,
                    "item": item,
                    "method": "交流提高法",
                    "target": 3,
                    "months": 6,
                },
                locked=True,
            )
